/** Something that is read when it is asked for, and not again for a while. */
export class Remembered<T> {
  readonly #read: () => Promise<T>;
  readonly #maxAgeMs: number;
  #reading: Promise<T> | undefined;
  #readAt = -Infinity;
  #latest: T | undefined;

  constructor(read: () => Promise<T>, { maxAgeMs }: { readonly maxAgeMs: number }) {
    this.#read = read;
    this.#maxAgeMs = maxAgeMs;
  }

  /** `maxAgeMs`: how old it may be this time. */
  async get({ maxAgeMs = this.#maxAgeMs }: { readonly maxAgeMs?: number } = {}): Promise<T> {
    if (this.#reading === undefined || this.#isOlderThan(maxAgeMs)) {
      this.#readAt = performance.now();
      this.#latest = undefined;
      this.#reading = this.#read();
    }
    const reading = this.#reading;
    try {
      const value = await reading;
      if (this.#reading === reading) this.#latest = value;
      return value;
    } catch (error) {
      if (this.#reading === reading) this.#reading = undefined;
      throw error;
    }
  }

  /** What was read last, unless it is too old by now. */
  peek(): T | undefined {
    return this.#isOlderThan(this.#maxAgeMs) ? undefined : this.#latest;
  }

  #isOlderThan(ms: number): boolean {
    return performance.now() - this.#readAt > ms;
  }
}
