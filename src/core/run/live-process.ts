/** A process that was heard of lately. */
interface LiveProcess {
  /** Names it in records and logs: host, process id, and what tells it from others on that host. */
  readonly id: string;
  /** Of the package that it runs. */
  readonly version?: string | undefined;
  /** How long ago it was heard of, in ms. */
  readonly silentMs: number;
}

/** A worker that was heard of lately. */
export interface LiveWorker extends LiveProcess {
  readonly pool: string;
  /** Node types that it has. */
  readonly types: readonly string[];
  /** Nodes that it works on at the most, and those that it was at work on. */
  readonly concurrency?: number | undefined;
  readonly running?: number | undefined;
}

/** A scheduler that was heard of lately. */
export type LiveScheduler = LiveProcess;

export interface LiveProcesses {
  /** By id. */
  readonly workers: readonly LiveWorker[];
  readonly schedulers: readonly LiveScheduler[];
}
