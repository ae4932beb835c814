import convex from "@convex-dev/eslint-plugin";
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "**/_generated/**",
      "node_modules/**",
      ".venv/**",
      "src/**",
      "**/dist/**",
      "**/*.js",
      "**/*.mjs",
    ],
  },
  // Their types are only complete beside the files of convex/, where tests have the CLI check them.
  {
    ignores: [
      "devserver/test/apps/accidents/**",
      "examples/react-dialog/{convex,src}/**",
      "examples/react-dialog/vite.config.ts",
      "examples/convex-app/**",
      "component/app/**",
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  ...convex.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      eqeqeq: "error",
      "max-lines": ["error", { max: 450, skipBlankLines: true, skipComments: true }],
    },
  },
  // What also runs in V8 without Node (devserver/src/platform): it would find out only there.
  {
    files: ["devserver/src/{engine,in-memory}/**", "devserver/src/server/{*,for-tests/*}.ts"],
    ignores: ["devserver/src/engine/on-disk/**", "**/*.test.ts"],
    rules: { "no-restricted-globals": ["error", "Buffer"] },
  },
  { files: ["convex/**"], rules: { "@convex-dev/no-collect-in-query": "error" } },
);
