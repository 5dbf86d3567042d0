import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_POOL } from "../core/workflow/workflow.ts";
import type { CommandContext } from "./command-context.ts";
import type { DevOptions } from "./options.ts";
import { EmbeddedEngine } from "./engine/embedded-engine.ts";
import { createLineLogger, readableLogLine } from "./line-logger.ts";
import { listenForStop, untilAborted } from "./listen-for-stop.ts";
import { ownEngineSettings } from "./read-run-request.ts";
import { escapeText } from "./render/escape-text.ts";
import { countOf } from "./render/format-time.ts";

/** `dev`: keeps an engine going until Ctrl-C. While it does, the data folder's `dev.json` says where its Redis is. */
export async function runDev(options: DevOptions, context: CommandContext): Promise<number> {
  const { output, env } = context;
  const settings = ownEngineSettings(context);
  const failure = new AbortController();
  const print = (line: string): void => output.note(escapeText(line));
  const engine = new EmbeddedEngine({
    dataFolder: options.data,
    workerCount: options.workers,
    nodes: options.nodes,
    concurrency: options.concurrency,
    pools: [DEFAULT_POOL],
    settings,
    logger: createLineLogger(settings.logLevel, print),
    env,
    onLine: (line) => print(readableLogLine(line)),
    failure,
  });
  const stop = listenForStop(() => {
    engine.kill();
    process.exit(1);
  });
  const addressFile = join(options.data, "dev.json");
  let isStarted = false;
  try {
    await engine.start();
    isStarted = true;
    const address = { redisUrl: engine.redis.url, pid: process.pid };
    await writeAddress(addressFile, address);
    if (options.json === true) output.printJson(address);
    else output.print(`export REDIS_URL=${shellQuote(address.redisUrl)}`);
    output.note(
      `levelflow dev: ready, ${countOf(options.workers, "worker")}; data in ${escapeText(options.data)}; Ctrl-C ends it`,
    );
    await untilAborted(AbortSignal.any([stop.signal, failure.signal]));
    failure.signal.throwIfAborted();
    output.note("levelflow dev: stopping, running nodes get their grace; once more to end at once");
    return 0;
  } finally {
    // Not when the folder was another process', whose file it would be.
    if (isStarted) await rm(addressFile, { force: true });
    await engine.stop({ letNodesEnd: true });
    stop.dispose();
  }
}

/** Removed first: an existing file would keep its mode. */
async function writeAddress(file: string, address: object): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(address)}\n`, { mode: 0o600, flag: "wx" });
}

function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
