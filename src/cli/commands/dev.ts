import type { AddCommand } from "../command-context.ts";
import { example, jsonOption, nodesOption, parseCount, type DevOptions } from "../options.ts";

const MAX_WORKERS = 256;
const DEFAULT_WORKERS = 2;

/** `dev`: an engine to develop against. */
export const addDev: AddCommand = (program, context, done) => {
  program
    .command("dev")
    .description("run a Redis, a scheduler and workers until Ctrl-C, and keep their data")
    .option("--workers <n>", "worker processes", parseCount(1, MAX_WORKERS), DEFAULT_WORKERS)
    .option("--concurrency <n>", "nodes that one worker process runs at a time", parseCount(1))
    .option("--data <folder>", "where the data is kept; one process at a time may use it", ".levelflow")
    .addOption(nodesOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example(
        "levelflow dev --nodes ./nodes.ts",
        "REDIS_URL=$(jq -r .redisUrl .levelflow/dev.json) levelflow enqueue workflow.json --wait",
      ),
    )
    .action(async (options: DevOptions) => {
      const { runDev } = await import("../run-dev.ts");
      done(await runDev(options, context));
    });
};
