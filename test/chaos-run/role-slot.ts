import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { openSync, closeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { TYPESCRIPT_ARGS } from "../support/typescript-args.ts";
import type { FaultyProxy } from "./faulty-proxy.ts";
import type { Journal } from "./journal.ts";
import type { RoleProcessOptions } from "./role-main.ts";

const ENTRY = fileURLToPath(new URL("./role-main.ts", import.meta.url));
/** How long an orderly stop is waited for at all. */
const MAX_PATIENCE_MS = 45_000;
/** How long nobody is in a place after a death, as with any supervisor. */
const RESTART_DELAY_MS = 300;

export interface RoleSlotOptions extends Omit<RoleProcessOptions, "name"> {
  readonly name: string;
  /** What its connections go through, if anything. */
  readonly proxy: FaultyProxy | undefined;
  /** Where what it prints goes. */
  readonly folder: string;
  readonly journal: Journal;
}

type SlotState = "starting" | "up" | "frozen" | "stopping" | "down";

/** A place for one role process, in which there is soon another one after each death. */
export class RoleSlot {
  readonly role: "scheduler" | "worker";
  readonly proxy: FaultyProxy | undefined;
  readonly #options: RoleSlotOptions;
  #state: SlotState = "down";
  #incarnation = 0;
  #child: ChildProcess | undefined;
  #isKilled = false;
  #isKeptUp = true;
  #life: Promise<void> = Promise.resolve();

  constructor(options: RoleSlotOptions) {
    this.#options = options;
    this.role = options.role;
    this.proxy = options.proxy;
  }

  get isUp(): boolean {
    return this.#state === "up";
  }

  /** The process that is there now, as its traces name it. */
  get processName(): string {
    return `${this.#options.name}.${String(this.#incarnation)}`;
  }

  start(): void {
    this.#life = this.#keepUp();
  }

  /** Ends the process as a crash would. Another one follows. */
  kill(): void {
    this.#isKilled = true;
    this.#child?.kill("SIGKILL");
  }

  /** Stops the process where it stands; it knows of nothing when it goes on. */
  async freeze(ms: number, signal: AbortSignal): Promise<void> {
    const child = this.#child;
    this.#state = "frozen";
    child?.kill("SIGSTOP");
    await sleep(ms, undefined, { signal }).catch(() => undefined);
    child?.kill("SIGCONT");
    if (this.#child === child && child?.exitCode === null) this.#state = "up";
  }

  /** Asks the process to stop, and answers how long that took, in ms. Another one follows. */
  async restart(): Promise<number> {
    const child = this.#child;
    const askedAt = performance.now();
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return 0;
    this.#state = "stopping";
    child.kill("SIGTERM");
    // One that does not end would hold up everything; how long it took is a finding.
    const impatience = setTimeout(() => child.kill("SIGKILL"), MAX_PATIENCE_MS);
    await once(child, "exit");
    clearTimeout(impatience);
    return performance.now() - askedAt;
  }

  /** Asks the process to stop, for good. */
  async stop(): Promise<number> {
    this.#isKeptUp = false;
    const tookMs = await this.restart();
    await this.#life;
    return tookMs;
  }

  async #keepUp(): Promise<void> {
    while (this.#isWanted()) {
      await this.#liveOnce();
      if (this.#isWanted()) await sleep(RESTART_DELAY_MS);
    }
  }

  async #liveOnce(): Promise<void> {
    this.#incarnation += 1;
    this.#isKilled = false;
    this.#state = "starting";
    const child = this.#fork();
    this.#child = child;
    const exited = once(child, "exit");
    const isReady = await Promise.race([once(child, "message").then(() => true), exited.then(() => false)]);
    if (isReady) this.#state = "up";
    await exited;
    const hadToEnd = this.#wasKilled() || (this.#hasToStop() && child.exitCode === 0);
    this.#state = "down";
    // A start that Redis' absence ends is an end like any other, for a supervisor.
    if (!isReady && !hadToEnd) this.#options.journal.note(`${this.processName} did not get ready`);
    else if (!hadToEnd) this.#findDeath(child);
  }

  // Asked by calls: what is awaited in between changes them.
  #isWanted(): boolean {
    return this.#isKeptUp;
  }

  #wasKilled(): boolean {
    return this.#isKilled;
  }

  #hasToStop(): boolean {
    return this.#state === "stopping";
  }

  #fork(): ChildProcess {
    const { role, redisUrl, tracesUrl, settings, niceness = 0, folder, name } = this.#options;
    const options: RoleProcessOptions = { role, redisUrl, tracesUrl, settings, niceness, name: this.processName };
    const output = openSync(join(folder, `${name}.log`), "a");
    const child = fork(ENTRY, [JSON.stringify(options)], {
      execArgv: [...TYPESCRIPT_ARGS],
      stdio: ["ignore", output, output, "ipc"],
    });
    closeSync(output);
    return child;
  }

  #findDeath({ exitCode, signalCode }: ChildProcess): void {
    this.#options.journal.find({
      what: "a process ended that nobody had told to",
      evidence: {
        process: this.processName,
        exitCode,
        signalCode,
        output: join(this.#options.folder, `${this.#options.name}.log`),
      },
    });
  }
}
