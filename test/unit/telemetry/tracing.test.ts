import { context, INVALID_SPAN_CONTEXT, isSpanContextValid, propagation, trace, type Tracer } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type Sampler,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, test } from "vitest";
import type { TracedAttempt, Tracing } from "../../../src/core/ports/tracing.ts";
import type { TraceCarrier } from "../../../src/core/run/trace-carrier.ts";
import { levelSpanId, runSpanId, traceIdOf } from "../../../src/telemetry/span-ids.ts";
import { findTracing } from "../../../src/telemetry/tracing.ts";

const RUN = { runId: "run-1", workflowId: undefined, epoch: 1 };
const ATTEMPT: Omit<TracedAttempt, "trace"> = {
  ...RUN,
  level: 2,
  nodeId: "a",
  type: "add",
  attempt: 1,
  pool: "default",
  worker: "w",
};
const TIMES = { startedAt: 1_000, finishedAt: 1_500 };
const FINISHED = { ...RUN, ...TIMES, status: "completed", levels: [{ level: 0, ...TIMES }] } as const;

afterEach(() => {
  trace.disable();
  context.disable();
  propagation.disable();
});

function setUp(sampler?: Sampler): { readonly tracing: Tracing; readonly exporter: InMemorySpanExporter } {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  new NodeTracerProvider({ spanProcessors, ...(sampler && { sampler }) }).register();
  const tracing = findTracing();
  if (tracing === undefined) throw new Error("no SDK was found");
  return { tracing, exporter };
}

const enqueue = (tracing: Tracing): Promise<TraceCarrier | undefined> =>
  tracing.enqueueing(RUN, (carrier) => Promise.resolve(carrier));

describe("tracing", () => {
  test("is off in a process without an SDK", () => {
    expect(findTracing()).toBeUndefined();
  });

  test("a run that was enqueued outside of any trace is one of its own, the same for every process", () => {
    const { tracing, exporter } = setUp();
    tracing.attemptBegins({ ...ATTEMPT, trace: undefined })?.end("committed");
    tracing.runFinished({ ...FINISHED, trace: undefined });
    const [node, level, run] = exporter.getFinishedSpans();
    for (const span of [node, level, run]) expect(span?.spanContext().traceId).toBe(traceIdOf("run-1"));
    expect(node?.parentSpanContext?.spanId).toBe(levelSpanId(RUN, 2));
    expect(level?.parentSpanContext?.spanId).toBe(run?.spanContext().spanId);
    expect(run?.spanContext().spanId).toBe(runSpanId(RUN));
    expect(run?.parentSpanContext).toBeUndefined();
  });

  test("times of runs and levels are those of their records", () => {
    const { tracing, exporter } = setUp();
    tracing.runFinished({ ...FINISHED, finishedAt: 2_000, trace: undefined, levels: [{ level: 0, startedAt: 1_000 }] });
    const [level, run] = exporter.getFinishedSpans();
    expect([run?.startTime, run?.endTime]).toEqual([
      [1, 0],
      [2, 0],
    ]);
    expect(level?.endTime, "a level that is not over ends with its run").toEqual([2, 0]);
  });

  test("what is sampled is decided where the run is enqueued", async () => {
    const carrier = await enqueue(setUp(new AlwaysOffSampler()).tracing);
    expect(carrier).toHaveProperty("traceparent", expect.stringMatching(/-00$/));
    trace.disable();
    const { tracing, exporter } = setUp();
    tracing.attemptBegins({ ...ATTEMPT, trace: carrier })?.end("committed");
    tracing.runFinished({ ...FINISHED, trace: carrier });
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  test("an attempt ends once", () => {
    const { tracing, exporter } = setUp();
    const span = tracing.attemptBegins({ ...ATTEMPT, trace: undefined });
    span?.end("committed");
    span?.end("returned");
    expect(exporter.getFinishedSpans().map(({ attributes }) => attributes["levelflow.node.outcome"])).toEqual(["committed"]);
  });

  test("an SDK that answers spans which go nowhere leaves the API's constants as they are", () => {
    const nowhere: Tracer = {
      startSpan: () => trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
      startActiveSpan: () => {
        throw new Error("not used");
      },
    };
    trace.setGlobalTracerProvider({ getTracer: () => nowhere });
    const tracing = findTracing();
    tracing?.attemptBegins({ ...ATTEMPT, trace: undefined })?.end("committed");
    tracing?.runFinished({ ...FINISHED, trace: undefined });
    expect(tracing).toBeDefined();
    expect(isSpanContextValid(INVALID_SPAN_CONTEXT)).toBe(false);
  });

  test("a sampler that throws harms nobody", async () => {
    const { tracing, exporter } = setUp({
      shouldSample: () => {
        throw new Error("broken");
      },
    });
    expect(await enqueue(tracing)).toBeUndefined();
    expect(tracing.attemptBegins({ ...ATTEMPT, trace: undefined })).toBeUndefined();
    tracing.runFinished({ ...FINISHED, trace: undefined });
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  test("a carrier that nothing can be read from is none", () => {
    const { tracing, exporter } = setUp();
    for (const carrier of [{}, { traceparent: "00-xyz" }, { traceparent: `00-${"0".repeat(32)}-${"0".repeat(16)}-01` }]) {
      exporter.reset();
      tracing.runFinished({ ...FINISHED, trace: carrier });
      expect(exporter.getFinishedSpans()).toHaveLength(2);
      for (const span of exporter.getFinishedSpans()) expect(span.spanContext().traceId).toBe(traceIdOf("run-1"));
    }
  });
});
