import { trace } from "@opentelemetry/api";
import { BatchSpanProcessor, InMemorySpanExporter, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, test, vi } from "vitest";
import { flushTraces } from "../../../src/telemetry/flush-traces.ts";

afterEach(() => {
  trace.disable();
});

describe("flushTraces", () => {
  test("has nothing to do without an SDK", async () => {
    await expect(flushTraces()).resolves.toBeUndefined();
  });

  test("sends what a batch still holds", async () => {
    const exporter = new InMemorySpanExporter();
    new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] }).register();
    trace.getTracer("test").startSpan("held").end();
    expect(exporter.getFinishedSpans()).toEqual([]);
    await flushTraces();
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(["held"]);
  });

  test("does not fail with an exporter that does, and does not wait for one for ever", async () => {
    const provider = new NodeTracerProvider();
    provider.register();
    vi.spyOn(provider, "forceFlush").mockRejectedValueOnce(new Error("broken"));
    await expect(flushTraces()).resolves.toBeUndefined();
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    vi.spyOn(provider, "forceFlush").mockReturnValueOnce(new Promise(() => undefined));
    const flushing = flushTraces();
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(2_000);
    await expect(flushing).resolves.toBeUndefined();
    vi.useRealTimers();
  });
});
