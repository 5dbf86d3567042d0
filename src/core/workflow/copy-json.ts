import type { JsonValue } from "../json/json-value.ts";
import { maxDataDepth } from "./limits.ts";

/** A copy, or where and why there is none. */
export type JsonCopy =
  | { readonly kind: "copied"; readonly value: JsonValue }
  | { readonly kind: "refused"; readonly path: readonly (string | number)[]; readonly message: string };

/** A list or object that is being copied. */
interface Frame {
  readonly source: object;
  readonly target: object;
  /** Keys of an object; a list has none. */
  readonly keys: readonly string[] | undefined;
  readonly length: number;
  index: number;
}

/**
 * Copies a value that came from outside into plain JSON: objects without prototype, so that `__proto__` is a key like any other.
 * Refuses what is not JSON, references in a circle, and more than {@link maxDataDepth} levels; `undefined` properties are left out.
 */
export function copyJson(value: unknown): JsonCopy {
  const frames: Frame[] = [];
  const open = new Set<object>();
  let fault: string | undefined;
  const enter = (child: unknown): unknown => {
    fault = faultOf(child, open);
    if (fault !== undefined || typeof child !== "object" || child === null) return child;
    const frame = newFrame(child);
    frames.push(frame);
    open.add(child);
    return frame.target;
  };
  const copy = enter(value);
  for (let frame = frames.at(-1); frame !== undefined && fault === undefined; frame = frames.at(-1)) {
    if (frame.index === frame.length) {
      frames.pop();
      open.delete(frame.source);
      continue;
    }
    const key = stepOf(frame, frame.index++);
    const child: unknown = Reflect.get(frame.source, key);
    if (child !== undefined || frame.keys === undefined) Reflect.set(frame.target, key, enter(child));
  }
  if (fault === undefined) return { kind: "copied", value: copy as JsonValue };
  return { kind: "refused", path: frames.map((frame) => stepOf(frame, frame.index - 1)), message: fault };
}

function newFrame(source: object): Frame {
  if (Array.isArray(source)) return { source, target: [], keys: undefined, length: source.length, index: 0 };
  const keys = Object.keys(source);
  return { source, target: Object.create(null) as object, keys, length: keys.length, index: 0 };
}

function stepOf(frame: Frame, index: number): string | number {
  return frame.keys?.[index] ?? index;
}

function faultOf(value: unknown, open: ReadonlySet<object>): string | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : `expected a number that a double can hold, found ${String(value)}`;
    case "object":
      return value === null ? undefined : containerFault(value, open);
    default:
      return `expected a JSON value, found ${value === undefined ? "undefined" : `a ${typeof value}`}`;
  }
}

function containerFault(value: object, open: ReadonlySet<object>): string | undefined {
  if (open.has(value)) return "expected a JSON value, found a reference back to a list or object that holds it";
  if (open.size >= maxDataDepth) return `expected at most ${maxDataDepth} lists and objects inside each other`;
  return Array.isArray(value) || isPlainObject(value) ? undefined : `expected a JSON value, found ${className(value)}`;
}

/** An object literal, of any realm, or one without prototype; no Date, Map or other instance. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (typeof prototype === "object" && Object.getPrototypeOf(prototype) === null);
}

function className(value: object): string {
  const maker: unknown = Reflect.get(value, "constructor");
  return typeof maker === "function" && maker.name !== "" ? `an instance of ${maker.name}` : "an instance of a class";
}
