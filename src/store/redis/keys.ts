import { createHash } from "node:crypto";
import { encodeText } from "./encode-text.ts";
import { SHARD } from "../../core/run/new-run-id.ts";

/** What a run's keys end in; the run itself is the key without an ending. */
export const RUN_PARTS = [
  "input",
  "nodes",
  "results",
  "state",
  "claims",
  "lanes",
  "retries",
  "ordered",
  "timings",
  "events",
] as const;
/** Sets over all runs that scripts of a run touch. */
export const INDEXES = ["runs", "deadlines", "unfinished", "finished"] as const;
/** What scripts publish. */
export const CHANNELS = ["aborts", "ends", "alarms"] as const;
type RunPart = (typeof RUN_PARTS)[number];

/**
 * Names every key. All share one hash tag, BullMQ's prefix included, so that scripts and flows stay in one slot of a cluster.
 * `docs/redis-keys.md` tells type, writer, reader and expiry of each.
 */
export class StoreKeys {
  /** The hash tag, and BullMQ's prefix. */
  readonly tag: string;

  constructor(prefix: string) {
    this.tag = `{${prefix}:${String(SHARD)}}`;
  }

  /** Channel of abort notices. */
  get aborts(): string {
    return `${this.tag}:aborts`;
  }
  /** Channel of runs that have finished. */
  get ends(): string {
    return `${this.tag}:ends`;
  }
  /** Channel of deadlines that pass soon. */
  get alarms(): string {
    return `${this.tag}:alarms`;
  }
  /** All runs, by time of creation. */
  get runs(): string {
    return `${this.tag}:runs`;
  }
  /** Runs that have neither finished nor are paused, by time of their last dispatch. */
  get unfinished(): string {
    return `${this.tag}:unfinished`;
  }
  /** Runs that have, by time of their end. */
  get finished(): string {
    return `${this.tag}:finished`;
  }
  get deadlines(): string {
    return `${this.tag}:deadlines`;
  }
  get workers(): string {
    return `${this.tag}:workers`;
  }
  get schedulers(): string {
    return `${this.tag}:schedulers`;
  }
  get statefulTypes(): string {
    return `${this.tag}:stateful-types`;
  }

  get handlerTimes(): string {
    return `${this.tag}:handler-times`;
  }

  workflow(hash: string): string {
    return `${this.tag}:workflow:${hash}`;
  }
  workflowRuns(hash: string): string {
    return `${this.tag}:workflow:${hash}:runs`;
  }
  /** Where a large definition is put together, or a level's list of nodes: nobody else has the id. */
  upload(id: string): string {
    return `${this.tag}:upload:${id}`;
  }
  idempotency(key: string): string {
    return `${this.tag}:idempotency:${createHash("sha256").update(encodeText(key)).digest("hex")}`;
  }

  run(runId: string): string {
    return `${this.tag}:run:${runId}`;
  }
  part(runId: string, part: RunPart): string {
    return `${this.tag}:run:${runId}:${part}`;
  }
  free(runId: string, pool: string): string {
    return `${this.tag}:run:${runId}:free:${pool}`;
  }
}
