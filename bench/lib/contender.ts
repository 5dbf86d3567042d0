import type { Graph, GraphResult } from "./graph.ts";

/** One of the programs that are compared, deployed as its users would: a scheduler process, worker processes, and this one as the producer. */
export interface Contender {
  readonly name: string;
  /** Runs a graph once for each seed, all at once, and answers every node's result of each. */
  run(graph: Graph, seeds: readonly number[]): Promise<readonly Readonly<Record<string, GraphResult>>[]>;
  stop(): Promise<void>;
}

export interface MeasuredContender extends Contender {
  /** What its processes, this one included, have computed since they began, in ms. */
  readCpuMs(): Promise<number>;
}

/** How a contender is deployed. */
export interface Deployment {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly workerCount: number;
  /** Nodes that a worker process works on at a time. */
  readonly concurrency: number;
  /** A folder for the CPU profiles of the processes. */
  readonly profileFolder?: string | undefined;
}
