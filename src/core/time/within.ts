/** Waits for some work, but no longer than `ms`; what the work answers, or fails with, later on is dropped. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let beginning: NodeJS.Immediate | undefined;
  const bound = new Promise<void>((resolve) => {
    // Work that is over before the event loop turns needs no timer.
    beginning = setImmediate(() => (timer = setTimeout(resolve, ms)));
  });
  try {
    await Promise.race([work, bound]);
  } finally {
    clearImmediate(beginning);
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
