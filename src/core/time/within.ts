/** Waits for some work, but no longer than `ms`; what the work answers, or fails with, later on is dropped. */
export function within(ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    // Work that is over before the event loop turns needs no timer.
    const beginning = setImmediate(() => (timer = setTimeout(resolve, ms)));
    const end =
      <T>(settle: (outcome: T) => void) =>
      (outcome: T): void => {
        clearImmediate(beginning);
        clearTimeout(timer);
        settle(outcome);
      };
    work.then(
      end(() => resolve()),
      end(reject),
    );
  });
}
