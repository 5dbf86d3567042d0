import { Option } from "commander";
import { RUN_STATUSES, type RunStatus } from "../../core/run/states.ts";
import type { AddCommand, CommandContext } from "../command-context.ts";
import { example, jsonOption, parseCount } from "../options.ts";

interface ListOptions {
  readonly status?: RunStatus;
  readonly limit: number;
  readonly json?: boolean;
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 10_000;

/** `list`: the runs that Redis knows. */
export const addList: AddCommand = (program, context, done) => {
  program
    .command("list")
    .description("list runs on REDIS_URL, the newest first")
    .addOption(new Option("--status <status>", "only runs of this status").choices(RUN_STATUSES))
    .option("--limit <n>", "how many at most", parseCount(1, MAX_LIMIT), DEFAULT_LIMIT)
    .addOption(jsonOption())
    .addHelpText("after", example("levelflow list", "levelflow list --status failed --limit 100 --json"))
    .action(async (options: ListOptions) => done(await list(options, context)));
};

async function list({ status, limit, json }: ListOptions, context: CommandContext): Promise<number> {
  const { output } = context;
  const [{ withProducer }, { renderRunList }] = await Promise.all([
    import("../with-producer.ts"),
    import("../render/run-list.ts"),
  ]);
  const runs = await withProducer(context, (producer) => producer.list({ limit, ...(status === undefined ? {} : { status }) }));
  if (json === true) output.printJson(runs);
  else if (runs.length === 0) output.note(status === undefined ? "no runs" : `no ${status} runs`);
  else output.print(renderRunList(runs, output.answerView, Date.now()).join("\n"));
  return 0;
}
