import { trace } from "@opentelemetry/api";
import { within } from "../core/time/within.ts";

/** How long a process that ends waits for its last spans to be sent, in ms. */
const FLUSH_MS = 2_000;

/** What an SDK's provider can do besides what the API says; the API's own stands before it. */
interface Flushable {
  getDelegate?(): Flushable;
  forceFlush?(): Promise<void>;
}

/** Has the SDK send what it has gathered, if there is one: the process is about to end, and would not wait for it. Never fails. */
export async function flushTraces(): Promise<void> {
  const provider = trace.getTracerProvider() as Flushable;
  const sdk = provider.getDelegate?.() ?? provider;
  await within(FLUSH_MS, Promise.resolve(sdk.forceFlush?.())).catch(() => undefined);
}
