import { expect, test } from "vitest";
import { webUrl } from "./webUrl";

test.each(["http://airflow.test/run/1", "https://prefect.test/?a=b", "HTTPS://prefect.test/"])(
  "%s is an address to go to",
  (text) => {
    expect(webUrl(text)).toBe(new URL(text).href);
  },
);

test.each([
  "javascript:alert(1)",
  " JavaScript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,x",
  "https://",
  "run 17",
  "see https://prefect.test/",
  "//prefect.test/",
  "",
  undefined,
])("%j is none", (text) => {
  expect(webUrl(text)).toBeNull();
});
