import type { ChildProcess } from "node:child_process";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { dirname } from "node:path";
import { LevelflowError } from "../core/errors/levelflow-error.ts";
import { readLogTail, type RedisLog } from "./redis-log.ts";
import { waitUntilReady, type SocketConnection } from "./redis-readiness.ts";
import { waitUntilSilent } from "./redis-socket.ts";
import { spawnSupervised } from "./redis-supervisor.ts";

/** How an embedded Redis ended that nobody had told to. */
export interface EmbeddedRedisExit {
  /** Its exit code, 128 and the signal's number if it was killed; `null` if its supervisor was. */
  readonly code: number | null;
  /** The last lines of its log. */
  readonly logTail: string;
}

interface RedisProcessSettings {
  readonly serverPath: string;
  readonly configFile: string;
  readonly socketPath: string;
  readonly log: RedisLog;
  readonly stopTimeoutMs: number;
  /** Frees the data folder. Called after every end of a server that had become ready. */
  readonly release: () => Promise<void>;
  readonly onExit: ((exit: EmbeddedRedisExit) => void) | undefined;
}

type State = "starting" | "running" | "stopping" | "ended";

/** The server process of one embedded Redis, from its spawn to its end. */
export class RedisProcess {
  readonly #settings: RedisProcessSettings;
  #state: State = "starting";
  #child: ChildProcess | undefined;
  #ended: Promise<number | null> | undefined;
  #stopped: Promise<void> | undefined;
  #cleaned: Promise<void> | undefined;

  constructor(settings: RedisProcessSettings) {
    this.#settings = settings;
  }

  /** Starts the server and answers its pid once it can be used. After a failure nothing of it is left running. */
  async start(connection: SocketConnection, timeoutMs: number): Promise<number> {
    const { serverPath, configFile, log } = this.#settings;
    const child = spawnSupervised(serverPath, configFile, log.file.fd);
    this.#child = child;
    this.#ended = endOf(child);
    await log.file.close();
    const pid = await this.#waitUntilReady(connection, timeoutMs);
    this.#state = "running";
    setRef(child, false); // A server alone keeps no process alive: when all else has ended, so does it.
    void this.#ended.then((code) => this.#onEnd(code));
    return pid;
  }

  /** Ends the server and frees the data folder. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopOnce();
    return this.#stopped;
  }

  async #stopOnce(): Promise<void> {
    if (this.#state !== "ended") {
      this.#state = "stopping";
      await this.#end();
    }
    await this.#cleanUp();
  }

  async #waitUntilReady(connection: SocketConnection, timeoutMs: number): Promise<number> {
    const readiness = new AbortController();
    const timer = setTimeout(() => readiness.abort(`did not answer within ${timeoutMs} ms`), timeoutMs);
    void this.#ended?.then(() => readiness.abort("ended before it could be used"));
    try {
      return await waitUntilReady(connection, readiness.signal);
    } catch (cause) {
      const what = String(readiness.signal.reason);
      await this.#end();
      const text = `The embedded Redis (${this.#settings.serverPath}) ${what}. The end of its log, ${this.#settings.log.path}:`;
      throw new LevelflowError("REDIS_UNAVAILABLE", `${text}\n${await readLogTail(this.#settings.log)}`, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  async #onEnd(code: number | null): Promise<void> {
    if (this.#state !== "running") return;
    this.#state = "ended";
    await this.#cleanUp();
    this.#settings.onExit?.({ code, logTail: await readLogTail(this.#settings.log).catch(() => "") });
  }

  /** Asks the server to end, and kills it with everything around it when it has not done so in time. */
  async #end(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    setRef(child, true);
    child.kill("SIGTERM");
    const timer = setTimeout(() => killGroup(child), this.#settings.stopTimeoutMs);
    await this.#ended;
    clearTimeout(timer);
  }

  #cleanUp(): Promise<void> {
    this.#cleaned ??= this.#cleanUpOnce();
    return this.#cleaned;
  }

  async #cleanUpOnce(): Promise<void> {
    const { socketPath, stopTimeoutMs, log, release } = this.#settings;
    // Were the supervisor killed alone, Redis would be about to end now that the pipe is closed.
    this.#child?.stdin?.destroy();
    await waitUntilSilent(socketPath, stopTimeoutMs);
    if (dirname(socketPath) !== dirname(log.path)) await rm(dirname(socketPath), { recursive: true, force: true });
    await release();
  }
}

/** Resolves, and never rejects, with the exit code when the process has ended or could not be started. */
function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.once("error", () => resolve(null));
  });
}

function setRef(child: ChildProcess, isRef: boolean): void {
  if (isRef) child.ref();
  else child.unref();
  if (!(child.stdin instanceof Socket)) return;
  if (isRef) child.stdin.ref();
  else child.stdin.unref();
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Ended at this very moment.
  }
}
