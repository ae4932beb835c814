import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
let app: string;

/** An app of somebody else: the packed package, and what it brings itself. */
beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), "jobsync-react-"));
  const from = fileURLToPath(new URL(".", import.meta.url));
  const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", app], {
    cwd: from,
    encoding: "utf8",
  });
  const archive = join(app, packed.trim().split("\n").at(-1)!);
  await mkdir(join(app, "node_modules/jobsync-react"), { recursive: true });
  execFileSync("tar", [
    "-xzf",
    archive,
    "--strip-components=1",
    "-C",
    join(app, "node_modules/jobsync-react"),
  ]);
  for (const name of ["react", "convex", "@types", "csstype"]) {
    await symlink(join(root, "node_modules", name), join(app, "node_modules", name));
  }
});

afterAll(() => rm(app, { recursive: true, force: true }));

const PAGE = `
import { ConvexReactClient } from "convex/react";
import {
  AssetGallery, JobCard, JobProgress, JobsyncProvider, refusalOf, useActiveJobs, useAssets, useJob, useJobs,
} from "jobsync-react";

const client = new ConvexReactClient("https://happy-animal-123.convex.cloud");

function One({ jobId }: { jobId: string }) {
  const job = useJob(jobId);
  const assets = useAssets(jobId) ?? [];
  const progress: number | undefined = job?.progress;
  // @ts-expect-error a job has no such field
  void job?.nonsense;
  return job ? <><JobProgress job={job} /><AssetGallery assets={assets} />{progress}</> : null;
}

export function Page() {
  const { items } = useJobs({ owner: "org-3", state: "running" });
  const active = useActiveJobs();
  // @ts-expect-error no job is in such a state
  useJobs({ state: "done" });
  return (
    <JobsyncProvider client={client} token="a.b.c">
      {items.map((job) => <JobCard key={job.jobId} job={job} href={"/" + job.jobId} />)}
      <One jobId={active.items[0]?.jobId ?? "j"} />
      {refusalOf(null)?.code}
    </JobsyncProvider>
  );
}
`;

const OPTIONS =
  "--noEmit --strict --exactOptionalPropertyTypes --jsx react-jsx --target es2022 --lib es2023,dom " +
  "--module nodenext --moduleResolution nodenext --types react";

test("an app has the types of the packed package, resolved as strictly as TypeScript can", async () => {
  await writeFile(join(app, "package.json"), '{ "type": "module" }');
  await writeFile(join(app, "page.tsx"), PAGE);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const options = { cwd: app, encoding: "utf8", stdio: "pipe" } as const;

  expect(execFileSync(process.execPath, [tsc, ...OPTIONS.split(" "), "page.tsx"], options)).toBe("");
});

test("the package brings its styles, and takes React and Convex from the app", async () => {
  const installed = join(app, "node_modules/jobsync-react");
  const code = await readFile(join(installed, "dist/index.js"), "utf8");
  const imported = [...code.matchAll(/^import .* from "([^"]+)"/gm)].map((found) => found[1]!.split("/")[0]!);

  expect(new Set(imported)).toEqual(new Set(["react", "convex"]));
  expect(await readFile(join(installed, "dist/style.css"), "utf8")).toContain("light-dark(");
});
