import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { defineNode } from "../../src/core/node/define-node.ts";

/** Node types for tests of the command line. Loaded by its worker processes. */
const data = z.looseObject({});

/** Waits for `ms`, or until it is aborted. */
export const waits = defineNode({
  type: "waits",
  data: z.looseObject({ ms: z.number() }),
  run: async ({ data: { ms }, signal }) => sleep(ms, "waited", { signal }),
});

/** Keeps its process busy for ever. */
export const spins = defineNode({
  type: "spins",
  data,
  run: () => {
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
