/** Numbers of nodes, of which the one that comes first by `isBefore` is taken first. A binary heap. */
export class PriorityHeap {
  readonly #items: number[] = [];
  readonly #isBefore: (a: number, b: number) => boolean;

  constructor(isBefore: (a: number, b: number) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): number | undefined {
    return this.#items[0];
  }

  put(item: number): void {
    let place = this.#items.push(item) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.#isBefore(this.#at(place), this.#at(above))) return;
      this.#swap(place, above);
      place = above;
    }
  }

  take(): number | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (first === undefined || last === undefined || this.#items.length === 0) return first;
    this.#items[0] = last;
    this.#sink();
    return first;
  }

  #sink(): void {
    for (let place = 0; ;) {
      const left = 2 * place + 1;
      if (left >= this.#items.length) return;
      const right = left + 1;
      const below = right < this.#items.length && this.#isBefore(this.#at(right), this.#at(left)) ? right : left;
      if (!this.#isBefore(this.#at(below), this.#at(place))) return;
      this.#swap(place, below);
      place = below;
    }
  }

  /** An item whose place is known to be in range. */
  #at(place: number): number {
    return this.#items[place] ?? 0;
  }

  #swap(a: number, b: number): void {
    [this.#items[a], this.#items[b]] = [this.#at(b), this.#at(a)];
  }
}
