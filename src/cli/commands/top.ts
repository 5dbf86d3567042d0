import type { AddCommand, CommandContext } from "../command-context.ts";
import { example, jsonOption, parseTimeoutMs } from "../options.ts";

interface TopOptions {
  readonly interval: number;
  readonly once?: boolean;
  readonly json?: boolean;
}

const DEFAULT_INTERVAL_MS = 1_000;

/** `top`: runs, workers and queues, live. */
export const addTop: AddCommand = (program, context, done) => {
  program
    .command("top")
    .description("watch the runs, workers, schedulers and queues on REDIS_URL; q ends it")
    .option("--interval <duration>", "how often it looks: 500 (ms), 2s (default: 1s)", parseTimeoutMs, DEFAULT_INTERVAL_MS)
    .option("--once", "look once, as it does where there is no terminal")
    .addOption(jsonOption())
    .addHelpText("after", example("REDIS_URL=redis://redis:6379 levelflow top", "levelflow top --once", "levelflow top --json"))
    .action(async (options: TopOptions) => done(await top(options, context)));
};

async function top({ interval, once = false, json = false }: TopOptions, { output, env }: CommandContext): Promise<number> {
  const [
    { settingsFromEnvironment },
    { redisAddress },
    { probeRedis },
    { OverviewReader },
    { renderOverview },
    { watchOverview },
  ] = await Promise.all([
    import("../../core/config/settings.ts"),
    import("../redis-address.ts"),
    import("../probe-redis.ts"),
    import("../../runtime/overview-reader.ts"),
    import("../render/overview-lines.ts"),
    import("../watch-overview.ts"),
  ]);
  const settings = settingsFromEnvironment(env);
  const address = redisAddress(env);
  await probeRedis(address);
  const reader = new OverviewReader({ connection: address.connection, settings });
  try {
    const first = await reader.read();
    const { answerView, noteView } = output;
    const isLive = !once && answerView.isTerminal && noteView.isTerminal;
    const view = { colors: answerView.colors, address: address.shown };
    if (json) output.printJson(first);
    else if (!isLive) output.print(renderOverview(first, { ...view, width: answerView.width() }).join("\n"));
    else await watchOverview(reader, { output, first, address: address.shown, intervalMs: interval });
    return 0;
  } finally {
    await reader.close();
  }
}
