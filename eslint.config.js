import js from "@eslint/js";
import tseslint from "typescript-eslint";
import { securityConfig } from "./eslint.security.config.js";

const MAX_LINES = ["error", { max: 300 }];
const MAX_LINES_PER_FUNCTION = ["error", { max: 60, skipComments: true, skipBlankLines: true }];

export default tseslint.config(
  { ignores: ["dist/", "coverage/", "node_modules/", ".levelflow/", "examples/**/output/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Numbers read as well in a template as strings do.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `() => clearTimeout(timer)` says what it does; braces would add nothing.
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // An async function keeps a port's signature, and turns a throw into a rejection, where it has nothing to await.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", performance: "readonly", Buffer: "readonly", URL: "readonly" },
    },
  },
  ...securityConfig,
  {
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "max-lines": MAX_LINES,
      "max-lines-per-function": MAX_LINES_PER_FUNCTION,
    },
  },
  {
    files: ["test/**", "bench/**"],
    rules: {
      "max-lines": "off",
      "max-lines-per-function": "off",
      "no-console": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
    },
  },
);
