import { atOnce, ITEMS_A_STEP, type Steps } from "../time/in-turns.ts";

/** A list or object that is being walked through. */
interface Frame {
  readonly source: object;
  readonly values: readonly unknown[];
  index: number;
}

/** How deep the call stack is used; what nests deeper, circles included, is walked through with a stack of its own. */
const MAX_CALL_DEPTH = 16;

/**
 * Bytes of a value's compact JSON text, counted without writing it, in steps; stops once they are more than `enoughBytes`.
 *
 * No depth of nesting is too much for it. What has no JSON text (functions, a reference back to a list or object around it) counts as
 * nothing.
 */
export function* measureSteps(value: unknown, enoughBytes: number): Steps<number> {
  const mostBytes = Math.min(enoughBytes, SMALL_BYTES);
  const small = measureSmall(value, mostBytes, MAX_CALL_DEPTH);
  if (small !== undefined && (small <= mostBytes || mostBytes === enoughBytes)) return small;
  const walk: Walk = { frames: [], open: new Set(), enoughBytes, bytes: 0 };
  walk.bytes = enter(value, walk.frames, walk.open);
  while (!walkOn(walk, VALUES_A_STEP)) yield;
  return walk.bytes;
}

/** {@link measureSteps} at once. */
export function measureJson(value: unknown, enoughBytes: number): number {
  return atOnce(measureSteps(value, enoughBytes));
}

/** Bytes that are counted at once, which most payloads have not got. */
const SMALL_BYTES = 64 * 1024;

/** The same for what nests no deeper than `depth`, which most payloads do not; `undefined` for what does. */
function measureSmall(value: unknown, enoughBytes: number, depth: number): number | undefined {
  if (typeof value !== "object" || value === null) return scalarBytes(value);
  if (depth === 0) return undefined;
  const isList = Array.isArray(value);
  const values: readonly unknown[] = isList ? value : Object.values(value);
  let bytes = isList ? listBytes(value) : objectBytes(Object.keys(value));
  for (let index = 0; index < values.length && bytes <= enoughBytes; index++) {
    const own = measureSmall(values[index], enoughBytes - bytes, depth - 1);
    if (own === undefined) return undefined;
    bytes += own;
  }
  return bytes;
}

interface Walk {
  readonly frames: Frame[];
  readonly open: Set<object>;
  readonly enoughBytes: number;
  bytes: number;
}

/** Looks at so many values, or bytes. Answers whether that was all of them, or enough. */
function walkOn(walk: Walk, valueCount: number): boolean {
  const { frames, open, enoughBytes } = walk;
  let { bytes } = walk;
  const mostBytes = Math.min(enoughBytes, bytes + BYTES_A_STEP);
  let frame = frames.at(-1);
  for (let count = 0; count < valueCount && frame !== undefined && bytes <= mostBytes; count += 1) {
    if (frame.index < frame.values.length) {
      bytes += enter(frame.values[frame.index++], frames, open);
    } else {
      frames.pop();
      open.delete(frame.source);
    }
    frame = frames.at(-1);
  }
  walk.bytes = bytes;
  return frame === undefined || bytes > enoughBytes;
}

/** Looking at a value takes a fraction of what handling an item does. */
const VALUES_A_STEP = 32 * ITEMS_A_STEP;
const BYTES_A_STEP = 4 * SMALL_BYTES;

/** Where the nodes and edges of a payload are: in a list of it. */
const ITEM_DEPTH = 2;

/** Bytes of a scalar, or of the brackets, commas and keys of a list or object, whose values are left to walk through. */
function enter(value: unknown, frames: Frame[], open: Set<object>): number {
  if (typeof value !== "object" || value === null) return scalarBytes(value);
  const small = frames.length === ITEM_DEPTH ? measureSmall(value, SMALL_BYTES, MAX_CALL_DEPTH) : undefined;
  if (small !== undefined && small <= SMALL_BYTES) return small;
  if (open.has(value)) return 0;
  open.add(value);
  if (Array.isArray(value)) {
    frames.push({ source: value, values: value, index: 0 });
    return listBytes(value);
  }
  frames.push({ source: value, values: Object.values(value), index: 0 });
  return objectBytes(Object.keys(value));
}

function listBytes({ length }: readonly unknown[]): number {
  return 2 + Math.max(0, length - 1);
}

/** Of the brackets, the commas and the keys with their colons. */
function objectBytes(keys: readonly string[]): number {
  let bytes = 2 + Math.max(0, keys.length - 1);
  for (const key of keys) bytes += textBytes(key) + 1;
  return bytes;
}

function scalarBytes(value: unknown): number {
  switch (typeof value) {
    case "string":
      return textBytes(value);
    case "number":
      return String(value).length;
    case "boolean":
      return value ? 4 : 5;
    default:
      return value === null ? 4 : 0;
  }
}

/** Texts up to this length are counted here; for longer ones the native counter is faster than a loop. */
const MAX_LOOPED_LENGTH = 64;

function textBytes(text: string): number {
  if (text.length > MAX_LOOPED_LENGTH) return nativeTextBytes(text);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit === QUOTE || unit === BACKSLASH || unit > 0x7e) return nativeTextBytes(text);
  }
  return text.length + 2;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
// eslint-disable-next-line no-control-regex -- these are the ones that JSON escapes
const ESCAPED = /["\\\u0000-\u001f]/;

function nativeTextBytes(text: string): number {
  return ESCAPED.test(text) ? Buffer.byteLength(JSON.stringify(text)) : Buffer.byteLength(text) + 2;
}
