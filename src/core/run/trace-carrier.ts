/** What carries a trace to another process, as headers: `traceparent` of W3C Trace Context, and whatever the propagators in use add to it. */
export type TraceCarrier = Readonly<Record<string, string>>;
