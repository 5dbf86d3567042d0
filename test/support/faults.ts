/** What a fault-injecting adapter throws, so that tests can tell it from a bug. */
export class InjectedFault extends Error {
  override readonly name = "InjectedFault";
}

export interface FaultPlan {
  /** Draws from 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** Share of calls that fail, 0 to 1: half of them before they took effect, half after. */
  readonly rate: number;
  /** The methods that may fail; the others are passed on. */
  readonly methods: readonly string[];
}

/** The same adapter, with some of its calls failing: the caller cannot tell whether a call that failed took effect. */
export function withFaults<Adapter extends object>(adapter: Adapter, { random, rate, methods }: FaultPlan): Adapter {
  const faulty = new Set<PropertyKey>(methods);
  return new Proxy(adapter, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      const call = (args: unknown[]): unknown => Reflect.apply(member, target, args);
      if (!faulty.has(property)) return (...args: unknown[]) => call(args);
      return async (...args: unknown[]) => {
        const fate = random();
        if (fate < rate / 2) throw new InjectedFault(`${String(property)} failed before it took effect`);
        const answer = await call(args);
        if (fate < rate) throw new InjectedFault(`${String(property)} failed after it took effect`);
        return answer;
      };
    },
  });
}
