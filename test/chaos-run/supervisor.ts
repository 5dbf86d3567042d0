import { until } from "../support/until.ts";
import { FaultyProxy } from "./faulty-proxy.ts";
import type { Journal } from "./journal.ts";
import { RoleSlot, type RoleSlotOptions } from "./role-slot.ts";

export interface SupervisorOptions extends Pick<RoleSlotOptions, "tracesUrl" | "settings" | "niceness" | "folder" | "journal"> {
  readonly redisUrl: string;
  readonly schedulers: number;
  readonly workers: number;
  /** Whether every other process reaches Redis through a proxy of its own, whose connections can be harmed. @default true */
  readonly isProxied?: boolean;
}

/** The longest that an orderly stop may take: both graces of a worker, and what it allows itself beyond. In ms. */
const MAX_STOP_MS = 25_000;
const MAX_START_MS = 60_000;

/** Role processes that are kept up. */
export class Supervisor {
  readonly slots: readonly RoleSlot[];
  readonly #journal: Journal;
  readonly #proxies: readonly FaultyProxy[];

  private constructor(slots: readonly RoleSlot[], proxies: readonly FaultyProxy[], journal: Journal) {
    this.slots = slots;
    this.#proxies = proxies;
    this.#journal = journal;
  }

  /** Starts them, and answers once all of them take work. */
  static async start({ schedulers, workers, redisUrl, isProxied = true, ...options }: SupervisorOptions): Promise<Supervisor> {
    const slots: RoleSlot[] = [];
    const proxies: FaultyProxy[] = [];
    for (const [role, count] of [["scheduler", schedulers] as const, ["worker", workers] as const]) {
      for (let i = 1; i <= count; i += 1) {
        const proxied = isProxied && i % 2 === 0 ? await openProxy(redisUrl) : undefined;
        if (proxied !== undefined) proxies.push(proxied.proxy);
        const name = `${role}-${String(i)}`;
        slots.push(new RoleSlot({ ...options, role, name, proxy: proxied?.proxy, redisUrl: proxied?.url ?? redisUrl }));
      }
    }
    const supervisor = new Supervisor(slots, proxies, options.journal);
    for (const slot of slots) slot.start();
    await supervisor.allUp();
    return supervisor;
  }

  allUp(): Promise<void> {
    return until("all processes take work", () => this.slots.every((slot) => slot.isUp), MAX_START_MS);
  }

  /** Asks one to stop, as a deployment does, and waits until the next one takes work. */
  async restart(slot: RoleSlot): Promise<void> {
    const name = slot.processName;
    this.#checkStop(name, await slot.restart());
    await until(`the one after ${name} takes work`, () => slot.isUp, MAX_START_MS);
  }

  /** Asks all of them to stop, for good. */
  async stop(): Promise<void> {
    const names = this.slots.map((slot) => slot.processName);
    const took = await Promise.all(this.slots.map((slot) => slot.stop()));
    for (const [i, name] of names.entries()) this.#checkStop(name, took[i] ?? 0);
    for (const proxy of this.#proxies) proxy.stop();
  }

  /** Ends all of them at once, whatever they do. */
  destroy(): void {
    for (const slot of this.slots) {
      void slot.stop();
      slot.kill();
    }
    for (const proxy of this.#proxies) proxy.stop();
  }

  #checkStop(name: string, tookMs: number): void {
    if (tookMs > MAX_STOP_MS) this.#journal.find({ what: "an orderly stop took too long", evidence: { process: name, tookMs } });
  }
}

/** A proxy to Redis, and the URL that leads through it. */
export async function openProxy(redisUrl: string): Promise<{ readonly proxy: FaultyProxy; readonly url: string }> {
  const url = new URL(redisUrl);
  const proxy = new FaultyProxy(Number(url.port));
  url.port = String(await proxy.start());
  return { proxy, url: url.href };
}
