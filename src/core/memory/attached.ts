/**
 * What follows from an object of ours, kept with it for as long as it is held, where nobody sees it: neither JSON, nor copies, nor comparisons.
 *
 * A `WeakMap` would do, for a few objects. V8 takes the values in one that has grown old for reachable until the next full collection, so of
 * objects that come and go by the thousand each would leave its value behind for seconds.
 */
export class Attached<Owner extends object, Value> {
  readonly #key: symbol;

  /** @param name for whoever looks with a debugger. */
  constructor(name: string) {
    this.#key = Symbol(name);
  }

  get(owner: Owner): Value | undefined {
    return (owner as Readonly<Record<symbol, Value | undefined>>)[this.#key];
  }

  /** Keeps nothing with an object that takes nothing up, a frozen one. */
  set(owner: Owner, value: Value): void {
    if (!Object.isExtensible(owner)) return;
    Object.defineProperty(owner, this.#key, { value, enumerable: false, configurable: true, writable: true });
  }
}
