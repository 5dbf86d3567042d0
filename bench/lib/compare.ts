import { deepStrictEqual } from "node:assert/strict";
import type { Contender } from "./contender.ts";
import { expectedResults, nodeCountOf } from "./graph.ts";
import type { Shape } from "./shapes.ts";
import { summarise, type Summary } from "./statistics.ts";

/** How a contender did on a shape. */
export interface ContenderFigures {
  readonly name: string;
  /** From the first enqueue until the caller has every result of every run. */
  readonly ms: Summary;
  /** Its time ÷ that of the last contender, which is the yardstick, round by round. */
  readonly ratio: Summary;
  /** The shape's ideal time ÷ its own. */
  readonly idealShare?: Summary;
}

export interface ShapeFigures {
  readonly name: string;
  readonly title: string;
  readonly nodeCount: number;
  readonly runCount: number;
  /** Runs whose results were worked out again and found right, warm-up included. */
  readonly checkedRunCount: number;
  readonly contenders: readonly ContenderFigures[];
}

export interface CompareOptions {
  readonly rounds: number;
  readonly warmUpRounds: number;
}

/** Has the contenders run a shape in turn, round after round, in changing order. The last one is the yardstick. */
export async function compare(
  shape: Shape,
  contenders: readonly Contender[],
  { rounds, warmUpRounds }: CompareOptions,
): Promise<ShapeFigures> {
  const times = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const ms = await time(contender, shape);
      if (round >= 0) times.get(contender)?.push(ms);
    }
  }
  const yardstick = [...times.values()].at(-1) ?? [];
  return {
    name: shape.name,
    title: shape.title,
    nodeCount: nodeCountOf(shape.graph),
    runCount: shape.runCount,
    checkedRunCount: (warmUpRounds + rounds) * contenders.length * shape.runCount,
    contenders: [...times].map(([{ name }, own]) => ({
      name,
      ms: summarise(own),
      ratio: summarise(own.map((ms, round) => ms / (yardstick[round] ?? Number.NaN))),
      ...(shape.idealMs === undefined ? {} : { idealShare: summarise(own.map((ms) => (shape.idealMs ?? 0) / ms)) }),
    })),
  };
}

let seedCount = 0;

/** The time of the shape's runs. Fails on a wrong result: a figure for one would be worth nothing. */
async function time(contender: Contender, { name, graph, runCount }: Shape): Promise<number> {
  const seeds = Array.from({ length: runCount }, () => (seedCount += 1));
  const startedAt = performance.now();
  const results = await contender.run(graph, seeds);
  const ms = performance.now() - startedAt;
  seeds.forEach((seed, i) =>
    deepStrictEqual({ ...results[i] }, expectedResults(graph, seed), `${contender.name} got ${name} wrong`),
  );
  return ms;
}
