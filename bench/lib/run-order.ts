import type { Producer } from "levelflow";
import { graphOf, type Graph } from "./graph.ts";
import { napPayload, runGraph } from "./naps.ts";
import { summarise, type Summary } from "./statistics.ts";

/** Runs of two kinds that want the same places: long ones, level after level, and short ones of a single level. */
export interface RunMix {
  readonly title: string;
  readonly longCount: number;
  readonly long: Graph;
  readonly shortCount: number;
  readonly short: Graph;
}

export const MIXES: readonly RunMix[] = [mix(1, 16, { levels: 10, sleepMs: 100 }), mix(4, 16, { levels: 10, sleepMs: 100 })];

/** The same in little: for trying the benchmark itself, not for its figures. */
export const TINY_MIXES: readonly RunMix[] = [mix(1, 2, { levels: 3, sleepMs: 5 })];

function mix(longCount: number, shortCount: number, { levels, sleepMs }: { levels: number; sleepMs: number }): RunMix {
  return {
    title: `${longCount} long, ${shortCount} short`,
    longCount,
    long: graphOf(Array<number>(levels).fill(2), { sleepMs }),
    shortCount,
    short: graphOf([4], { sleepMs }),
  };
}

/** Whose levels go first: by the setting `runOrder`, or by a `priority`. */
const ORDERS = [
  { name: "first come", runOrder: "first-come", long: undefined, short: undefined },
  { name: "runOrder: longest-path", runOrder: "longest-path", long: undefined, short: undefined },
  { name: "priority for long ones", runOrder: "first-come", long: 1, short: 2 },
  { name: "priority for short ones", runOrder: "first-come", long: 2, short: 1 },
] as const;

/** Producers of deployments that have the setting. */
export type ProducersByOrder = Readonly<Record<(typeof ORDERS)[number]["runOrder"], Producer>>;

export interface OrderFigures {
  readonly name: string;
  /** Until the last of all runs has ended. */
  readonly totalMs: Summary;
  /** How long runs of a kind take on average, from the same moment on. */
  readonly longMs: Summary;
  readonly shortMs: Summary;
}

export interface MixFigures {
  readonly title: string;
  readonly orders: readonly OrderFigures[];
}

/** Has a mix of runs go in each order, in turn. */
export async function compareRunOrders(
  producers: ProducersByOrder,
  mix: RunMix,
  { rounds, warmUpRounds }: { readonly rounds: number; readonly warmUpRounds: number },
): Promise<MixFigures> {
  const seen = ORDERS.map((order) => ({ order, total: [] as number[], long: [] as number[], short: [] as number[] }));
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const { order, total, long, short } of round % 2 === 0 ? seen : seen.toReversed()) {
      const startedAt = performance.now();
      const producer = producers[order.runOrder];
      const [longMs, shortMs] = await Promise.all([
        runAll(producer, mix.long, mix.longCount, { priority: order.long, startedAt }),
        runAll(producer, mix.short, mix.shortCount, { priority: order.short, startedAt }),
      ]);
      if (round < 0) continue;
      total.push(Math.max(...longMs, ...shortMs));
      long.push(mean(longMs));
      short.push(mean(shortMs));
    }
  }
  const orders = seen.map(({ order: { name }, total, long, short }) => ({
    name,
    totalMs: summarise(total),
    longMs: summarise(long),
    shortMs: summarise(short),
  }));
  return { title: mix.title, orders };
}

/** When each of the runs had ended. */
function runAll(
  producer: Producer,
  graph: Graph,
  count: number,
  { priority, startedAt }: { readonly priority: number | undefined; readonly startedAt: number },
): Promise<number[]> {
  const payload = napPayload(graph, { isTold: true, priority });
  const runs = Array.from({ length: count }, async (_, seed) => {
    await runGraph(producer, payload, { input: seed });
    return performance.now() - startedAt;
  });
  return Promise.all(runs);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
