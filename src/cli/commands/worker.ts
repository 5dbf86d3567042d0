import { Option } from "commander";
import type { AddCommand, CommandContext } from "../command-context.ts";
import type { WorkerOptions } from "../run-worker-role.ts";
import { example, nodesOption, parseCount } from "../options.ts";

/** `worker`: that role on `REDIS_URL`. */
export const addWorker: AddCommand = (program, context, done) => {
  program
    .command("worker")
    .description("run a worker on REDIS_URL until it is told to stop; any number of them may run")
    .addOption(nodesOption())
    .option("--concurrency <n>", "nodes that it runs at a time", parseCount(1))
    .option("--pool <name>", "the pool whose nodes it takes; several with commas")
    .addOption(new Option("--managed", "belong to the process that forked this one").hideHelp())
    .addHelpText(
      "after",
      example("levelflow worker --nodes ./nodes.ts --nodes ./more-nodes.js", "levelflow worker --pool gpu --concurrency 2"),
    )
    .action(async (options: WorkerOptions) => done(await run(options, context)));
};

async function run(options: WorkerOptions, context: CommandContext): Promise<number> {
  const { runManagedWorker, runWorker } = await import("../run-worker-role.ts");
  return options.managed === true ? runManagedWorker(options, context) : runWorker(options, context);
}
