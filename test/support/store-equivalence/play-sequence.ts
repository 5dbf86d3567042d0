import { isDeepStrictEqual } from "node:util";
import { comparableOutcome, observe, type Horizon, type StoreView } from "./observe.ts";
import { callsOf, callStore, describeStep, show, type Outcome, type Step, type StoreCall } from "./step.ts";
import { openStores, type Stores, type StoresOptions } from "./stores.ts";

/** The stores did not do the same. */
export class Difference extends Error {
  override readonly name = "Difference";
  readonly #steps: readonly Step[];

  constructor(message: string, steps: readonly Step[]) {
    super(message);
    this.#steps = steps;
  }

  /** The last of them showed it. */
  get steps(): readonly Step[] {
    return this.#steps;
  }
}

/** What both stores did, which is the same. */
export interface Played {
  readonly outcomes: readonly (readonly [StoreCall, Outcome])[];
  readonly view: StoreView;
}

/** Both stores in the middle of a sequence. */
export interface Playing {
  /** Takes the step on both, and throws a {@link Difference} if they answer, tell or show different things. */
  take(step: Step): Promise<Played>;
  /** Once every run is deleted: throws if the Redis store has kept anything of one. */
  expectNothingLeft(): Promise<void>;
}

/** Keys that are of no run. */
const KEPT_KEYS = new Set(["workers", "schedulers", "stateful-types", "handler-times"]);

export async function playOn<T>(options: StoresOptions, horizon: Horizon, play: (playing: Playing) => Promise<T>): Promise<T> {
  const stores = await openStores(options);
  try {
    return await play(startPlaying(stores, horizon));
  } finally {
    await stores.close();
  }
}

function startPlaying(stores: Stores, horizon: Horizon): Playing {
  const subjects = [stores.memory, stores.redis] as const;
  const observers = subjects.map((subject) => observe(subject, horizon));
  const steps: Step[] = [];
  const expectSame = (subject: string, memory: unknown, redis: unknown): void => {
    const difference = findDifference(subject, memory, redis);
    if (difference !== undefined) throw new Difference(difference, steps);
  };
  return {
    async take(step) {
      steps.push(step);
      stores.advance(step.afterMs);
      const calls = callsOf(step);
      const answers = subjects.map(({ store }) => Promise.all(calls.map((call) => callStore(store, call))));
      const [ofMemory, ofRedis] = await Promise.all(answers);
      const outcomes = calls.map((call, i) => {
        const [memory, redis] = [ofMemory![i]!, ofRedis![i]!];
        expectSame("the answer", comparableOutcome(call, memory), comparableOutcome(call, redis));
        if ("threw" in memory) throw new Difference(`both stores threw: ${memory.threw}`, steps);
        return [call, memory] as const;
      });
      const [[memorySignals, memoryView], [redisSignals, redisView]] = await Promise.all([
        Promise.all([stores.memory.takeSignals(), observers[0]!.look()]),
        Promise.all([stores.redis.takeSignals(), observers[1]!.look()]),
      ]);
      expectSame("signals", memorySignals, redisSignals);
      expectSame("what is shown", memoryView, redisView);
      return { outcomes, view: memoryView };
    },

    async expectNothingLeft() {
      const left = (await stores.findKeys()).filter((key) => !KEPT_KEYS.has(key));
      if (left.length > 0) throw new Difference(`Redis has kept keys of deleted runs: ${left.join(", ")}`, steps);
    },
  };
}

/** The steps one to a line, and what they led to. */
export function describeDifference({ message, steps }: Difference): string {
  return `${message}\nafter\n${steps.map(describeStep).join("\n")}`;
}

/** Names the innermost part that is not the same. */
function findDifference(subject: string, memory: unknown, redis: unknown): string | undefined {
  if (isDeepStrictEqual(memory, redis)) return undefined;
  const parts = partsOf(memory);
  const others = partsOf(redis);
  if (parts === undefined || others === undefined) return `${subject}: memory ${show(memory)}, Redis ${show(redis)}`;
  for (const key of new Set([...parts.keys(), ...others.keys()])) {
    const difference = findDifference(`${subject} · ${String(key)}`, parts.get(key), others.get(key));
    if (difference !== undefined) return difference;
  }
  return `${subject}: memory ${show(memory)}, Redis ${show(redis)} (order, or keys without a value)`;
}

function partsOf(value: unknown): ReadonlyMap<unknown, unknown> | undefined {
  if (value instanceof Map) return value;
  if (typeof value !== "object" || value === null || value instanceof Set) return undefined;
  return new Map(Object.entries(value));
}
