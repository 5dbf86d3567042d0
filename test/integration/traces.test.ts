import { AsyncLocalStorage } from "node:async_hooks";
import { context, propagation, SpanStatusCode, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor, type ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { defineNode, Producer, runLocal } from "../../src/index.ts";
import { startEngine, type TestEngine } from "../support/engine.ts";
import { CapturedLog } from "../support/captured-log.ts";
import { openLoneProducer } from "../support/lone-producer.ts";
import { openOwnRedis } from "../support/own-redis.ts";
import { flat } from "../support/payloads.ts";
import { testPrefix } from "../support/redis.ts";
import { until } from "../support/until.ts";

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
// Before any role is made, as an SDK that is loaded with `--import` is.
provider.register();
const tracer = trace.getTracer("test");

const remote = defineNode({
  type: "remote",
  data: z.object({}),
  run: ({ log }) => {
    log.info("asking", {});
    return tracer.startActiveSpan("a call of the handler's own", (span) => {
      span.end();
      return propagation.getBaggage(context.active())?.getEntry("tenant")?.value ?? "nobody";
    });
  },
});

const echo = defineNode({ type: "echo", data: z.object({}), run: ({ inputs }) => (inputs as readonly string[])[0] });

const NO_WAIT = { type: "fixed", delayMs: 0, jitter: 0 } as const;

/** Two levels: the first one lane's alone, so that a worker starts the run. */
const TWO_LEVELS = {
  workflow_id: "traced",
  nodes: [
    { id: "ask", type: "remote", data: {} },
    { id: "echo", type: "echo", data: {} },
  ],
  edges: [{ source: "ask", target: "echo" }],
};
/** Of a level with two pools a scheduler is in charge. */
const TWO_POOLS = flat([
  { id: "a", type: "number", data: { value: 1 } },
  { id: "b", type: "number", data: { value: 2 }, options: { pool: "default" } },
  { id: "c", type: "remote", data: {}, options: { attempts: 2 } },
]);

afterEach(() => exporter.reset());
afterAll(() => provider.shutdown());

function spans(): ReadonlyMap<string, ReadableSpan> {
  return new Map(exporter.getFinishedSpans().map((span) => [span.name, span]));
}

function named(name: string): ReadableSpan {
  const span = spans().get(name);
  if (span === undefined) throw new Error(`no span ${name} among ${[...spans().keys()].join(", ")}`);
  return span;
}

/** The names of a span and of those that it lies under, from the inside out. */
function pathOf(span: ReadableSpan | undefined): string[] {
  if (span === undefined) return [];
  const parentId = span.parentSpanContext?.spanId;
  return [span.name, ...pathOf(exporter.getFinishedSpans().find((other) => other.spanContext().spanId === parentId))];
}

/** Spans end a moment after what they are of has taken effect: whoever waits for a result may have it earlier. */
async function told(...names: readonly string[]): Promise<void> {
  await until(`spans ${names.join(" and ")} have ended`, () => names.every((name) => spans().has(name)));
}

const ROOT = ["level 0", "run traced", "enqueue traced", "a request"];

describe("traces of runs on Redis", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine({ workers: 2, nodes: [remote, echo], settings: { heartbeatMs: 500 } });
  });
  afterAll(() => engine.stop());

  const enqueueWithin = async (payload: unknown) =>
    tracer.startActiveSpan("a request", async (span) => {
      const handle = await engine.producer.enqueue(payload);
      span.end();
      return handle;
    });

  test("a node lies under its level, its run, and what enqueued it; what a handler does lies under the node", async () => {
    const baggage = propagation.createBaggage({ tenant: { value: "acme" } });
    const handle = await context.with(propagation.setBaggage(context.active(), baggage), () => enqueueWithin(TWO_LEVELS));
    expect((await handle.result()).nodeResults).toEqual({ ask: "acme", echo: "acme" });
    await told("run traced", "node echo");
    expect(pathOf(named("a call of the handler's own"))).toEqual(["a call of the handler's own", "node ask", ...ROOT]);
    expect(pathOf(named("node echo"))).toEqual(["node echo", "level 1", ...ROOT.slice(1)]);
    expect(new Set([...spans().values()].map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(named("node ask").attributes).toMatchObject({
      "levelflow.run.id": handle.id,
      "levelflow.workflow.id": "traced",
      "levelflow.level": 0,
      "levelflow.node.id": "ask",
      "levelflow.node.type": "remote",
      "levelflow.node.attempt": 1,
      "levelflow.node.outcome": "committed",
      "levelflow.pool": "default",
    });
    expect(named("run traced").attributes).toMatchObject({ "levelflow.run.status": "completed", "levelflow.run.epoch": 1 });
  });

  test("a run that a scheduler starts is traced the same", async () => {
    const handle = await enqueueWithin({ ...TWO_POOLS, options: { maxConcurrency: 2 } });
    await handle.result();
    await told("run");
    for (const id of ["a", "b", "c"])
      expect(pathOf(named(`node ${id}`))).toEqual([`node ${id}`, "level 0", "run", "enqueue", "a request"]);
  });

  test("each attempt has a span, and a failed run says why", async () => {
    const handle = await enqueueWithin(
      flat([{ id: "shaky", type: "fail", data: {}, options: { attempts: 2, backoff: NO_WAIT } }]),
    );
    await handle.result();
    await told("run");
    const attempts = exporter.getFinishedSpans().filter(({ name }) => name === "node shaky");
    expect(attempts.map(({ attributes }) => attributes["levelflow.node.outcome"])).toEqual(["retried", "failed"]);
    const status = { code: SpanStatusCode.ERROR, message: "error executing node shaky: broken on attempt 2" };
    expect(attempts[1]?.status).toEqual(status);
    expect(named("run").status).toEqual(status);
    expect(named("run").attributes["levelflow.run.status"]).toBe("failed");
  });

  test("a retried run is traced in the same trace, its new go apart from the first", async () => {
    const handle = await enqueueWithin(flat([{ id: "shaky", type: "fail", data: { times: 1 }, options: { attempts: 1 } }]));
    await handle.result();
    await told("run");
    await handle.retry();
    await handle.result();
    await until("both goes are told of", () => exporter.getFinishedSpans().filter(({ name }) => name === "run").length === 2);
    const runs = exporter.getFinishedSpans().filter(({ name }) => name === "run");
    expect(new Set(runs.map((span) => span.spanContext().spanId)).size).toBe(2);
    expect(new Set(exporter.getFinishedSpans().map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(runs.map(({ attributes }) => attributes["levelflow.run.epoch"])).toEqual([1, 2]);
  });

  test("a run that cannot be enqueued leaves a span that says so", async () => {
    await engine.producer.enqueue(flat([{ id: "a", type: "number", data: { value: 1 } }]), { idempotencyKey: "twice" });
    exporter.reset();
    const other = flat([{ id: "b", type: "number", data: { value: 1 } }]);
    await expect(engine.producer.enqueue(other, { idempotencyKey: "twice" })).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
    expect(named("enqueue").status.code).toBe(SpanStatusCode.ERROR);
  });
});

describe("a run that is enqueued twice, as after a fault", () => {
  test("stays in the trace that it was created in, although its first job was lost", async () => {
    const { producer, prefix, redis } = openLoneProducer();
    const enqueue = () =>
      tracer.startActiveSpan("a request", async (span) => {
        const { id } = await producer.enqueue(TWO_LEVELS, { idempotencyKey: "once" });
        span.end();
        return { id, traceId: span.spanContext().traceId };
      });
    const first = await enqueue();
    const [tag, job] = [`{${prefix}:0}`, `${first.id}.1.start`];
    await redis.unlink(`${tag}:lanes-default:${job}`, `${tag}:lanes-default:wait`);
    const second = await enqueue();
    expect(second.id).toBe(first.id);
    expect(second.traceId).not.toBe(first.traceId);
    const data = JSON.parse((await redis.hget(`${tag}:lanes-default:${job}`, "data")) ?? "{}") as {
      trace?: { traceparent: string };
    };
    expect(data.trace?.traceparent).toContain(first.traceId);
  });
});

describe("connections that a request has opened", () => {
  test("do not go on in that request", async () => {
    const redis = await openOwnRedis();
    const request = new AsyncLocalStorage<string>();
    const log = new CapturedLog();
    const requests: (string | undefined)[] = [];
    const logger = {
      ...log.logger,
      child: () => logger,
      warn: (fields: object, message: string) => {
        requests.push(request.getStore());
        log.logger.warn(fields, message);
      },
    };
    const producer = new Producer({ connection: redis.url, prefix: testPrefix(), logger });
    onTestFinished(() => producer.close());
    await request.run("the first request", () => producer.enqueue(TWO_LEVELS));
    await redis.kill();
    await log.find("Redis is away");
    expect(requests.filter((each) => each !== undefined)).toEqual([]);
  });
});

describe("traces of runs in this process", () => {
  test("are the same", async () => {
    await tracer.startActiveSpan("a request", async (span) => {
      await runLocal(TWO_LEVELS, { nodes: [remote, echo] });
      span.end();
    });
    await told("run traced", "node echo");
    expect(pathOf(named("node echo"))).toEqual(["node echo", "level 1", ...ROOT.slice(1)]);
  });

  test("what a handler logs names its span", async () => {
    const log = new CapturedLog();
    await runLocal(TWO_LEVELS, { nodes: [remote, echo], logger: log.logger });
    await told("node ask");
    const { traceId, spanId } = named("node ask").spanContext();
    const { fields } = await log.find("asking");
    expect(fields).toMatchObject({ trace_id: traceId, span_id: spanId, nodeId: "ask", runLevel: 0 });
  });
});
