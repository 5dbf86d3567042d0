/** Where a level's time went. All times in ms. */
export interface LevelProfile {
  readonly level: number;
  readonly nodeCount: number;
  /** From the level's dispatch until a worker began its first node. */
  readonly queueWaitMs: number;
  /** From the level's dispatch until a node was begun, on average. In a level with more nodes than places that is mostly waiting for those. */
  readonly meanWaitMs: number;
  /** From its first node's begin to its last one's end. */
  readonly runMs: number;
  /** The most of its nodes that were at work at a time. */
  readonly slots: number;
  /** How much of those slots was unused between the level's dispatch and its end, 0 to 1. */
  readonly idleShare: number;
  readonly slowest: {
    readonly nodeId: string;
    readonly timeMs: number;
    /** By how much the node could have been slower without making the longest path through the workflow longer; of a completed run only. */
    readonly slackMs?: number;
  };
  /** What the barrier behind it cost the run; of a completed run only. The levels' add up to the run's, so a level's may be below 0. */
  readonly barrierLossMs?: number;
}

/** What a completed run's nodes would take in another order, by the time that each of them took. */
export interface OrderProfile {
  /** The longest path through the workflow, in ms: with any number of workers, its nodes take no less. */
  readonly criticalPathMs: number;
  /** The nodes on it, from start to end. */
  readonly criticalPath: readonly string[];
  /** Level by level, without any wait between them, in ms. */
  readonly levelOrderMs: number;
  /** Each node as soon as its sources are done, no more at a time than the run had at most, in ms. */
  readonly dependencyOrderMs: number;
  /** What dependency order would have saved: the difference of the two. */
  readonly barrierLossMs: number;
}

/** Where a run's time went, worked out when it is asked for from what is stored of nodes and levels anyway. */
export interface RunProfile {
  /** Levels that are over and had a node at work, in order. */
  readonly levels: readonly LevelProfile[];
  /** The most of its nodes that were at work at a time. */
  readonly slots: number;
  /** Of a completed run. */
  readonly order?: OrderProfile;
}
