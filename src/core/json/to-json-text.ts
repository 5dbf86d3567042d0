import { constants } from "node:buffer";
import { types } from "node:util";
import { formatPath } from "../text/format-path.ts";

/** How many lists and objects may lie inside each other: far below what the stack of any JSON tool takes. */
export const maxJsonDepth = 1_000;

/** Longest path, and longest text of a foreign error, that a message repeats. */
const MAX_TOLD_LENGTH = 200;

/** Why a value is not JSON, with where in it the fault lies. The message goes on from the value's name: `holds a function … at rows[3].f`. */
export class NotJsonError extends Error {
  override readonly name = "NotJsonError";
}

/** By how much a value's JSON text is too long. The message goes on from the value's name, like that of {@link NotJsonError}. */
export class JsonTooLargeError extends Error {
  override readonly name = "JsonTooLargeError";
}

/**
 * The JSON text of a value, refusing what `JSON.stringify` would quietly bend (numbers that are not finite, functions, symbols,
 * `undefined` by itself or in a list, invalid dates, what keeps its content elsewhere than in properties, as a `Map` does), circles, and
 * more than {@link maxJsonDepth} levels: `NotJsonError`. What has a `toJSON` method is what that answers; properties that are `undefined`
 * are left out. `JsonTooLargeError` for a text of more than `maxBytes`.
 */
export function toJsonText(value: unknown, maxBytes: number = constants.MAX_STRING_LENGTH): string {
  const text = write({ root: value, path: [], valueCount: 0, maxValueCount: maxBytes });
  // No character takes more than three bytes.
  if (3 * text.length <= maxBytes) return text;
  const size = Buffer.byteLength(text);
  if (size > maxBytes) throw new JsonTooLargeError(`of ${size} bytes exceeds the limit of ${maxBytes} bytes`);
  return text;
}

/** A way through a value, and how far it has come. */
interface Walk {
  readonly root: unknown;
  readonly path: (string | number)[];
  valueCount: number;
  /** Each value takes at least a byte. Without a bound, few objects that hold each other many times would take for ever. */
  readonly maxValueCount: number;
}

/** Runs foreign code, if the value has getters or `toJSON` methods or is a proxy; which is read twice, and may differ. */
function write(walk: Walk): string {
  let isChecked = false;
  try {
    check(jsonForm(walk.root, walk), walk);
    isChecked = true;
    const text = JSON.stringify(walk.root) as string | undefined;
    if (text === undefined) throw refusal(walk, "undefined");
    return text;
  } catch (error) {
    if (error instanceof NotJsonError || error instanceof JsonTooLargeError) throw error;
    // More than a text of JavaScript holds.
    if (isChecked && error instanceof RangeError) throw tooLarge(walk);
    const place = walk.path.length === 0 ? "" : ` at ${describePath(walk.path)}`;
    throw new NotJsonError(`cannot be read${place}: ${describeThrown(error)}`, { cause: error });
  }
}

function check(value: unknown, walk: Walk): void {
  walk.valueCount += 1;
  if (walk.valueCount > walk.maxValueCount) throw tooLarge(walk);
  switch (typeof value) {
    case "string":
    case "boolean":
      return;
    case "number":
      if (!Number.isFinite(value)) throw refusal(walk, String(value), "a finite number");
      return;
    case "object":
      if (value !== null) checkContent(value, walk);
      return;
    default:
      throw refusal(walk, value === undefined ? "undefined" : typeof value === "bigint" ? "a BigInt" : `a ${typeof value}`);
  }
}

/** A fault leaves the path behind as it is: it is the fault's place. */
function checkContent(holder: object, walk: Walk): void {
  const { path } = walk;
  if (path.length >= maxJsonDepth) throw tooDeep(walk);
  if (Array.isArray(holder)) {
    for (let index = 0; index < holder.length; index += 1) {
      path.push(index);
      check(jsonForm(holder[index], walk), walk);
      path.pop();
    }
    return;
  }
  if (isOpaque(holder)) throw refusal(walk, describeInstance(holder));
  for (const key of Object.keys(holder)) {
    path.push(key);
    const value = jsonForm((holder as Readonly<Record<string, unknown>>)[key], walk);
    if (value !== undefined) check(value, walk);
    path.pop();
  }
}

/** What `JSON.stringify` takes for a value: the value, or what its `toJSON` method answers. */
function jsonForm(value: unknown, walk: Walk): unknown {
  if ((typeof value !== "object" && typeof value !== "bigint") || value === null) return value;
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON !== "function") return value;
  const form: unknown = toJSON.call(value, String(walk.path.at(-1) ?? ""));
  if (form === null && types.isDate(value)) throw refusal(walk, "an invalid Date");
  return form;
}

/** Whether an object's content is not in its properties, so that JSON would lose it or, of a list of bytes, make an object of it. */
function isOpaque(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return false;
  return ArrayBuffer.isView(value) || OPAQUE.some((isOfType) => isOfType(value));
}

const OPAQUE = [
  types.isMap,
  types.isSet,
  types.isWeakMap,
  types.isWeakSet,
  types.isPromise,
  types.isNativeError,
  types.isRegExp,
  types.isAnyArrayBuffer,
  types.isBoxedPrimitive,
];

function describeInstance(value: object): string {
  return `an instance of ${Object.prototype.toString.call(value).slice("[object ".length, -1)}`;
}

function refusal({ path }: Walk, found: string, expected = "a JSON value"): NotJsonError {
  if (path.length === 0) return new NotJsonError(`is ${found}, not ${expected}`);
  return new NotJsonError(`holds ${found}, not ${expected}, at ${describePath(path)}`);
}

function tooLarge({ maxValueCount }: Walk): JsonTooLargeError {
  return new JsonTooLargeError(`exceeds the limit of ${maxValueCount} bytes`);
}

function tooDeep(walk: Walk): NotJsonError {
  const circle = findCircle(walk);
  if (circle !== undefined) return new NotJsonError(`holds a circular reference at ${describePath(circle)}`);
  return new NotJsonError(`holds more than ${maxJsonDepth} lists and objects inside each other at ${describePath(walk.path)}`);
}

/** The first place on the path where a list or object comes again that lies around it. */
function findCircle({ root, path }: Walk): Walk["path"] | undefined {
  const around = new Set<unknown>();
  let value = root;
  for (const [depth, step] of path.entries()) {
    if (around.has(value)) return path.slice(0, depth);
    around.add(value);
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[step];
  }
  return undefined;
}

function describePath(path: Walk["path"]): string {
  return shorten(formatPath(path.slice(0, MAX_TOLD_LENGTH)));
}

/** The text of what a value's own code threw, which may be anything, an error whose message cannot be read included. */
function describeThrown(thrown: unknown): string {
  try {
    const text: unknown = thrown instanceof Error ? thrown.message : thrown;
    return typeof text === "string" ? shorten(text) : "it throws what is no Error";
  } catch {
    return "it throws an Error that cannot be read";
  }
}

function shorten(text: string): string {
  return text.length <= MAX_TOLD_LENGTH ? text : `${text.slice(0, MAX_TOLD_LENGTH)}…`;
}
