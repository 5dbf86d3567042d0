/**
 * A copy of plain data, to tell whether other data are the same. Who goes through objects in the order of their keys needs no look-up in
 * them: that takes a quarter of the time of the two loops over keys that any order would need.
 */
export interface PayloadCopy {
  readonly root: Copied;
  /** About the length of the JSON text. */
  readonly size: number;
  /** The same for the same data, and mostly another one for others. */
  readonly mark: number;
}

type Copied = string | number | boolean | null | Holder;

/** A list, or an object with its keys in order. */
class Holder {
  readonly keys: readonly string[] | undefined;
  readonly values: readonly Copied[];

  constructor(keys: readonly string[] | undefined, values: readonly Copied[]) {
    this.keys = keys;
    this.values = values;
  }
}

/** How many lists and objects may lie inside each other in what is copied. */
const MAX_DEPTH = 100;

/** Copies data; `undefined` for what is larger than `maxSize`, nests deep, or is not all plain lists, objects and values of JSON. */
export function copyPayload(payload: unknown, maxSize: number): PayloadCopy | undefined {
  const sum = { size: 0, maxSize, mark: 0 };
  const root = copyValue(payload, sum, MAX_DEPTH);
  return root === undefined ? undefined : { root, size: sum.size, mark: sum.mark };
}

interface Sum extends Pick<PayloadCopy, "size" | "mark"> {
  size: number;
  readonly maxSize: number;
  mark: number;
}

/** What a value takes that is no text, or a text and a key besides themselves: quotes, colons, commas. */
const VALUE_SIZE = 4;

/** `depth`: how far down it may go from here. */
function copyValue(value: unknown, sum: Sum, depth: number): Copied | undefined {
  switch (typeof value) {
    case "string":
      addText(sum, value);
      return value;
    case "number":
      add(sum, VALUE_SIZE, Number.isInteger(value) ? value : value * 1e9);
      return isMinusZero(value) ? undefined : value;
    case "boolean":
      add(sum, VALUE_SIZE, value ? 1 : 2);
      return value;
    case "object":
      if (value !== null) return copyHolder(value, sum, depth);
      add(sum, VALUE_SIZE, 3);
      return value;
    default:
      return undefined;
  }
}

function copyHolder(holder: object, sum: Sum, depth: number): Holder | undefined {
  if (depth === 0 || !isPlain(holder)) return undefined;
  const keys = Array.isArray(holder) ? undefined : Object.keys(holder);
  // Whoever reads it would see what is hidden in it.
  if (keys !== undefined && Reflect.ownKeys(holder).length !== keys.length) return undefined;
  const own: readonly unknown[] = Array.isArray(holder) ? holder : Object.values(holder);
  add(sum, VALUE_SIZE, own.length);
  for (const key of keys ?? []) addText(sum, key);
  const values: Copied[] = [];
  for (const value of own) {
    const copied = copyValue(value, sum, depth - 1);
    if (copied === undefined || sum.size > sum.maxSize) return undefined;
    values.push(copied);
  }
  return new Holder(keys, values);
}

/** Of a long text it looks at some 32 characters. */
function addText(sum: Sum, text: string): void {
  const { length } = text;
  const step = (length >> 5) + 1;
  let mark = length;
  for (let index = length - 1; index >= 0; index -= step) mark = (Math.imul(mark, 31) + text.charCodeAt(index)) | 0;
  add(sum, VALUE_SIZE + length, mark);
}

function add(sum: Sum, size: number, mark: number): void {
  sum.size += size;
  sum.mark = (Math.imul(sum.mark, 31) + mark) | 0;
}

/** Which is another value than 0, and the same to `===`. */
function isMinusZero(value: unknown): boolean {
  return value === 0 && Object.is(value, -0);
}

function isPlain(holder: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(holder);
  return prototype === (Array.isArray(holder) ? Array.prototype : Object.prototype);
}

/** Whether data are what was copied, with keys in the same order. */
export function isSamePayload(payload: unknown, { root }: PayloadCopy): boolean {
  return payload === root || isSame(payload, root);
}

/** Of what is not identical. The loops look for that themselves: most values are identical, and a call takes longer than they do. */
function isSame(value: unknown, copied: Copied): boolean {
  if (typeof copied !== "object" || copied === null || typeof value !== "object" || value === null) return false;
  const { keys, values } = copied;
  if (Object.getPrototypeOf(value) !== (keys === undefined ? Array.prototype : Object.prototype)) return false;
  return keys === undefined ? isSameList(value as readonly unknown[], values) : isSameObject(value, keys, values);
}

function isSameList(list: readonly unknown[], values: readonly Copied[]): boolean {
  const { length } = values;
  if (list.length !== length) return false;
  for (let index = 0; index < length; index += 1) {
    const value = list[index];
    const copied = values[index] as Copied;
    if (value === copied ? isMinusZero(value) : !isSame(value, copied)) return false;
  }
  return true;
}

function isSameObject(object: object, keys: readonly string[], values: readonly Copied[]): boolean {
  let index = 0;
  for (const key in object) {
    if (key !== keys[index]) return false;
    const value = (object as Readonly<Record<string, unknown>>)[key];
    const copied = values[index] as Copied;
    if (value === copied ? isMinusZero(value) : !isSame(value, copied)) return false;
    index += 1;
  }
  return index === keys.length;
}
