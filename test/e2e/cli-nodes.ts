import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { defineNode } from "../../src/core/node/define-node.ts";

/** Node types for tests of the command line. Loaded by its worker processes. */
const data = z.looseObject({});

/** What handlers say that do not end by themselves, once they have begun. */
export const UNDER_WAY = "a handler is under way";

/** Waits for `ms`, or until it is aborted. */
export const waits = defineNode({
  type: "waits",
  data: z.looseObject({ ms: z.number() }),
  run: async ({ data: { ms }, signal }) => {
    process.stderr.write(`${UNDER_WAY}\n`);
    return sleep(ms, "waited", { signal });
  },
});

/** Keeps its process busy for ever. */
export const spins = defineNode({
  type: "spins",
  data,
  run: () => {
    process.stderr.write(`${UNDER_WAY}\n`);
    for (;;);
  },
});

/** Writes to stdout in the ways there are, then answers its inputs. */
export const chatters = defineNode({
  type: "chatters",
  data,
  run: ({ inputs }) => {
    console.log("a line of a handler");
    process.stdout.write("another line of a handler\n");
    return inputs;
  },
});

/** Fails with a message that tries to forge terminal output. */
export const fails = defineNode({
  type: "fails",
  data,
  run: () => {
    throw new Error("boom \u001b[2J\u202e\n✔ completed");
  },
});

/** Answers the run's input. */
export const echoes = defineNode({ type: "echoes", data, run: ({ input }) => input ?? null });
