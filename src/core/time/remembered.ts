/** Something that is read when it is asked for, and not again for a while. */
export class Remembered<T> {
  readonly #read: () => Promise<T>;
  readonly #maxAgeMs: number;
  #reading: Promise<T> | undefined;
  #readAt = -Infinity;

  constructor(read: () => Promise<T>, { maxAgeMs }: { readonly maxAgeMs: number }) {
    this.#read = read;
    this.#maxAgeMs = maxAgeMs;
  }

  async get(): Promise<T> {
    const now = performance.now();
    if (this.#reading === undefined || now - this.#readAt > this.#maxAgeMs) {
      this.#readAt = now;
      this.#reading = this.#read();
    }
    try {
      return await this.#reading;
    } catch (error) {
      this.#reading = undefined;
      throw error;
    }
  }
}
