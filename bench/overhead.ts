// What levelflow costs over hand-written BullMQ. Both run in this process on one Redis, in turn, so that the machine's mood hits both.
//
//   node scripts/bench.mjs overhead [rounds]
//
// Prints, for each shape, the median time of both and the median of the ratios, pair by pair.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedRedis } from "../src/runtime/embedded-redis.ts";
import type { Contender } from "./lib/contender.ts";
import { startHandwritten } from "./lib/handwritten.ts";
import { startLevelflow } from "./lib/levelflow.ts";
import { median } from "./lib/median.ts";
import { SHAPES, type Shape } from "./lib/shapes.ts";

const CONCURRENCY = 50;
const WARM_UP_ROUNDS = 2;

const rounds = Number(process.argv[2] ?? 9);
const folder = await mkdtemp(join(tmpdir(), "levelflow-bench-"));
const redis = await startEmbeddedRedis({ dataFolder: folder, tcp: true });
const salt = randomBytes(3).toString("hex");
const contenders = [
  await startLevelflow(redis.url, `bench-${salt}`, CONCURRENCY),
  await startHandwritten(redis.url, `{bench-hand-${salt}}`, CONCURRENCY),
] as const;
try {
  for (const shape of SHAPES) await compare(shape, contenders);
} finally {
  for (const contender of contenders) await contender.stop();
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
}

async function compare(shape: Shape, [ours, theirs]: readonly [Contender, Contender]): Promise<void> {
  const pairs: [number, number][] = [];
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    const pair: [number, number] = [await time(ours, shape), await time(theirs, shape)];
    if (round >= 0) pairs.push(pair);
  }
  const [a, b] = [median(pairs.map(([own]) => own)), median(pairs.map(([, hand]) => hand))];
  const ratio = median(pairs.map(([own, hand]) => own / hand));
  const line = [
    shape.name.padEnd(16),
    `levelflow ${a.toFixed(0)} ms`,
    `hand-written ${b.toFixed(0)} ms`,
    `ratio ${ratio.toFixed(2)}`,
  ];
  process.stdout.write(`${line.join("   ")}\n`);
}

async function time(contender: Contender, shape: Shape): Promise<number> {
  const start = performance.now();
  await contender.run(shape);
  return performance.now() - start;
}
