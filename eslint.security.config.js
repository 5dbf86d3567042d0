import regexp from "eslint-plugin-regexp";
import security from "eslint-plugin-security";
import tseslint from "typescript-eslint";

/**
 * Static security rules, as errors, for what is shipped. Every rule of eslint-plugin-security is named: one that is off says why.
 * `npm run security` runs these alone; `npm run lint` runs them among the others, so a comment that allows one place counts in both.
 */
const rules = {
  "security/detect-bidi-characters": "error",
  "security/detect-buffer-noassert": "error",
  "security/detect-child-process": "error",
  "security/detect-disable-mustache-escape": "error",
  "security/detect-eval-with-expression": "error",
  "security/detect-invisible-characters": "error",
  "security/detect-new-buffer": "error",
  "security/detect-no-csrf-before-method-override": "error",
  "security/detect-non-literal-regexp": "error",
  "security/detect-non-literal-require": "error",
  "security/detect-pseudoRandomBytes": "error",

  // Reports every `record[key]`, however it is typed. What it is after, keys from outside that reach a prototype, is settled by Maps
  // and by records without a prototype, and tested with ids such as `__proto__`.
  "security/detect-object-injection": "off",
  // Reports every path that is not a literal. Paths come from the command line and the data folder, which belong to the user who
  // starts the process; no path is made of a payload's text.
  "security/detect-non-literal-fs-filename": "off",
  // Counts repetitions, so it reports every number format and lets real traps pass. The two rules below analyse the pattern instead.
  "security/detect-unsafe-regex": "off",
  "regexp/no-super-linear-backtracking": "error",
  "regexp/no-super-linear-move": ["error", { ignoreSticky: true, ignorePartial: true }],
  // Goes by the names of variables, and a claim's token is compared in many places without being a secret. It is on where secrets are.
  "security/detect-possible-timing-attacks": "off",

  "no-eval": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "no-script-url": "error",
};

export const securityConfig = [
  { files: ["src/**/*.ts"], plugins: { regexp, security }, rules },
  { files: ["src/http/**/*.ts"], rules: { "security/detect-possible-timing-attacks": "error" } },
];

export default [
  {
    files: ["src/**/*.ts"],
    languageOptions: { parser: tseslint.parser },
    // Comments that allow what other rules refuse are the main configuration's business; their rules have to be known all the same.
    linterOptions: { reportUnusedDisableDirectives: "off" },
    plugins: { "@typescript-eslint": tseslint.plugin },
  },
  ...securityConfig,
];
