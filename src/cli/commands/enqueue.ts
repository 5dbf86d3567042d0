import type { AddCommand, CommandContext } from "../command-context.ts";
import { addRunOptions, example, jsonOption, type RunOptions } from "../options.ts";
import type { StopRequest } from "../listen-for-stop.ts";
import type { RunRequest } from "../read-run-request.ts";

interface EnqueueCommandOptions extends RunOptions {
  readonly wait?: boolean;
  readonly idempotencyKey?: string;
  readonly runId?: string;
  readonly json?: boolean;
}

/** `enqueue`: a producer on `REDIS_URL`. */
export const addEnqueue: AddCommand = (program, context, done) => {
  addRunOptions(
    program
      .command("enqueue <file>")
      .description("enqueue a run on REDIS_URL and print its id; - reads the workflow from stdin")
      .option("--wait", "show the run's progress and print its result when it has ended")
      .option("--idempotency-key <key>", "the same key gives the same run")
      .option("--run-id <id>", "repeat an enqueue whose outcome is unknown, with the id that the error gave")
      .addOption(jsonOption()),
  )
    .addHelpText(
      "after",
      example("levelflow enqueue workflow.json --wait", "levelflow enqueue workflow.json --idempotency-key order-4711"),
    )
    .action(async (file: string, options: EnqueueCommandOptions) => done(await enqueue(file, options, context)));
};

async function enqueue(file: string, options: EnqueueCommandOptions, context: CommandContext): Promise<number> {
  const [{ settingsFromEnvironment }, { readRunRequest }] = await Promise.all([
    import("../../core/config/settings.ts"),
    import("../read-run-request.ts"),
  ]);
  const request = await readRunRequest(file, options, settingsFromEnvironment(context.env));
  const { listenForStop } = await import("../listen-for-stop.ts");
  const stop = listenForStop(() => process.exit(1));
  try {
    return await enqueueRequest(request, options, context, stop);
  } finally {
    stop.dispose();
  }
}

async function enqueueRequest(
  request: RunRequest,
  options: EnqueueCommandOptions,
  context: CommandContext,
  stop: StopRequest,
): Promise<number> {
  const { output } = context;
  const asJson = options.json === true;
  const { withProducer } = await import("../with-producer.ts");
  return withProducer(context, async (producer) => {
    const run = await producer.enqueue(request.payload, {
      ...request.options,
      ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
      ...(options.runId === undefined ? {} : { runId: options.runId }),
    });
    if (options.wait === true) {
      const { waitForRun } = await import("../wait-for-run.ts");
      return waitForRun({ run, levels: request.levels, title: request.title, output, asJson, stop: stop.signal });
    }
    if (asJson) output.printJson({ runId: run.id, status: await run.status() });
    else output.print(run.id);
    return 0;
  });
}
