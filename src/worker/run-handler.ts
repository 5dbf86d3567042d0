import type { z } from "zod";
import type { RunErrorCode } from "../core/errors/catalogue.ts";
import { readThrown } from "../core/errors/read-thrown.ts";
import type { JsonObject } from "../core/json/json-value.ts";
import { Attached } from "../core/memory/attached.ts";
import { formatIssues, type IssueRoot } from "../core/node/format-issues.ts";
import type { WorkflowNode } from "../core/workflow/workflow.ts";
import type { ActiveClaim } from "./active-claims.ts";
import { AttemptFailure, HandlerFailure } from "./attempt-end.ts";
import { HandlerContext } from "./handler-context.ts";
import type { Task } from "./prepare-task.ts";
import type { ResolvedInputs } from "./resolve-inputs.ts";
import type { WorkerContext } from "./worker-context.ts";

/**
 * Runs the handler on checked data and inputs. When its signal is aborted it gets `abortGraceMs` to end by itself; after that the
 * attempt goes on without it, and whatever it still does finds its claim gone.
 */
export async function runHandler(context: WorkerContext, task: Task, resolved: ResolvedInputs): Promise<unknown> {
  const { definition, active, span } = task;
  const data = checkData(task, resolved.data);
  // The list is the handler's to sort, and its schema's before; which input is whose is looked up in another.
  const own = [...resolved.inputs];
  const inputs =
    definition.inputs === undefined ? own : check(definition.inputs, own, { code: "INVALID_NODE_INPUT", root: "inputs" });
  const handlerContext = new HandlerContext(context, task, resolved, { data, inputs });
  try {
    if (active.reason !== undefined) throw active.reason;
    const handler = { type: task.node.type, nodeId: task.node.id, runId: task.claim.runId };
    const measure = context.times.begin(handler.type);
    const run = (): unknown => definition.run(handlerContext);
    const outcome = context.loop.watch(handler, () => (span === undefined ? run() : span.within(run)));
    measure.returned();
    const output = outcome instanceof Promise ? await outlive(outcome, active, context.settings.abortGraceMs) : outcome;
    measure.settled();
    return output;
  } catch (error) {
    throw new HandlerFailure(error);
  }
}

const HOLDS_OTHERS = new Attached<WorkflowNode, boolean>("holdsOthers");

/** Whether a node's data have lists or objects in them. */
function holdsOthers(node: WorkflowNode): boolean {
  let known = HOLDS_OTHERS.get(node);
  if (known === undefined) {
    known = Object.values(node.data).some((value) => typeof value === "object" && value !== null);
    HOLDS_OTHERS.set(node, known);
  }
  return known;
}

/**
 * Data as the handler gets them. They are its own, to do with as it likes, and its schema's before: the definition is the next attempt's, and
 * that of all runs which follow it.
 */
function checkData({ definition, node }: Task, given: JsonObject): unknown {
  const own = holdsOthers(node) ? structuredClone(given) : { ...given };
  return check(definition.data, own, { code: "INVALID_NODE_DATA", root: "data" });
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

/** The handler's outcome, or the reason to stop once the handler has had its grace. */
function outlive(handler: Promise<unknown>, active: ActiveClaim, graceMs: number): Promise<unknown> {
  return new Promise<unknown>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    active.whenAborted(() => {
      timer = setTimeout(() => reject(active.reason as Error), graceMs);
    });
    const end =
      (settle: (outcome: unknown) => void) =>
      (outcome: unknown): void => {
        clearTimeout(timer);
        settle(outcome);
      };
    handler.then(end(resolve), end(reject));
  });
}
