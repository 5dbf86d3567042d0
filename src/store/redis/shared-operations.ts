import type { FailAttemptOutcome, FailAttemptParams, FinishRunOutcome, FinishRunParams } from "../../core/ports/worker-store.ts";
import type { HandlerTimes } from "../../core/run/handler-times.ts";
import type { RunRecord } from "../../core/run/run-record.ts";
import type { Workflow } from "../../core/workflow/workflow.ts";
import { decodeAnswer, decodeHandlerTimes, decodeRun, encodeError } from "./decode.ts";
import { readInParts } from "./definition-upload.ts";
import { decodeText, encodeText } from "./encode-text.ts";
import type { RedisConnection } from "./redis-connection.ts";
import type { BatchedCall } from "./run-batches.ts";

/** What more than one role does to the store. */
export interface SharedOperations {
  loadRun(params: { readonly runId: string }): Promise<RunRecord | undefined>;
  loadWorkflow(params: { readonly workflowHash: string }): Promise<Workflow | undefined>;
  failAttempt(params: FailAttemptParams): Promise<FailAttemptOutcome>;
  finishRun(params: FinishRunParams): Promise<FinishRunOutcome>;
  readStatefulTypes(): Promise<ReadonlySet<string>>;
  readHandlerTimes(): Promise<HandlerTimes>;
}

/** Nodes that the end of a stopped run may cancel in a call. */
const CANCELLED_AT_ONCE = 250;

export function sharedOperations(connection: RedisConnection): SharedOperations {
  const { keys } = connection;
  return {
    async loadRun({ runId }) {
      return decodeRun(await connection.client.hgetall(keys.run(runId)));
    },

    loadWorkflow({ workflowHash }) {
      return connection.definitions.get(workflowHash, () => readInParts(connection, keys.workflow(workflowHash)));
    },

    async readStatefulTypes() {
      return new Set((await connection.client.smembers(keys.statefulTypes)).map((type) => decodeText(type)));
    },

    async readHandlerTimes() {
      return decodeHandlerTimes(await connection.client.hgetall(keys.handlerTimes));
    },

    async finishRun({ runId, epoch, outcome, behindLevel = "" }) {
      const own = [epoch, outcome, behindLevel];
      const call: BatchedCall<"run-batch"> = {
        name: "finish-run",
        shared: [],
        own,
        count: outcome === "completed" ? 1 : CANCELLED_AT_ONCE,
      };
      const finish = async () => decodeAnswer(await connection.callInBatch(runId, call));
      let [kind, remaining] = await finish();
      // Of very many nodes that hold a place each call ends some.
      while (kind === "more") [kind, remaining] = await finish();
      return (kind === "claims-live" ? { kind, remainingMs: Number(remaining) } : { kind }) as FinishRunOutcome;
    },

    async failAttempt({ claim, error, retryDelayMs, graceMs }) {
      const reply = await connection.callForRun("fail-attempt", claim.runId, [
        claim.epoch,
        encodeText(claim.nodeId),
        claim.token,
        encodeError(error),
        retryDelayMs ?? "",
        graceMs,
      ]);
      return decodeAnswer(reply)[0] as FailAttemptOutcome;
    },
  };
}
