import { graphOf } from "./graph.ts";
import type { Shape } from "./shapes.ts";

/** A structure of the reference's description, and the speed-up over one node after another that it states for it. */
export interface Structure extends Shape {
  readonly stated: string;
  /** What the nodes take one after another ÷ what the longest of each level take: no engine that goes by levels is faster. */
  readonly bound: number;
}

/** A level: how many nodes, and how long each waits. */
type LevelSketch = readonly [width: number, sleepMs: number];

/** How long the nodes in branches wait, those where branches part or meet, and those that only pass something on; in ms. */
const TIMES = { branch: 200, joint: 100, quick: 20 };

export const STRUCTURES: readonly Structure[] = structures(TIMES);

/** The same in little: for trying the benchmark itself, not for its figures. */
export const TINY_STRUCTURES: readonly Structure[] = structures({ branch: 4, joint: 2, quick: 1 });

function structures({ branch, joint, quick }: typeof TIMES): Structure[] {
  const branches = (count: number): LevelSketch[] => [
    [1, joint],
    [count, branch],
    [1, joint],
  ];
  return [
    structure("linear", "linear: 4 nodes", "1×", [1, 1, 1, 1].map((width) => [width, branch])), // prettier-ignore
    structure("branches-2", "2 branches", "1.5–2×", branches(2)),
    structure("branches-3", "3 branches", "1.5–2×", branches(3)),
    structure("branches-5", "5 branches", "3–5×", branches(5)),
    structure("branches-10", "10 branches", "3–5×", branches(10)),
    structure("multi-level", "multi-level: 10 branches × 3", "5–10×", [
      [1, joint],
      [10, branch],
      [10, branch],
      [10, branch],
      [1, joint],
    ]),
    structure("etl", "ETL: 3 sources → 5 transforms → load", "4×", [
      [3, branch],
      [5, branch],
      [1, quick],
    ]),
    structure("features", "features: data → 10 → 10 → selection", "8×", [
      [1, quick],
      [10, branch],
      [10, branch],
      [1, quick],
    ]),
    structure("apis", "APIs: input → 5 requests → 5 transforms → merge", "7×", [
      [1, quick],
      [5, branch],
      [5, branch],
      [1, quick],
    ]),
  ];
}

function structure(name: string, title: string, stated: string, sketch: readonly LevelSketch[]): Structure {
  const { levels } = graphOf(
    sketch.map(([width]) => width),
    { sourceCount: 2 },
  );
  const graph = { levels: levels.map((nodes, level) => nodes.map((node) => ({ ...node, sleepMs: sketch[level]?.[1] ?? 0 }))) };
  const idealMs = sketch.reduce((sum, [, sleepMs]) => sum + sleepMs, 0);
  const serialMs = sketch.reduce((sum, [width, sleepMs]) => sum + width * sleepMs, 0);
  return { name, title, stated, graph, runCount: 1, idealMs, bound: serialMs / idealMs };
}
