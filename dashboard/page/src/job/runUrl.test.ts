import { expect, test } from "vitest";
import { runUrl } from "./runUrl";

test.each(["http://airflow.test/run/1", "https://prefect.test/?a=b"])("a run at %s is linked", (url) => {
  expect(runUrl(url)).toBe(url);
});

test.each([
  "javascript:alert(1)",
  " JavaScript:alert(1)",
  "data:text/html,x",
  "run 17",
  "/relative",
  "",
  undefined,
])("a run at %j is not", (url) => {
  expect(runUrl(url)).toBeNull();
});
