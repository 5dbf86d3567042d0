import type { RunHandle } from "../../producer/run-handle.ts";
import type { RunResult } from "../../core/run/run-result.ts";
import type { AddCommand, CommandContext } from "../command-context.ts";
import { example, jsonOption, parseCount } from "../options.ts";

interface ShowOptions {
  readonly limit: number;
  readonly profile?: boolean;
  readonly json?: boolean;
}

const DEFAULT_LIMIT = 100;

/** `show`: all that is known of one run. */
export const addShow: AddCommand = (program, context, done) => {
  program
    .command("show <run-id>")
    .description("show how far a run on REDIS_URL is, or how it ended")
    .option("--limit <n>", "how many nodes to list at most", parseCount(0), DEFAULT_LIMIT)
    .option("--profile", "show where the time of each level went instead, and what barriers cost")
    .addOption(jsonOption())
    .addHelpText("after", example("levelflow show 0-0mfx3k2a1-0a1b2c3d4e5f60718293"))
    .action(async (runId: string, options: ShowOptions) => done(await show(runId, options, context)));
};

async function show(runId: string, { limit, profile, json }: ShowOptions, context: CommandContext): Promise<number> {
  const { output } = context;
  const { withProducer } = await import("../with-producer.ts");
  await withProducer(context, async (producer) => {
    const run = producer.run(runId);
    const result = await run.snapshot();
    if (json === true) {
      output.printJson(profile === true ? profileOf(result) : result);
      return;
    }
    if (profile === true) {
      const { renderProfile } = await import("../render/profile.ts");
      output.print(renderProfile(result, output.answerView).join("\n"));
      return;
    }
    const [{ renderSummary }, { renderNodeTable }] = await Promise.all([
      import("../render/run-summary.ts"),
      import("../render/node-table.ts"),
    ]);
    output.print(renderSummary(result, output.answerView).join("\n"));
    if (limit === 0 || result.levels.length === 0) return;
    const workers = await readWorkers(run, result);
    output.print(`\n${renderNodeTable({ result, workers, limit, view: output.answerView }).join("\n")}`);
  });
  return 0;
}

/** A result's profile as a document of its own. */
function profileOf({ runId, workflowId, status, timings: { durationMs, profile } }: RunResult): object {
  return { runId, ...(workflowId === undefined ? {} : { workflowId }), status, durationMs, profile };
}

/** Who ran what, as the events of a finished run tell it; those of one that goes on have no end to wait for. */
async function readWorkers(run: RunHandle, { timings }: RunResult): Promise<ReadonlyMap<string, string>> {
  const workers = new Map<string, string>();
  if (timings.finishedAt === undefined) return workers;
  for await (const { type, nodeId, worker } of run.events()) {
    if (type === "node-started" && nodeId !== undefined && worker !== undefined) workers.set(nodeId, worker);
  }
  return workers;
}
