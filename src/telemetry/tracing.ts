import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
} from "@opentelemetry/api";
import type { AttemptOutcome } from "../core/ports/observer.ts";
import type { AttemptSpan, FinishedRun, TracedAttempt, TracedRun, Tracing } from "../core/ports/tracing.ts";
import type { TraceCarrier } from "../core/run/trace-carrier.ts";
import { levelSpanId, runSpanId, traceIdOf } from "./span-ids.ts";

/** Names this library among those that write into a trace. */
const NAME = "levelflow";

/** The API's own provider, which has a tracer of an SDK's if there is one. */
interface StandIn {
  getDelegateTracer?(name: string): Tracer | undefined;
}

/**
 * OpenTelemetry's traces, or nothing in a process that has set up no SDK: then nobody is asked to trace anything.
 *
 * A node's span is the worker's that executes it. A run's and a level's belong to no process: whoever ends the run tells of them afterwards,
 * from its record, under ids that every process has known all along. If that process dies at that moment, they are missing in the trace.
 */
export function findTracing(): Tracing | undefined {
  const provider: StandIn & TracerProvider = trace.getTracerProvider();
  // What stands for an SDK until one is there answers spans that go nowhere, at a cost.
  if (provider.getDelegateTracer !== undefined && provider.getDelegateTracer(NAME) === undefined) return undefined;
  const tracer = provider.getTracer(NAME);
  return {
    enqueueing: (run, enqueue) => traceEnqueue(tracer, run, enqueue),
    attemptBegins: (attempt) => ifPossible(() => new OtelAttemptSpan(tracer, attempt)),
    runFinished: (run) => ifPossible(() => traceRun(tracer, run)),
  };
}

/** Samplers and processors are foreign code: what they throw is a trace that is missing, and no fault of what is traced. */
function ifPossible<T>(trace: () => T): T | undefined {
  try {
    return trace();
  } catch {
    return undefined;
  }
}

function traceEnqueue<T>(
  tracer: Tracer,
  run: Omit<TracedRun, "trace">,
  enqueue: (trace: TraceCarrier | undefined) => Promise<T>,
): Promise<T> {
  const options = { kind: SpanKind.PRODUCER, attributes: runAttributes(run) };
  const span = ifPossible(() => tracer.startSpan(nameOf("enqueue", run), options));
  if (span === undefined) return enqueue(undefined);
  const within = trace.setSpan(context.active(), span);
  return context.with(within, async () => {
    const carrier: Record<string, string> = {};
    ifPossible(() => propagation.inject(within, carrier));
    try {
      return await enqueue(Object.keys(carrier).length === 0 ? undefined : carrier);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      ifPossible(() => span.setStatus({ code: SpanStatusCode.ERROR, message }));
      throw error;
    } finally {
      ifPossible(() => span.end());
    }
  });
}

const FAILED: ReadonlySet<AttemptOutcome> = new Set(["retried", "failed"]);

class OtelAttemptSpan implements AttemptSpan {
  readonly ids: AttemptSpan["ids"];
  readonly #span: Span;
  readonly #context: Context;
  #hasEnded = false;

  constructor(tracer: Tracer, attempt: TracedAttempt) {
    const parent = beneath(attempt, levelSpanId(attempt, attempt.level));
    const attributes = {
      ...runAttributes(attempt),
      "levelflow.level": attempt.level,
      "levelflow.node.id": attempt.nodeId,
      "levelflow.node.type": attempt.type,
      "levelflow.node.attempt": attempt.attempt,
      "levelflow.pool": attempt.pool,
      "levelflow.worker": attempt.worker,
    };
    this.#span = tracer.startSpan(`node ${attempt.nodeId}`, { attributes }, parent);
    this.#context = trace.setSpan(parent, this.#span);
    const { traceId, spanId } = this.#span.spanContext();
    this.ids = { trace_id: traceId, span_id: spanId };
  }

  within<T>(work: () => T): T {
    return context.with(this.#context, work);
  }

  end(outcome: AttemptOutcome, message?: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    ifPossible(() => {
      this.#span.setAttribute("levelflow.node.outcome", outcome);
      if (FAILED.has(outcome))
        this.#span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
      this.#span.end();
    });
  }
}

function traceRun(tracer: Tracer, run: FinishedRun): void {
  const { status, message, startedAt, finishedAt } = run;
  const attributes = { ...runAttributes(run), "levelflow.run.epoch": run.epoch, "levelflow.run.status": status };
  const options = { kind: SpanKind.CONSUMER, startTime: new Date(startedAt), attributes };
  const span = startAs(tracer, runSpanId(run), { name: nameOf("run", run), options, run, parent: callerOf(run) });
  if (status !== "completed") span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
  for (const timing of run.levels) traceLevel(tracer, run, timing);
  span.end(new Date(finishedAt));
}

function traceLevel(tracer: Tracer, run: FinishedRun, timing: FinishedRun["levels"][number]): void {
  const { level, startedAt, finishedAt = run.finishedAt } = timing;
  const options = { startTime: new Date(startedAt), attributes: { ...runAttributes(run), "levelflow.level": level } };
  const parent = beneath(run, runSpanId(run));
  startAs(tracer, levelSpanId(run, level), { name: `level ${String(level)}`, options, run, parent }).end(new Date(finishedAt));
}

interface StartAsParams {
  readonly name: string;
  readonly options: SpanOptions;
  readonly run: TracedRun;
  readonly parent: Context;
}

/**
 * Starts a span under an id that was settled before. The API has no option for that; what it hands out is the span's own context, so it is
 * written there. With an SDK that hands out a copy the span keeps an id of its own: the trace holds together, its levels are not nested.
 */
function startAs(tracer: Tracer, spanId: string, { name, options, run, parent }: StartAsParams): Span {
  const span = tracer.startSpan(name, options, parent);
  const own: SpanContext = span.spanContext();
  if (span.isRecording() && !Object.isFrozen(own))
    Object.assign(own, { spanId }, hasCaller(parent) ? {} : { traceId: traceIdOf(run.runId) });
  return span;
}

/** The context that a run was enqueued in; an empty one if in none. */
function callerOf({ trace: carrier }: TracedRun): Context {
  return carrier === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, carrier);
}

function hasCaller(caller: Context): boolean {
  return trace.getSpanContext(caller) !== undefined;
}

/** The same context beneath a span of the run that some process is going to tell of. */
function beneath(run: TracedRun, spanId: string): Context {
  const caller = callerOf(run);
  // Whoever enqueues decides what is sampled. A run that was enqueued outside of a trace always is.
  const origin = trace.getSpanContext(caller) ?? { traceId: traceIdOf(run.runId), traceFlags: TraceFlags.SAMPLED };
  return trace.setSpanContext(caller, { ...origin, spanId, isRemote: true });
}

function runAttributes({ runId, workflowId }: Omit<TracedRun, "trace">): Attributes {
  return { "levelflow.run.id": runId, ...(workflowId === undefined ? {} : { "levelflow.workflow.id": workflowId }) };
}

function nameOf(what: string, { workflowId }: Omit<TracedRun, "trace">): string {
  return workflowId === undefined ? what : `${what} ${workflowId}`;
}
