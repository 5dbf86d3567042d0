import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { queuePrefix } from "../../src/queue/bullmq/names.ts";
import type { FaultKind, Journal } from "./journal.ts";
import type { MortalRedis } from "./mortal-redis.ts";
import type { RoleSlot } from "./role-slot.ts";
import type { Supervisor } from "./supervisor.ts";
import type { FaultyProxy } from "./faulty-proxy.ts";

export interface FaultsOptions {
  readonly supervisor: Supervisor;
  readonly redis: MortalRedis;
  /** The proxies of producers; those of roles are with their slots. */
  readonly producerProxies: readonly FaultyProxy[];
  /** To look at things with. */
  readonly client: Redis;
  readonly prefix: string;
  readonly journal: Journal;
  readonly random: () => number;
  readonly meanGapMs: number;
  /** Enqueues a run with a node that computes for seconds. */
  readonly addBlockingRun: () => void;
}

/** As often as each comes. A deck is played to its end before it is shuffled again, so that a short time has all kinds in it. */
const DECK: readonly FaultKind[] = [
  ...["kill worker", "kill worker", "kill worker", "kill worker", "kill scheduler", "kill scheduler"],
  ...["freeze worker", "freeze scheduler", "kill Redis", "slow connection", "cut connection", "cut connection"],
  ...["halve connection", "block event loop", "restart worker", "restart scheduler", "rolling deploy"],
] as readonly FaultKind[];

/** Inflicts one fault after another, at random from the seed, until it is told to end. */
export class Faults {
  readonly #options: FaultsOptions;
  readonly #underWay = new Set<Promise<void>>();
  #deck: FaultKind[] = [];

  constructor(options: FaultsOptions) {
    this.#options = options;
  }

  async stream(signal: AbortSignal): Promise<void> {
    const { random, meanGapMs, journal } = this.#options;
    for (;;) {
      await sleep(random() * 2 * meanGapMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      const fault = this.#inflict(this.#draw(), signal).catch((error: unknown) =>
        journal.find({ what: "a fault could not be undone", evidence: String(error) }),
      );
      this.#underWay.add(fault);
      void fault.finally(() => this.#underWay.delete(fault));
    }
    // Everything that was taken away is given back.
    await Promise.all(this.#underWay);
  }

  #draw(): FaultKind {
    if (this.#deck.length === 0) this.#deck = shuffle(DECK, this.#options.random);
    return this.#deck.pop() ?? "kill worker";
  }

  async #inflict(kind: FaultKind, signal: AbortSignal): Promise<void> {
    const { random } = this.#options;
    switch (kind) {
      case "kill worker":
        return this.#kill(kind, "worker");
      case "kill scheduler":
        // Half of them when a level has just ended, so that somebody is about to advance its run.
        if (random() < 0.5) await this.#untilBarrier(signal);
        return this.#kill(kind, "scheduler");
      case "freeze worker":
        return this.#freeze(kind, "worker", signal);
      case "freeze scheduler":
        return this.#freeze(kind, "scheduler", signal);
      case "kill Redis":
        return this.#killRedis();
      case "slow connection":
      case "cut connection":
      case "halve connection":
        return this.#harmConnection(kind, signal);
      case "block event loop":
        this.#options.journal.begin(kind, "", "a run is enqueued that does");
        this.#options.addBlockingRun();
        return;
      case "restart worker":
        return this.#restart(kind, "worker");
      case "restart scheduler":
        return this.#restart(kind, "scheduler");
      case "rolling deploy":
        return this.#deploy();
    }
  }

  async #kill(kind: FaultKind, role: RoleSlot["role"]): Promise<void> {
    const slot = this.#pick(role);
    if (slot === undefined) return;
    this.#options.journal.begin(kind, slot.processName);
    slot.kill();
  }

  /** For longer than its locks hold, so that it comes back into a world that went on without it. */
  async #freeze(kind: FaultKind, role: RoleSlot["role"], signal: AbortSignal): Promise<void> {
    const { journal, random } = this.#options;
    const slot = this.#pick(role);
    if (slot === undefined) return;
    const ms = 6_000 + random() * 9_000;
    const fault = journal.begin(kind, slot.processName);
    await slot.freeze(ms, signal);
    journal.end(fault);
  }

  async #killRedis(): Promise<void> {
    const { journal, redis, random } = this.#options;
    const fault = journal.begin("kill Redis", "");
    await redis.crash(random() * 3_000);
    journal.end(fault);
  }

  async #harmConnection(kind: "slow connection" | "cut connection" | "halve connection", signal: AbortSignal): Promise<void> {
    const { journal, random, supervisor, producerProxies } = this.#options;
    const ways = [
      ...supervisor.slots.flatMap(({ proxy, processName }) => (proxy === undefined ? [] : [{ proxy, name: processName }])),
      ...producerProxies.map((proxy, i) => ({ proxy, name: `producer-${String(i + 1)}` })),
    ];
    const way = ways[Math.floor(random() * ways.length)];
    if (way === undefined) return;
    const ms = 500 + random() * 11_500;
    const direction = random() < 0.5 ? "to Redis" : "from Redis";
    const delayMs = 5 + random() * 200;
    const detail = { "slow connection": `${delayMs.toFixed(0)} ms`, "cut connection": "", "halve connection": direction }[kind];
    const fault = journal.begin(kind, way.name, detail);
    if (kind === "cut connection") {
      way.proxy.cut();
      return;
    }
    if (kind === "slow connection") way.proxy.slow(delayMs);
    else way.proxy.halve(direction);
    await sleep(ms, undefined, { signal }).catch(() => undefined);
    // What was held goes on, or never arrives.
    if (kind === "halve connection" && random() < 0.5) way.proxy.cut();
    way.proxy.calm();
    journal.end(fault);
  }

  async #restart(kind: FaultKind, role: RoleSlot["role"]): Promise<void> {
    const { journal, supervisor } = this.#options;
    const slot = this.#pick(role);
    if (slot === undefined) return;
    const fault = journal.begin(kind, slot.processName);
    await supervisor.restart(slot);
    journal.end(fault);
  }

  async #deploy(): Promise<void> {
    const { journal, supervisor } = this.#options;
    const fault = journal.begin("rolling deploy", "all");
    for (const slot of supervisor.slots) if (slot.isUp) await supervisor.restart(slot);
    journal.end(fault);
  }

  #pick(role: RoleSlot["role"]): RoleSlot | undefined {
    const up = this.#options.supervisor.slots.filter((slot) => slot.role === role && slot.isUp);
    return up[Math.floor(this.#options.random() * up.length)];
  }

  /** Resolves when a scheduler has just taken a job, or after some seconds without any. */
  async #untilBarrier(signal: AbortSignal): Promise<void> {
    const { client, prefix } = this.#options;
    const active = `${queuePrefix(prefix)}:barriers:active`;
    for (const end = performance.now() + 3_000; performance.now() < end && !signal.aborted;) {
      if ((await client.llen(active)) > 0) return;
      await sleep(1);
    }
  }
}

function shuffle<T>(list: readonly T[], random: () => number): T[] {
  const shuffled = [...list];
  for (let i = shuffled.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}
