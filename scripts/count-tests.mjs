import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main, ROOT } from "./lib/project.mjs";
import { runToEnd } from "./lib/run-to-end.mjs";

/**
 * `count-tests.mjs <results of vitest's JSON reporter>`: prints `N passed, N failed`.
 * `count-tests.mjs <test files>`: runs them first, and says before that how many tests of each `describe` passed.
 */
await main(async (paths) => {
  const [path = ""] = paths;
  const results = path.endsWith(".json") ? read(path) : await run(paths);
  if (!path.endsWith(".json")) process.stdout.write(`\n${countByGroup(results).join("\n")}\n`);
  const { passed, failed } = results === undefined ? { passed: 0, failed: 1 } : count(results);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 && passed > 0 ? 0 : 1;
});

async function run(testFiles) {
  const folder = mkdtempSync(join(tmpdir(), "levelflow-count-"));
  try {
    const path = join(folder, "results.json");
    await runToEnd([
      join(ROOT, "scripts", "test.mjs"),
      ...testFiles,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${path}`,
    ]);
    return read(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function read(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

function count(results) {
  // A file that cannot even be loaded has no test that could have failed.
  const broken = results.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  );
  return { passed: results.numPassedTests, failed: results.numFailedTests + broken.length };
}

/** `describe: passed/total`, in the order of the file. Tests that stand in none count under their own names. */
function countByGroup(results) {
  const groups = new Map();
  for (const { ancestorTitles, title, status } of (results?.testResults ?? []).flatMap((file) => file.assertionResults)) {
    const name = ancestorTitles[0] ?? title;
    const group = groups.get(name) ?? { passed: 0, total: 0 };
    groups.set(name, { passed: group.passed + (status === "passed" ? 1 : 0), total: group.total + 1 });
  }
  return [...groups].map(([name, { passed, total }]) => `${name}: ${passed}/${total}`);
}
