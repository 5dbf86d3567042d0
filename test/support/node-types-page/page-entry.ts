import type { JsonObject, JsonValue } from "../../../src/core/json/json-value.ts";

/** One node of an example: what its data are, and the results of its sources. */
export interface Step {
  /** The type whose example it is, unless another is named. */
  readonly type?: string;
  readonly data: JsonObject;
  readonly inputs: readonly JsonValue[];
}

/** Nodes that run one after another, and what they show: an example, or the cause of a failure, which is the last node's. */
export interface Demonstration {
  readonly title: string;
  readonly steps: readonly Step[];
}

/** What the page says of a type beyond its definition. */
export interface TypeEntry {
  readonly type: string;
  /** What it does with its inputs, and what it answers; both end without a full stop. */
  readonly inputs: string;
  readonly result: string;
  /** Paragraphs of Markdown. */
  readonly notes?: readonly string[];
  readonly examples: readonly Demonstration[];
  readonly failures: readonly Demonstration[];
}

/** Types that belong together. */
export interface Family {
  readonly title: string;
  readonly intro: string;
  readonly entries: readonly TypeEntry[];
}

/** A node with these data and inputs. */
export function step(data: JsonObject, ...inputs: readonly JsonValue[]): Step {
  return { data, inputs };
}

/** The same of another type than the one whose example it is part of. */
export function stepOf(type: string, data: JsonObject, ...inputs: readonly JsonValue[]): Step {
  return { type, data, inputs };
}

/** An example, or a cause of a failure. */
export function show(title: string, ...steps: readonly Step[]): Demonstration {
  return { title, steps };
}
