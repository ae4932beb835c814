import { expect, test } from "vitest";
import { parsePush } from "./parse.js";

const module = { path: "jobs.js", source: "export {}", environment: "isolate" };
const app = {
  definition: null,
  dependencies: [],
  schema: null,
  changedModules: [module],
  unchangedModuleHashes: [],
};

test("the app and its components are taken over with all their modules", () => {
  const push = parsePush({
    appDefinition: { ...app, schema: { ...module, path: "schema.js" }, dependencies: ["../counter"] },
    componentDefinitions: [
      {
        definitionPath: "../counter",
        definition: module,
        dependencies: [],
        schema: null,
        functions: [module],
      },
    ],
  });
  expect(push.app).toMatchObject({ definitionPath: "", functions: [module], dependencies: ["../counter"] });
  expect(push.app.schema?.path).toBe("schema.js");
  expect(push.components).toEqual([
    { definitionPath: "../counter", config: module, schema: null, functions: [module], dependencies: [] },
  ]);
});

test.each([
  [{}, /appDefinition must be an object/],
  [{ appDefinition: { ...app, unchangedModuleHashes: [{}] } }, /all modules are needed/],
  [{ appDefinition: { ...app, changedModules: [{ path: "x.js" }] } }, /a module needs a path and a source/],
  [{ appDefinition: app, componentDefinitions: [{}] }, /definitionPath must be text/],
])("a push that cannot be used is refused with the reason (%#)", (body, message) => {
  expect(() => parsePush(body)).toThrow(message);
});
