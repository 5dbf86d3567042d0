import { Worker as Thread } from "node:worker_threads";
import { LevelflowError } from "../../core/errors/levelflow-error.ts";
import { isStopMessage, type WorkerMessage } from "./worker-messages.ts";

/** The side of a worker process that its parent speaks with. */
export interface ManagedWorker {
  /** Aborted when the parent, or whoever sends SIGTERM, wants the worker to end. */
  readonly signal: AbortSignal;
  ready(): void;
  /** Tells the parent why there will be no worker. */
  fail(error: unknown): Promise<void>;
}

/**
 * Ties this process to the one that forked it. Without its parent there is no Redis either, so it ends at once when that is gone. Ctrl-C
 * reaches every process of the terminal: what follows from it is the parent's to say.
 */
export function tieToParent(): ManagedWorker {
  const stop = new AbortController();
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => stop.abort());
  process.on("message", (message) => {
    if (isStopMessage(message)) stop.abort();
  });
  process.on("disconnect", () => process.exit(1));
  new Thread(new URL("./parent-watch-thread.js", import.meta.url), { workerData: process.ppid }).unref();
  return { signal: stop.signal, ready: () => void send({ kind: "ready" }), fail: (error) => send(failureOf(error)) };
}

function failureOf(error: unknown): WorkerMessage {
  if (error instanceof LevelflowError) return { kind: "failed", code: error.code, message: error.message };
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: "failed", code: "INVALID_NODES_MODULE", message: `a worker process could not start: ${detail}` };
}

/** Resolves when the message is on its way: a process that ends before takes it along. */
function send(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
