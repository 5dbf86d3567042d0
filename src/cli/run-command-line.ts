import type { CommandContext } from "./command-context.ts";
import { createProgram } from "./create-program.ts";
import { reportError } from "./report-error.ts";

/** Runs one command and answers its exit code: 0 done, 1 the run failed, 2 invalid workflow or usage, 3 a service is unreachable. */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  let exitCode = 0;
  const program = createProgram(context, (code) => (exitCode = code));
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    return reportError(error, { output: context.output, asJson: wantsJson(args) });
  }
}

/** Asked of the raw words, since usage errors too are to be JSON. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).includes("--json");
}
