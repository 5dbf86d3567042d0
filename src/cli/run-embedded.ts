import { LevelflowError } from "../core/errors/levelflow-error.ts";
import type { RunResult } from "../core/run/run-result.ts";
import { Producer } from "../runtime/producer.ts";
import type { CommandContext } from "./command-context.ts";
import type { RunCommandOptions } from "./options.ts";
import { EmbeddedEngine } from "./engine/embedded-engine.ts";
import { followRun } from "./follow-run.ts";
import { createLineLogger, readableLogLine } from "./line-logger.ts";
import { listenForStop, whenAborted } from "./listen-for-stop.ts";
import { createProgressDisplay, type ProgressDisplay } from "./progress-display.ts";
import { ownEngineSettings, readRunRequest, type RunRequest } from "./read-run-request.ts";
import { reportResult } from "./report-result.ts";

/** `run`: a Redis, a scheduler and worker processes for one run, gone with it. */
export async function runEmbedded(file: string, options: RunCommandOptions, context: CommandContext): Promise<number> {
  const { output, env } = context;
  const settings = ownEngineSettings(context);
  const request = await readRunRequest(file, options, settings);
  const display = createProgressDisplay({ output, levels: request.levels, title: request.title });
  const failure = new AbortController();
  const engine = new EmbeddedEngine({
    dataFolder: options.data,
    workerCount: options.workers,
    nodes: options.nodes,
    concurrency: undefined,
    pools: request.pools,
    settings,
    logger: createLineLogger(settings.logLevel, (line) => display.note(line)),
    env,
    onLine: (line) => display.note(readableLogLine(line)),
    failure,
  });
  const stop = listenForStop(() => {
    engine.kill();
    process.exit(1);
  });
  display.start();
  try {
    await startUnlessStopped(engine, stop.signal);
    const producer = new Producer({ connection: engine.redis.connection, settings });
    try {
      const result = await carryOut({ request, producer, display, stop: stop.signal, failure: failure.signal });
      return reportResult(result, output, options.json === true);
    } finally {
      await producer.close();
    }
  } finally {
    display.stop();
    await engine.stop({ letNodesEnd: false });
    stop.dispose();
  }
}

/** A stop signal during the start ends it; workers that end early then are no failure of theirs. */
async function startUnlessStopped(engine: EmbeddedEngine, stop: AbortSignal): Promise<void> {
  const stopped = new Promise<never>((_, reject) => whenAborted(stop, () => reject(cancelledEarly())));
  await Promise.race([engine.start(), stopped]);
}

function cancelledEarly(): LevelflowError {
  return new LevelflowError("RUN_CANCELLED", "the run was cancelled before it was enqueued");
}

interface CarryOutParams {
  readonly request: RunRequest;
  readonly producer: Producer;
  readonly display: ProgressDisplay;
  readonly stop: AbortSignal;
  readonly failure: AbortSignal;
}

/** Enqueues the run and follows it to its end, which a stop signal brings about by cancelling it. */
async function carryOut({ request, producer, display, stop, failure }: CarryOutParams): Promise<RunResult> {
  if (stop.aborted) throw cancelledEarly();
  failure.throwIfAborted();
  const run = await producer.enqueue(request.payload, request.options);
  const cancel = (): void => {
    display.note("cancelling the run; once more to end at once");
    run.cancel().catch((error: unknown) => display.note(`the run could not be cancelled: ${String(error)}`));
  };
  whenAborted(stop, cancel);
  return followRun(run, display, failure);
}
