import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { LevelflowError } from "../../core/errors/levelflow-error.ts";
import { isWorkerMessage, type StopMessage } from "./worker-messages.ts";

export interface WorkerProcessesParams {
  /** How many are kept alive. */
  readonly count: number;
  /** Arguments of `levelflow worker`. Nothing secret: every user of the machine can read them. */
  readonly args: readonly string[];
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Takes what the processes print, by line. */
  readonly onLine: (line: string) => void;
  /** Called when no worker can be had: the module of its nodes does not load, for one. */
  readonly onFailure: (error: Error) => void;
}

const ENTRY = fileURLToPath(new URL("../main.js", import.meta.url));

/** Keeps worker processes going: one that dies with the node it ran is replaced. They end with this process, however it ends. */
export class WorkerProcesses {
  readonly #params: WorkerProcessesParams;
  readonly #children = new Set<ChildProcess>();
  readonly #ready = new Set<ChildProcess>();
  #isStopping = false;
  #allReady: (() => void) | undefined;

  constructor(params: WorkerProcessesParams) {
    this.#params = params;
  }

  /** Starts the processes, and resolves when all of them take nodes. Never does if they fail, which `onFailure` is told. */
  start(): Promise<void> {
    this.#isStopping = false;
    while (this.#children.size < this.#params.count) this.#startOne();
    return new Promise((resolve) => (this.#allReady = resolve));
  }

  /** Has the workers give back what they run. Those that have not ended after `timeoutMs` are killed. Idempotent. */
  async stop({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    this.#isStopping = true;
    const children = [...this.#children];
    // A channel that is closed belongs to a process that is ending.
    for (const child of children) if (child.connected) child.send({ kind: "stop" } satisfies StopMessage, () => undefined);
    const timer = setTimeout(() => this.kill(), timeoutMs);
    await Promise.all(children.map(untilGone));
    clearTimeout(timer);
  }

  /** Ends the processes at once. */
  kill(): void {
    this.#isStopping = true;
    for (const child of this.#children) child.kill("SIGKILL");
  }

  #startOne(): void {
    const { args, env, onLine, onFailure } = this.#params;
    const child = fork(ENTRY, ["worker", "--managed", ...args], { env, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.#children.add(child);
    let failure: Error | undefined;
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface({ input: stream }).on("line", onLine);
    child.on("message", (message) => {
      if (!isWorkerMessage(message)) return;
      if (message.kind === "failed") failure = new LevelflowError(message.code, message.message);
      else this.#noteReady(child);
    });
    child.on("error", (error) => (failure ??= error));
    child.once("close", (code, signal) => {
      this.#children.delete(child);
      const wasReady = this.#ready.delete(child);
      if (this.#isStopping) return;
      const how = signal ?? `exit code ${code ?? "unknown"}`;
      if (!wasReady) return onFailure(failure ?? endedEarly(how));
      onLine(`worker process ${child.pid ?? ""} ended unasked (${how}): starting another`);
      this.#startOne();
    });
  }

  #noteReady(child: ChildProcess): void {
    this.#ready.add(child);
    if (this.#ready.size === this.#params.count) this.#allReady?.();
  }
}

async function untilGone(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

function endedEarly(how: string): LevelflowError {
  return new LevelflowError(
    "INVALID_NODES_MODULE",
    `a worker process ended before it was ready (${how}): does a module given with --nodes end it?`,
  );
}
