// All roles in one process, which says between which times it ran a workflow over and over after it had warmed up, in ms since it began.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { defineNode, Producer, runLocal, Scheduler, Worker, type JsonValue } from "../../src/index.ts";

/** How long nothing is done around what is measured: so far the two clocks may be apart. */
const PAUSE_MS = 300;

const [redisUrl = "", prefix = "", runCount = "0"] = process.argv.slice(2);
const add = (inputs: JsonValue): JsonValue => (inputs as readonly number[]).reduce((sum, one) => sum + one, 1);
const TYPES = [
  defineNode({ type: "sum", data: z.unknown(), run: async ({ inputs }) => add(inputs) }),
  defineNode({ type: "pure-sum", data: z.unknown(), pure: true, run: ({ inputs }) => add(inputs) }),
];

function diamondOf(type: string): unknown {
  const nodes = ["a", "b", "c", "d"].map((id) => ({ id, type, data: { name: id } }));
  const edges = ["b", "c"].flatMap((id) => [
    { source: "a", target: id },
    { source: id, target: "d" },
  ]);
  return { workflow_id: "diamond", nodes, edges };
}

const common = { connection: redisUrl, prefix };
const roles = [new Scheduler(common), new Worker({ ...common, nodes: TYPES })];
for (const role of roles) await role.start();
const producer = new Producer(common);
const payloads = TYPES.map(({ type }) => diamondOf(type));

/** What is looked for, so often that it is found if anything is. */
function makeShapes(own: object): unknown[] {
  return Array.from({ length: Number(runCount) }, (_, control) => ({ ...own, control }));
}

async function runMany(): Promise<void> {
  for (const payload of payloads) {
    for (let i = 0; i < Number(runCount); i += 1) await runLocal(structuredClone(payload), { nodes: TYPES });
    for (let i = 0; i < Number(runCount); i += 10)
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          const { status } = await (await producer.enqueue(structuredClone(payload), { input: i })).result();
          if (status !== "completed") throw new Error(`a run ended ${status}`);
        }),
      );
  }
}

await runMany();
await sleep(PAUSE_MS);
const startedAt = performance.now() - PAUSE_MS / 2;
await runMany();
const { length: controlCount } = makeShapes({ name: "own" });
await sleep(PAUSE_MS / 2);
process.stdout.write(JSON.stringify({ startedAt, endedAt: performance.now(), controlCount }));
await producer.close();
for (const role of roles) await role.stop();
