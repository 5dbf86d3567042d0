import { runLocal, type RunResult } from "../../src/index.ts";
import { startEngine } from "./engine.ts";

/** Options of a run that must change nothing about its outcome. */
export interface RunModeOptions {
  readonly sequential?: boolean;
  readonly maxConcurrency?: number;
}

/** Where workflows are run, until it is closed. */
export interface RunPlace {
  run(payload: unknown): Promise<RunResult>;
  close(): Promise<void>;
}

/** One way to run a workflow. */
export interface RunMode {
  readonly name: string;
  readonly options: RunModeOptions;
  readonly open: () => Promise<RunPlace>;
}

const SEQUENTIAL = { sequential: true };
const TWO_AT_A_TIME = { maxConcurrency: 2 };

/** Every way in which a workflow has to come to the same end. */
export const RUN_MODES: readonly RunMode[] = [
  inProcess("in this process", {}),
  inProcess("in this process, sequentially", SEQUENTIAL),
  inProcess("in this process, two nodes at a time", TWO_AT_A_TIME),
  throughRedis("through Redis, over one worker", 1),
  throughRedis("through Redis, over three workers", 3),
  throughRedis("through Redis, over four workers", 4),
  throughRedis("through Redis, over three workers, sequentially", 3, SEQUENTIAL),
  throughRedis("through Redis, over three workers, two nodes at a time", 3, TWO_AT_A_TIME),
];

function inProcess(name: string, options: RunModeOptions): RunMode {
  const place: RunPlace = { run: (payload) => runLocal(payload, options), close: async () => undefined };
  return { name, options, open: async () => place };
}

function throughRedis(name: string, workers: number, options: RunModeOptions = {}): RunMode {
  return {
    name,
    options,
    open: async () => {
      const engine = await startEngine({ workers });
      return {
        run: async (payload) => (await engine.producer.enqueue(payload, options)).result(),
        close: () => engine.stop(),
      };
    },
  };
}
