import { Producer } from "../../src/index.ts";

/** Enqueues one run in a process of its own, and says its id. */
interface EnqueueOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly payload: unknown;
  readonly runId: string;
}

const { redisUrl, prefix, payload, runId } = JSON.parse(process.argv[2] ?? "{}") as EnqueueOptions;
const producer = new Producer({ connection: redisUrl, prefix });
const run = await producer.enqueue(payload, { runId });
process.send?.(run.id);
await producer.close();
process.disconnect();
