import { createHash } from "node:crypto";
import type { z } from "zod";
import type { RunErrorCode } from "../core/errors/catalogue.ts";
import { readThrown } from "../core/errors/read-thrown.ts";
import type { NodeContext, NodeLog } from "../core/node/define-node.ts";
import { formatIssues, type IssueRoot } from "../core/node/format-issues.ts";
import { AttemptFailure, HandlerFailure } from "./attempt-end.ts";
import type { Task } from "./prepare-task.ts";
import { createProgressReporter } from "./report-progress.ts";
import type { ResolvedInputs } from "./resolve-inputs.ts";
import type { WorkerContext } from "./worker-context.ts";

/**
 * Runs the handler on checked data and inputs. When its signal is aborted it gets `abortGraceMs` to end by itself; after that the
 * attempt goes on without it, and whatever it still does finds its claim gone.
 */
export async function runHandler(context: WorkerContext, task: Task, resolved: ResolvedInputs): Promise<unknown> {
  const { definition, signal } = task;
  const data = check(definition.data, resolved.data, { code: "INVALID_NODE_DATA", root: "data" });
  const inputs =
    definition.inputs === undefined
      ? resolved.inputs
      : check(definition.inputs, resolved.inputs, { code: "INVALID_NODE_INPUT", root: "inputs" });
  const nodeContext = createNodeContext(context, task, { ...resolved, data, inputs });
  try {
    signal.throwIfAborted();
    const handler = { type: task.node.type, nodeId: task.node.id, runId: task.claim.runId };
    const measure = context.times.begin(handler.type);
    const outcome = context.loop.watch(handler, () => definition.run(nodeContext));
    measure.returned();
    const output = await outlive(outcome, signal, context.settings.abortGraceMs);
    measure.settled();
    return output;
  } catch (error) {
    throw new HandlerFailure(error);
  }
}

/** Applies a schema; what it refuses fails the attempt for good: the same data would be refused again. */
export function check<T>(
  schema: z.ZodType<T>,
  value: unknown,
  { code, root }: { readonly code: RunErrorCode; readonly root: IssueRoot },
): T {
  const parsed = safeParse(schema, value, root, code);
  if (parsed.success) return parsed.data;
  throw new AttemptFailure(code, formatIssues(parsed.error.issues, root), { retryable: false, cause: parsed.error });
}

/** A schema is foreign code as well: it may throw, or be one that has to be awaited. */
function safeParse<T>(schema: z.ZodType<T>, value: unknown, root: IssueRoot, code: RunErrorCode): z.ZodSafeParseResult<T> {
  try {
    return schema.safeParse(value);
  } catch (error) {
    const { message } = readThrown(error, "it threw what is no Error");
    throw new AttemptFailure(code, `the schema of ${root} cannot be applied: ${message}`, { retryable: false, cause: error });
  }
}

function createNodeContext(
  context: WorkerContext,
  task: Task,
  { data, inputs, inputsBySource, input }: Omit<ResolvedInputs, "data"> & { readonly data: unknown },
): NodeContext {
  const { claim, claimed, facts, node, signal, state } = task;
  let log: NodeLog | undefined;
  return {
    data,
    inputs,
    inputsBySource,
    input,
    signal,
    run: { id: claim.runId, workflowId: facts.workflowId, epoch: claim.epoch },
    node: { id: node.id, type: node.type, level: claimed.level },
    attempt: claimed.attempt,
    state,
    // Most handlers want neither, and each costs more than a quick handler does.
    get idempotencyKey() {
      return idempotencyKey(task);
    },
    get log() {
      return (log ??= createNodeLog(context, task));
    },
    progress: createProgressReporter(context, task),
  };
}

/** Hex and digits only: safe in headers and file names, whatever the node is called. */
function idempotencyKey({ claim }: Task): string {
  const digest = createHash("sha256").update(JSON.stringify(claim.nodeId)).digest("hex").slice(0, 32);
  return `${claim.runId}.${String(claim.epoch)}.${digest}`;
}

function createNodeLog(context: WorkerContext, { claim, claimed, secrets }: Task): NodeLog {
  const log = context.log.child({ runId: claim.runId, nodeId: claim.nodeId, attempt: claimed.attempt });
  const writer =
    (level: keyof NodeLog): NodeLog[typeof level] =>
    (message, fields = {}) => {
      try {
        log[level](secrets.redactFields(fields), secrets.redact(message));
      } catch {
        // Fields that cannot be read are no reason to fail a node.
        log[level]({}, message);
      }
    };
  return { debug: writer("debug"), info: writer("info"), warn: writer("warn"), error: writer("error") };
}

/** The handler's outcome, or the signal's reason once the handler has had its grace. */
function outlive(handler: Promise<unknown>, signal: AbortSignal, graceMs: number): Promise<unknown> {
  return new Promise<unknown>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const giveUp = (): void => {
      timer = setTimeout(() => reject(signal.reason as Error), graceMs);
    };
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    };
    signal.addEventListener("abort", giveUp, { once: true });
    handler.then(resolve, reject).finally(end);
  });
}
