/** The text of an error for a message. A connection tried at several addresses has an empty message and its errors inside. */
export function describeError(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(describeError).join("; ");
  if (error instanceof Error) return error.message === "" ? error.name : error.message;
  return String(error);
}
