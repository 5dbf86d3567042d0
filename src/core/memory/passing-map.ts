/** Entries that are deleted before a map starts anew; copying those that are left costs less than one more each by then. */
const MIN_DELETED_COUNT = 64;

/**
 * A map whose entries come and go by the thousand, small numbers of them at a time.
 *
 * In V8 the table of a `Map` that has run full of deleted entries points to the one that takes its place. As soon as one of them has grown old,
 * all that come after it stay until the next full collection of garbage, with whatever they held last: each entry there ever was, more or
 * less, is copied twice and kept for seconds. This one takes a new `Map` before that.
 */
export class PassingMap<Key, Value> {
  #entries = new Map<Key, Value>();
  #deletedCount = 0;

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: Key, value: Value): void {
    this.#entries.set(key, value);
  }

  /** Answers whether it was there. */
  delete(key: Key): boolean {
    if (!this.#entries.delete(key)) return false;
    this.#deletedCount += 1;
    if (this.#deletedCount >= Math.max(MIN_DELETED_COUNT, this.#entries.size)) {
      this.#entries = new Map(this.#entries);
      this.#deletedCount = 0;
    }
    return true;
  }

  /** In the order in which they came. What comes meanwhile may be missed, and what goes found all the same. */
  keys(): MapIterator<Key> {
    return this.#entries.keys();
  }

  /** The same. */
  values(): MapIterator<Value> {
    return this.#entries.values();
  }
}
