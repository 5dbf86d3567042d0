import { main } from "./lib/project.mjs";
import { runToEnd } from "./lib/run-to-end.mjs";
import { setUp } from "./setup.mjs";

/** `npm test [-- <vitest arguments>]`: sets up what is missing, then runs the tests once. */
await main(async (args) => {
  await setUp({
    yes: args.includes("--yes"),
    tolerateTypeErrors: !process.env.CI,
    needsRedis: process.env.LEVELFLOW_TEST_REDIS !== "container",
  });
  return runToEnd(["node_modules/vitest/vitest.mjs", "run", ...args.filter((argument) => argument !== "--yes")]);
});
