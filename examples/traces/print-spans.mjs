// Sets up OpenTelemetry and prints each span as a line on stderr: `node --import ./examples/traces/print-spans.mjs …`.
// In production, load an SDK that sends them to a collector instead; see docs/traces.md.
import process from "node:process";
import { NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";

const printer = {
  export(spans, done) {
    for (const span of spans) process.stderr.write(`${describe(span)}\n`);
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};

function describe(span) {
  const { traceId, spanId } = span.spanContext();
  const [seconds, nanoseconds] = span.duration;
  const ms = (seconds * 1000 + nanoseconds / 1e6).toFixed(1);
  return `trace ${traceId}, ${span.parentSpanContext?.spanId ?? "no parent"} > ${spanId}: ${span.name} (${ms} ms)`;
}

new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(printer)] }).register();
