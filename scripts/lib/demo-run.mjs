import { spawn } from "node:child_process";
import { ROOT, SetupError } from "./project.mjs";
import { EXAMPLES } from "./demo-examples.mjs";
import { levelBars, SUMMARY_TITLES, summaryRow, table } from "./demo-chart.mjs";
import { runToEnd } from "./run-to-end.mjs";

const WORKERS = ["--workers", "2"];

/** Runs one example on this terminal, live, with the command line's own summary, and says what to try next. */
export async function showExample(example, args) {
  // Where the answer is JSON, stdout holds nothing else.
  const say = (...lines) => (args.includes("--json") ? process.stderr : process.stdout).write(`${lines.join("\n")}\n`);
  say(`examples/${example.name}: ${example.shows}`, example.note, "");
  const exitCode = await runToEnd([...example.command, ...withWorkers(args)]);
  if (exitCode !== example.exitCode) return exitCode === 0 ? 1 : exitCode;
  if (exitCode !== 0) say("", `levelflow run ended with exit code ${exitCode}, as it should.`);
  say("", "Next:", ...nextSteps(example).map(([command, effect]) => `  ${command.padEnd(56)}${effect}`));
  return 0;
}

/** Runs every example in turn, each with a bar a level, and closes with a table of them all. */
export async function showAll(args) {
  const isJson = args.includes("--json");
  const say = isJson ? () => undefined : (...lines) => process.stdout.write(`${lines.join("\n")}\n`);
  const shown = [];
  for (const example of EXAMPLES) {
    say(`examples/${example.name}: ${example.shows}`, `  ${example.note}`);
    const { exitCode, result } = await captureResult(
      example,
      args.filter((argument) => argument !== "--json"),
    );
    say(...levelBars(result), ...result.errors.map(({ message }) => `  ${message}`), "");
    shown.push({ example, exitCode, result });
    // Ctrl-C cancels the run that is shown, and ends the demo with it.
    if (result.status === "cancelled") break;
  }
  if (isJson) {
    const document = shown.map(({ example, exitCode, result }) => ({ example: example.name, exitCode, result }));
    process.stdout.write(`${JSON.stringify(document)}\n`);
  }
  say(
    ...table(
      SUMMARY_TITLES,
      shown.map(({ example, result }) => summaryRow(example, result)),
    ),
  );
  say("", "“one by one” is what the nodes took, added up; each run had a scheduler and two worker processes.");
  return shown.every(({ example, exitCode, result }) => exitCode === example.exitCode && result.status === example.status)
    ? 0
    : 1;
}

/** Runs an example with its live progress on stderr, and answers its exit code and RunResult. */
async function captureResult(example, args) {
  const { exitCode, output } = await captureOutput([...example.command, ...withWorkers(args), "--json"]);
  const result = parseResult(output);
  if (result !== undefined) return { exitCode, result };
  // What went wrong stands on stderr, above.
  throw new SetupError(`examples/${example.name} ended with exit code ${exitCode} and no result.`, exitCode === 0 ? 1 : exitCode);
}

/** With `--json` an error is a document, too; only a run's result has a status. */
function parseResult(output) {
  try {
    const document = JSON.parse(output);
    return typeof document?.status === "string" ? document : undefined;
  } catch {
    return undefined;
  }
}

function captureOutput(args) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    // Ctrl-C in a terminal reaches the child by itself; this process only has to outlive it.
    const stayAlive = () => undefined;
    const passOn = () => child.kill("SIGTERM");
    process.on("SIGINT", stayAlive);
    process.on("SIGTERM", passOn);
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("SIGINT", stayAlive);
      process.off("SIGTERM", passOn);
      resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString("utf8") });
    });
  });
}

function withWorkers(args) {
  const isGiven = args.some(
    (argument) => argument === "--local" || argument === "--workers" || argument.startsWith("--workers="),
  );
  return isGiven ? args : [...WORKERS, ...args];
}

function nextSteps({ name }) {
  const other = name === "failing" ? "etl" : "failing";
  return [
    ["npm run demo -- all", "every example, with a bar a level"],
    [`npm run demo -- ${other}`, other === "etl" ? "a run that goes well" : "how a run fails fast"],
    [`npx levelflow levels examples/${name}/workflow.json`, "which nodes wait for which"],
    ["npx levelflow dev", "a Redis, a scheduler and workers to work with"],
  ];
}
