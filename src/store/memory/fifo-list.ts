/** A list that is taken from at its front in constant time. */
export interface FifoList<T> {
  items: T[];
  head: number;
}

export function createList<T>(items: T[] = []): FifoList<T> {
  return { items, head: 0 };
}

export function peekFirst<T>(list: FifoList<T>): T | undefined {
  return list.items[list.head];
}

export function dropFirst<T>(list: FifoList<T>): void {
  if (list.head < list.items.length) list.head += 1;
}

export function putFirst<T>(list: FifoList<T>, item: T): void {
  if (list.head === 0) {
    list.items.unshift(item);
    return;
  }
  list.head -= 1;
  list.items[list.head] = item;
}

export function putLast<T>(list: FifoList<T>, item: T): void {
  list.items.push(item);
}
