import { spawn } from "node:child_process";
import { ROOT, SetupError } from "./project.mjs";

const TAIL_LINE_COUNT = 40;

/** Runs one long step of the set-up and shows it as a single line on stderr: what, and how many seconds it took. */
export async function step(label, work) {
  const startedAt = performance.now();
  process.stderr.write(`set-up: ${label} ...`);
  let verdict = "failed after";
  try {
    const result = await work();
    verdict = "done in";
    return result;
  } finally {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stderr.write(` ${verdict} ${seconds} s\n`);
  }
}

/** Runs a command without showing its output and answers `{ code, output }`, both streams in the order in which they came. */
export function capture(command, args, { env = process.env, input = "ignore" } = {}) {
  return new Promise((resolve) => {
    const chunks = [];
    const child = spawn(command, args, { cwd: ROOT, env, stdio: [input, "pipe", "pipe"] });
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    const finish = (code, extra = "") => resolve({ code, output: Buffer.concat(chunks).toString("utf8") + extra });
    child.on("error", (error) => finish(127, String(error)));
    child.on("close", (code) => finish(code ?? 1));
  });
}

/** Runs a command as a step. When it fails, the error carries the end of what it wrote. */
export async function commandStep(label, command, args, options) {
  const { code, output } = await step(label, async () => {
    const result = await capture(command, args, options);
    if (result.code !== 0) throw new SetupError(failureText(command, args, result));
    return result;
  });
  return { code, output };
}

/** What is shown of a command that failed: the command, its exit code and the end of its output. */
export function failureText(command, args, { code, output }) {
  return `${[command, ...args].join(" ")} ended with exit code ${code}:\n${tail(output)}`;
}

function tail(text) {
  return text
    .trimEnd()
    .split("\n")
    .slice(-TAIL_LINE_COUNT)
    .map((line) => `  | ${line}`)
    .join("\n");
}
