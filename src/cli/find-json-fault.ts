/** Where a text stops being JSON, from 1, and what was found there. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

type Expectation =
  "value" | "value or ]" | "key in double quotes or }" | "key in double quotes" | ":" | ", or ]" | ", or }" | "end of the text";

const BLANK = /[\t\n\r ]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** What may follow a scalar: anything else belongs to it and makes it wrong, as in `01` or `nulls`. */
const WORD_CHARACTER = /[\w.+-]/;
// eslint-disable-next-line no-control-regex -- JSON has no control characters in strings
const STRING_PART = /[^"\\\u0000-\u001f]{1,10000}|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Finds the first place where a text is not JSON (RFC 8259); `undefined` if it is. The messages of `JSON.parse` differ between Node
 * versions and do not always say where.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ("[" | "{")[] = [];
  let expected: Expectation = "value";
  let position = 0;
  for (;;) {
    position = skip(text, position, BLANK);
    const found = text.charAt(position);
    if (expected === "end of the text" && found === "") return undefined;
    const next = step(text, position, expected, open);
    if (next.fault !== undefined) return locate(text, next.end, next.fault);
    position = next.end;
    expected = next.expected;
  }
}

interface Step {
  readonly end: number;
  readonly expected: Expectation;
  readonly fault?: string;
}

function step(text: string, position: number, expected: Expectation, open: ("[" | "{")[]): Step {
  const found = text.charAt(position);
  if (found === "]" && (expected === "value or ]" || expected === ", or ]")) return close(position, open);
  if (found === "}" && (expected === "key in double quotes or }" || expected === ", or }")) return close(position, open);
  switch (expected) {
    case "value":
    case "value or ]":
      return stepIntoValue(text, position, expected, open);
    case "key in double quotes":
    case "key in double quotes or }":
      if (found !== '"') return unexpected(text, position, expected);
      return readString(text, position, ":");
    case ":":
      return found === ":" ? { end: position + 1, expected: "value" } : unexpected(text, position, expected);
    case ", or ]":
      return found === "," ? { end: position + 1, expected: "value" } : unexpected(text, position, expected);
    case ", or }":
      return found === "," ? { end: position + 1, expected: "key in double quotes" } : unexpected(text, position, expected);
    case "end of the text":
      return unexpected(text, position, expected);
  }
}

function stepIntoValue(text: string, position: number, expected: Expectation, open: ("[" | "{")[]): Step {
  const found = text.charAt(position);
  if (found === "[" || found === "{") {
    open.push(found);
    return { end: position + 1, expected: found === "[" ? "value or ]" : "key in double quotes or }" };
  }
  const after = afterValue(open);
  if (found === '"') return readString(text, position, after);
  const end = skip(text, position, SCALAR);
  if (end === position || WORD_CHARACTER.test(text.charAt(end))) return unexpected(text, position, expected);
  return { end, expected: after };
}

function readString(text: string, start: number, after: Expectation): Step {
  let position = start + 1;
  for (;;) {
    if (text.charAt(position) === '"') return { end: position + 1, expected: after };
    const end = skip(text, position, STRING_PART);
    if (end === position) return { end, expected: after, fault: stringFault(text.charAt(position)) };
    position = end;
  }
}

function stringFault(found: string): string {
  if (found === "") return "the text ends inside a string";
  return found === "\\" ? "bad escape sequence in a string" : "line break or control character in a string";
}

function close(position: number, open: ("[" | "{")[]): Step {
  open.pop();
  return { end: position + 1, expected: afterValue(open) };
}

function afterValue(open: readonly ("[" | "{")[]): Expectation {
  const innermost = open.at(-1);
  if (innermost === undefined) return "end of the text";
  return innermost === "[" ? ", or ]" : ", or }";
}

function unexpected(text: string, position: number, expected: Expectation): Step {
  const found = text.codePointAt(position);
  const shown = found === undefined ? "the end of the text" : JSON.stringify(String.fromCodePoint(found));
  return { end: position, expected, fault: `expected ${expected}, found ${shown}` };
}

function skip(text: string, position: number, pattern: RegExp): number {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : position;
}

function locate(text: string, position: number, message: string): JsonFault {
  const before = text.slice(0, position);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: position - lineStart + 1, message };
}
