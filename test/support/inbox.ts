/** Messages in the order of their arrival, to be waited for one by one. */
export interface Inbox<T> {
  readonly put: (message: T) => void;
  /** The next message that nobody took yet. */
  next(): Promise<T>;
  /** The next message for which `matches` holds; those before it are dropped. */
  find(matches: (message: T) => boolean): Promise<T>;
  /** What has arrived and was not taken. */
  readonly waiting: readonly T[];
}

export function createInbox<T>(): Inbox<T> {
  const waiting: T[] = [];
  const takers: ((message: T) => void)[] = [];
  const next = (): Promise<T> => {
    const message = waiting.shift();
    return message === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(message);
  };
  return {
    waiting,
    next,
    put(message) {
      const taker = takers.shift();
      if (taker === undefined) waiting.push(message);
      else taker(message);
    },
    async find(matches) {
      for (;;) {
        const message = await next();
        if (matches(message)) return message;
      }
    },
  };
}
