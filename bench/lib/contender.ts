import type { Shape } from "./shapes.ts";

/** One of the programs that are compared. */
export interface Contender {
  readonly name: string;
  /** Runs the shape once, from enqueue to its end. */
  run(shape: Shape): Promise<void>;
  stop(): Promise<void>;
}
