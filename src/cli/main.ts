#!/usr/bin/env node
import { createOutput } from "./output.ts";
import { flushTraces } from "../telemetry/flush-traces.ts";
import { runCommandLine } from "./run-command-line.ts";

const output = createOutput(process);
const exitCode = await runCommandLine(process.argv.slice(2), { output, env: process.env });
await Promise.all([output.flush(), flushTraces()]);
// Not left to the event loop: a handler that ignores its signal would keep the process alive.
process.exit(exitCode);
