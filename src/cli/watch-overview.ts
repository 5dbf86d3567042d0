import { setTimeout as sleep } from "node:timers/promises";
import { createLogUpdate } from "log-update";
import type { Overview } from "../core/run/overview.ts";
import { LevelflowError } from "../core/errors/levelflow-error.ts";
import { listenForStop, untilAborted } from "./listen-for-stop.ts";
import type { Output } from "./output.ts";
import { renderOverview } from "./render/overview-lines.ts";

export interface WatchOverviewParams {
  readonly output: Output;
  readonly first: Overview;
  /** Where Redis is, without its password. */
  readonly address: string;
  readonly intervalMs: number;
}

/** Shows an installation in a terminal and keeps it up to date, until q, Ctrl-C or SIGTERM. While Redis is away it says so, and goes on. */
export async function watchOverview(
  reader: { read(): Promise<Overview> },
  { output, first, address, intervalMs }: WatchOverviewParams,
): Promise<void> {
  const stop = listenForStop(() => process.exit(1));
  const keys = new KeyWatch(() => process.kill(process.pid, "SIGINT"));
  const draw = createLogUpdate(output.noteStream);
  const { colors, width, height } = output.noteView;
  let [before, shown]: [Overview | undefined, Overview] = [undefined, first];
  let fault: string | undefined;
  // Whoever quits does not wait for a Redis that is silent.
  const stopped = untilAborted(stop.signal).then((): never => {
    throw new Error("stopped");
  });
  stopped.catch(() => undefined);
  try {
    for (;;) {
      // One line stays free: with it the terminal would scroll.
      const lines = renderOverview(shown, { width: width(), height: height() - 3, colors, address, before });
      draw([...lines, "", fault === undefined ? colors.dim("q quits") : colors.red(fault)].join("\n"));
      try {
        await sleep(intervalMs, undefined, { signal: stop.signal });
        [before, shown] = [shown, await Promise.race([reader.read(), stopped])];
        fault = undefined;
      } catch (error) {
        if (stop.signal.aborted) return;
        if (!(error instanceof LevelflowError && error.code === "REDIS_UNAVAILABLE")) throw error;
        fault = error.message;
      }
    }
  } finally {
    draw.done();
    keys.dispose();
    stop.dispose();
  }
}

/** Listens for q on a terminal, and for Ctrl-C, which a terminal in this mode leaves to the program. */
class KeyWatch {
  readonly #onKey: (key: Buffer) => void;

  constructor(quit: () => void) {
    this.#onKey = (key) => {
      if (["q", "Q", "\u0003"].includes(key.toString("latin1"))) quit();
    };
    if (!process.stdin.isTTY) return;
    process.stdin.setRawMode(true).resume().on("data", this.#onKey);
  }

  dispose(): void {
    if (!process.stdin.isTTY) return;
    process.stdin.off("data", this.#onKey).setRawMode(false).pause();
  }
}
