/** Before any test runs: builds the program that the tests start, which is the one that ships. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export function setup(): void {
  const build = fileURLToPath(new URL("../build.mjs", import.meta.url));
  execFileSync(process.execPath, [build, "--server"], { stdio: "inherit" });
}
