import { PassingMap } from "../core/memory/passing-map.ts";
import { inTurns } from "../core/time/in-turns.ts";
import type { WorkflowLimits } from "../core/workflow/limits.ts";
import { parseSteps } from "../core/workflow/parse-workflow.ts";
import type { Workflow } from "../core/workflow/workflow.ts";
import { copyPayload, isSamePayload, type PayloadCopy } from "./payload-copy.ts";

/** Size of the largest payload that is kept in mind: it is copied, and compared, in one go, in some ms. */
const MAX_SIZE = 256 * 1024;
/** Of all that are kept in mind, together. */
const MAX_TOTAL_SIZE = 4 * MAX_SIZE;

/** What a payload was when it was read, and what it was read as. */
interface Known {
  readonly copy: PayloadCopy;
  readonly workflow: Workflow;
}

/**
 * Reads payloads. Most callers enqueue the same few again and again: those that came last are kept in mind, with a copy to tell what is the
 * same. To compare costs a fraction of reading, planning and hashing it once more.
 */
export class KnownPayloads {
  readonly #limits: WorkflowLimits;
  /** By their copies' marks, in the order in which they came last. */
  readonly #known = new PassingMap<number, Known>();
  #size = 0;
  #last: Known | undefined;

  constructor(limits: WorkflowLimits) {
    this.#limits = limits;
  }

  /** The workflow of a payload: at once, if it is known or has no more than some hundred nodes. Throws like {@link parseSteps}. */
  read(payload: unknown): Workflow | Promise<Workflow> {
    // Mostly it is; and it needs no copy to be compared with the one before.
    if (this.#last !== undefined && isSame(payload, this.#last)) return this.#last.workflow;
    const copy = copyOf(payload);
    const known = copy && this.#known.get(copy.mark);
    if (known !== undefined && isSame(payload, known)) return this.#keep(known);
    const workflow = inTurns(parseSteps(payload, this.#limits));
    if (copy === undefined) return workflow;
    // Its owner, or a getter of its own, may have changed it before all of it was read.
    const keep = (read: Workflow): Workflow => (isSame(payload, { copy }) ? this.#keep({ copy, workflow: read }) : read);
    return workflow instanceof Promise ? workflow.then(keep) : keep(workflow);
  }

  #keep(known: Known): Workflow {
    this.#last = known;
    this.#forget(known.copy.mark);
    this.#known.set(known.copy.mark, known);
    this.#size += known.copy.size;
    for (const mark of this.#known.keys()) {
      if (this.#size <= MAX_TOTAL_SIZE) break;
      this.#forget(mark);
    }
    return known.workflow;
  }

  #forget(mark: number): void {
    this.#size -= this.#known.get(mark)?.copy.size ?? 0;
    this.#known.delete(mark);
  }
}

// A payload may be foreign code as well: whoever reads it says what is wrong with it.

function isSame(payload: unknown, { copy }: Pick<Known, "copy">): boolean {
  try {
    return isSamePayload(payload, copy);
  } catch {
    return false;
  }
}

function copyOf(payload: unknown): PayloadCopy | undefined {
  try {
    return copyPayload(payload, MAX_SIZE);
  } catch {
    return undefined;
  }
}
