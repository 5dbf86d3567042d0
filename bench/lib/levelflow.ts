import { defineNode, Producer, Scheduler, Worker } from "levelflow";
import { z } from "zod";
import type { Contender } from "./contender.ts";
import { payloadOf, type Shape } from "./shapes.ts";

const step = defineNode({ type: "step", data: z.object({}), run: ({ inputs }) => ({ step: inputs.length }) });

/** levelflow as it is: one scheduler, one worker, results and events in Redis. */
export async function startLevelflow(url: string, prefix: string, concurrency: number): Promise<Contender> {
  const role = { connection: url, prefix };
  const scheduler = new Scheduler(role);
  const worker = new Worker({ ...role, nodes: [step], concurrency });
  const producer = new Producer(role);
  await Promise.all([scheduler.start(), worker.start()]);
  const payloads = new Map<Shape, unknown>();
  return {
    name: "levelflow",
    run: async (shape) => {
      const payload = payloads.get(shape) ?? payloadOf(shape);
      payloads.set(shape, payload);
      const run = await producer.enqueue(payload);
      const { status } = await run.result();
      if (status !== "completed") throw new Error(`${shape.name} ended ${status}`);
    },
    stop: async () => {
      await producer.close();
      await Promise.all([worker.stop(), scheduler.stop()]);
    },
  };
}
