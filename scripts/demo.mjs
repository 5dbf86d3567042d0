import { main } from "./lib/project.mjs";
import { runToEnd } from "./lib/run-to-end.mjs";
import { setUp } from "./setup.mjs";

/** `npm run demo [-- --yes <arguments>]`: sets up what is missing, then hands over to run-demo.mjs. */
await main(async (args) => {
  const isYes = (argument) => argument === "--yes" || argument === "-y";
  await setUp({ yes: args.some(isYes) });
  return runToEnd(["scripts/run-demo.mjs", ...args.filter((argument) => !isYes(argument))]);
});
