import { expect, test } from "vitest";
import type { AnalyzedFunction } from "../../engine/api.js";
import { describeDefinition } from "./analysis.js";

const fn = (name: string, rest: Partial<AnalyzedFunction> = {}): AnalyzedFunction => ({
  name,
  udfType: "Query",
  visibility: "public",
  args: null,
  returns: null,
  ...rest,
});

const modules = {
  "dir/jobs.js": {
    functions: [fn("list"), fn("hidden", { visibility: "internal" }), fn("route", { udfType: "HttpAction" })],
    httpRoutes: null,
    cronSpecs: null,
  },
};

test("a component exports its public functions by folder, module and name", () => {
  const definition = { name: "counter", definitionType: { type: "childComponent" }, childComponents: [] };
  expect(describeDefinition({ definitionPath: "counter", definition, schema: null, modules })).toMatchObject({
    definition: {
      path: "counter",
      definitionType: { type: "childComponent", name: "counter" },
      exports: {
        branch: [
          [
            "dir",
            { branch: [["jobs", { branch: [["list", { leaf: "_reference/function/dir/jobs:list" }]] }]] },
          ],
        ],
      },
    },
  });
});

test("an app without a definition of its own is described as one that mounts nothing", () => {
  expect(describeDefinition({ definitionPath: "", definition: null, schema: null, modules })).toMatchObject({
    definition: { path: "", definitionType: { type: "app" }, childComponents: [], httpMounts: {} },
  });
});

test("HTTP actions are no functions that types are generated for", () => {
  const described = describeDefinition({ definitionPath: "", definition: null, schema: null, modules });
  expect(described).toMatchObject({
    functions: {
      "dir/jobs.js": {
        functions: [
          { name: "list", visibility: { kind: "public" } },
          { name: "hidden", visibility: { kind: "internal" } },
        ],
      },
    },
  });
});
