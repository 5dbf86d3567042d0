import { inTurns } from "../core/time/in-turns.ts";
import { measureJson } from "../core/workflow/measure-json.ts";
import type { WorkflowLimits } from "../core/workflow/limits.ts";
import { parseSteps } from "../core/workflow/parse-workflow.ts";
import type { Workflow } from "../core/workflow/workflow.ts";

/** Bytes of the largest payload, as JSON, that is compared: it is done in one go, in some ms. */
const MAX_BYTES = 256 * 1024;

/** What a payload was when it was read, and what it was read as. */
interface Known {
  readonly snapshot: unknown;
  readonly workflow: Workflow;
}

/**
 * Reads payloads. Most callers enqueue the same few again and again: an object that has come twice is kept in mind, with a copy to tell whether
 * its owner has changed it since. To compare costs a fraction of reading, planning and hashing it once more.
 */
export class KnownPayloads {
  readonly #limits: WorkflowLimits;
  /** `seen`: it has come once. */
  readonly #known = new WeakMap<object, Known | "seen">();

  constructor(limits: WorkflowLimits) {
    this.#limits = limits;
  }

  /** The workflow of a payload: at once, if it is known or has no more than some hundred nodes. Throws like {@link parseSteps}. */
  read(payload: unknown): Workflow | Promise<Workflow> {
    if (typeof payload !== "object" || payload === null) return inTurns(parseSteps(payload, this.#limits));
    const known = this.#known.get(payload);
    if (typeof known === "object" && isSame(payload, known.snapshot)) return known.workflow;
    const snapshot = known === undefined ? undefined : snapshotOf(payload);
    const keep = (workflow: Workflow): Workflow => {
      this.#known.set(payload, snapshot === undefined ? "seen" : { snapshot, workflow });
      return workflow;
    };
    const workflow = inTurns(parseSteps(payload, this.#limits));
    return workflow instanceof Promise ? workflow.then(keep) : keep(workflow);
  }
}

function isSame(payload: object, snapshot: unknown): boolean {
  try {
    return isSameData(payload, snapshot);
  } catch {
    // A payload that is foreign code as well, or nested too deep: whoever reads it says what is wrong with it.
    return false;
  }
}

/** Node's `isDeepStrictEqual` for plain objects and lists, at a third of its time; anything else is the same as nothing. */
function isSameData(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return Object.is(one, other);
  const prototype: unknown = Object.getPrototypeOf(one);
  if (prototype !== Object.getPrototypeOf(other)) return false;
  if (prototype === Array.prototype ? one["length"] !== other["length"] : prototype !== Object.prototype) return false;
  // Lists of keys would be garbage by the megabyte where many payloads come at once.
  let leftCount = 0;
  for (const _key in other) leftCount += 1;
  for (const key in one) {
    if (!Object.hasOwn(other, key) || !isSameData(one[key], other[key])) return false;
    leftCount -= 1;
  }
  return leftCount === 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** `undefined` of what is large, or more than data. */
function snapshotOf(payload: object): unknown {
  try {
    return measureJson(payload, MAX_BYTES) > MAX_BYTES ? undefined : structuredClone(payload);
  } catch {
    return undefined;
  }
}
