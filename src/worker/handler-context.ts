import { createHash } from "node:crypto";
import type { JsonValue } from "../core/json/json-value.ts";
import type { NodeContext, NodeLog } from "../core/node/define-node.ts";
import { hideSecrets } from "./hide-secrets.ts";
import type { Task } from "./prepare-task.ts";
import { createProgressReporter } from "./report-progress.ts";
import type { ResolvedInputs } from "./resolve-inputs.ts";
import type { WorkerContext } from "./worker-context.ts";

/** What a handler works on once its type's schemas have seen it. */
export interface CheckedWork {
  readonly data: unknown;
  readonly inputs: unknown;
}

/** What a handler is given. Most want little of it, and some parts cost more than a quick handler does: those are made when read. */
export class HandlerContext implements NodeContext {
  readonly data: NodeContext["data"];
  readonly inputs: NodeContext["inputs"];
  readonly run: NodeContext["run"];
  readonly node: NodeContext["node"];
  readonly attempt: number;
  readonly state: NodeContext["state"];
  readonly progress: NodeContext["progress"];
  readonly #context: WorkerContext;
  readonly #task: Task;
  readonly #resolved: ResolvedInputs;
  #inputsBySource: Readonly<Record<string, JsonValue>> | undefined;
  #input: JsonValue | undefined;
  #log: NodeLog | undefined;

  constructor(context: WorkerContext, task: Task, resolved: ResolvedInputs, { data, inputs }: CheckedWork) {
    const { claim, claimed, facts, node, state } = task;
    this.data = data;
    this.inputs = inputs as NodeContext["inputs"];
    this.run = { id: claim.runId, workflowId: facts.workflowId, epoch: claim.epoch };
    this.node = { id: node.id, type: node.type, level: claimed.level };
    this.attempt = claimed.attempt;
    this.state = state;
    this.progress = createProgressReporter(context, task);
    this.#context = context;
    this.#task = task;
    this.#resolved = resolved;
  }

  get inputsBySource(): Readonly<Record<string, JsonValue>> {
    if (this.#inputsBySource === undefined) {
      const { sources, inputs } = this.#resolved;
      const record = Object.create(null) as Record<string, JsonValue>;
      sources.forEach((source, i) => (record[source] = inputs[i] as JsonValue));
      this.#inputsBySource = record;
    }
    return this.#inputsBySource;
  }

  get input(): JsonValue | undefined {
    const { input } = this.#task.facts;
    if (typeof input !== "object") return input;
    return (this.#input ??= structuredClone(input));
  }

  get signal(): AbortSignal {
    return this.#task.active.signal;
  }

  /** Hex and digits only: safe in headers and file names, whatever the node is called. */
  get idempotencyKey(): string {
    const { claim } = this.#task;
    const digest = createHash("sha256").update(JSON.stringify(claim.nodeId)).digest("hex").slice(0, 32);
    return `${claim.runId}.${String(claim.epoch)}.${digest}`;
  }

  get log(): NodeLog {
    return (this.#log ??= createNodeLog(this.#context, this.#task));
  }
}

function createNodeLog(context: WorkerContext, { lane, claim, claimed, secrets, span }: Task): NodeLog {
  const { runId, nodeId } = claim;
  const log = context.log.child({ runId, runLevel: claimed.level, nodeId, attempt: claimed.attempt, ...span?.ids });
  const writer =
    (level: keyof NodeLog): NodeLog[typeof level] =>
    (message, fields = {}) => {
      const text = secrets.redact(message);
      try {
        const shown = secrets.redactFields(hideSecrets(fields));
        log[level](shown, text);
        if (level !== "debug") context.queue.showLog(lane, formatLogLine(claim.nodeId, level, text, shown));
      } catch {
        // Fields that cannot be read are no reason to fail a node.
        log[level]({}, text);
      }
    };
  return { debug: writer("debug"), info: writer("info"), warn: writer("warn"), error: writer("error") };
}

/** `extract: warn: page 3 was empty {"page":3}`. */
function formatLogLine(nodeId: string, level: string, message: string, fields: object): string {
  const details = Object.keys(fields).length === 0 ? "" : ` ${JSON.stringify(fields)}`;
  return `${nodeId}: ${level}: ${message}${details}`;
}
