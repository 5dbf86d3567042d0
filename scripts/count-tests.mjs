import { existsSync, readFileSync } from "node:fs";
import { main } from "./lib/project.mjs";

/** `count-tests.mjs <results of vitest's JSON reporter>`: prints `N passed, N failed`. */
await main(async ([path = ""]) => {
  const { passed, failed } = existsSync(path) ? count(JSON.parse(readFileSync(path, "utf8"))) : { passed: 0, failed: 1 };
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 && passed > 0 ? 0 : 1;
});

function count(results) {
  // A file that cannot even be loaded has no test that could have failed.
  const broken = results.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  );
  return { passed: results.numPassedTests, failed: results.numFailedTests + broken.length };
}
