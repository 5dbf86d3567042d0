import { LRUCache } from "lru-cache";
import { z } from "zod";
import { inTurns } from "../../core/time/in-turns.ts";
import { readDefinition } from "../../core/workflow/definition-text.ts";
import { planSteps } from "../../core/workflow/workflow-plan.ts";
import type { Workflow } from "../../core/workflow/workflow.ts";

const MAX_CACHED_BYTES = 64 * 1024 * 1024;

// Checked in full when it was enqueued; here only that it is what another process of ours wrote.
const WORKFLOW = z.custom<Workflow>(
  (value) => typeof value === "object" && value !== null && "nodes" in value && "edges" in value,
);

/** Definitions by their hash. They never change, so each process reads one once, as long as it fits. */
export class DefinitionCache {
  /** What is being read: a large definition is asked for by many at a time. */
  readonly #reading = new Map<string, Promise<Workflow | undefined>>();
  readonly #cache = new LRUCache<string, Workflow>({ maxSize: MAX_CACHED_BYTES });

  async get(hash: string, read: () => Promise<string | null>): Promise<Workflow | undefined> {
    const cached = this.#cache.get(hash);
    if (cached !== undefined) return cached;
    const reading = this.#reading.get(hash) ?? this.#read(hash, read).finally(() => this.#reading.delete(hash));
    this.#reading.set(hash, reading);
    return reading;
  }

  async #read(hash: string, read: () => Promise<string | null>): Promise<Workflow | undefined> {
    const text = await read();
    if (text === null) return undefined;
    const workflow = WORKFLOW.parse(await inTurns(readDefinition(text)));
    // Whoever reads a definition needs its plan, which takes as long: made here, it holds nobody up.
    await inTurns(planSteps(workflow));
    this.#cache.set(hash, workflow, { size: Math.max(1, text.length) });
    return workflow;
  }
}
