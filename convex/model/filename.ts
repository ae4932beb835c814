import { invalidField } from "../errors";
import * as check from "./fieldChecks";

/** A name, or a path below the job such as `pages/1.png`: one that cannot lead out of a folder it is saved in. */
export function filename(field: string, value: unknown): string {
  const checked = check.text(field, value, { max: 512 });
  if (/[\\\p{Cc}]/u.test(checked)) {
    throw invalidField(field, "contains a backslash or a control character; remove it");
  }
  const isPlain = checked.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (isPlain) return checked;
  throw invalidField(field, "must be a name or a relative path, without an empty part, `.` or `..`");
}
