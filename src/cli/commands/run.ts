import type { AddCommand, CommandContext } from "../command-context.ts";
import { addRunOptions, example, jsonOption, nodesOption, parseCount, type RunCommandOptions } from "../options.ts";

const MAX_WORKERS = 256;
const DEFAULT_WORKERS = 2;

/** `run`: everything in one command. */
export const addRun: AddCommand = (program, context, done) => {
  addRunOptions(
    program
      .command("run <file>")
      .description("run a workflow on a Redis, a scheduler and workers of its own; - reads it from stdin")
      .option("--local", "run it in this process, without Redis")
      .option("--workers <n>", "worker processes", parseCount(1, MAX_WORKERS), DEFAULT_WORKERS)
      .option("--data <folder>", "keep the data of Redis there (default: a temporary folder)")
      .addOption(nodesOption())
      .addOption(jsonOption()),
  )
    .addHelpText(
      "after",
      example(
        "levelflow run workflow.json",
        "levelflow run workflow.json --nodes ./nodes.ts --workers 4 --input @input.json --timeout 10m",
        "generate-workflow | levelflow run - --local --json | jq .finalOutput",
      ),
    )
    .action(async (file: string, options: RunCommandOptions) => done(await run(file, options, context)));
};

async function run(file: string, options: RunCommandOptions, context: CommandContext): Promise<number> {
  if (options.local === true) {
    const { runInProcess } = await import("../run-in-process.ts");
    return runInProcess(file, options, context);
  }
  const { runEmbedded } = await import("../run-embedded.ts");
  return runEmbedded(file, options, context);
}
