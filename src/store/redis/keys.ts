import { createHash } from "node:crypto";
import { encodeText } from "./encode-text.ts";
import { SHARD } from "../../core/run/new-run-id.ts";

/** The twelve keys that every script of a run gets first, in the order of `scripts/shared.lua`. */
const RUN_PARTS = ["run", "nodes", "results", "state", "claims", "lanes", "ordered", "timings", "events"] as const;
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

  /** Channel of abort notices and finished runs. */
  get signals(): string {
    return `${this.tag}:signals`;
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
  get statefulTypes(): string {
    return `${this.tag}:stateful-types`;
  }

  workflow(hash: string): string {
    return `${this.tag}:workflow:${hash}`;
  }
  workflowRuns(hash: string): string {
    return `${this.tag}:workflow:${hash}:runs`;
  }
  idempotency(key: string): string {
    return `${this.tag}:idempotency:${createHash("sha256").update(encodeText(key)).digest("hex")}`;
  }

  part(runId: string, part: RunPart): string {
    return part === "run" ? `${this.tag}:run:${runId}` : `${this.tag}:run:${runId}:${part}`;
  }
  input(runId: string): string {
    return `${this.tag}:run:${runId}:input`;
  }
  free(runId: string, pool: string): string {
    return `${this.tag}:run:${runId}:free:${pool}`;
  }

  /** KEYS 1 to 12 of a run's scripts. */
  ofRun(runId: string): string[] {
    return [...RUN_PARTS.map((part) => this.part(runId, part)), this.deadlines, this.unfinished, this.finished];
  }
}
