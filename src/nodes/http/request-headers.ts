import { isJsonObject, type JsonValue } from "../../core/json/json-value.ts";
import { quote } from "../../core/text/quote.ts";

/** What the connection sets itself, or what would change how the rest of it is read. */
const REFUSED_NAMES: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "te",
  "trailer",
  "expect",
]);

const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/;
// eslint-disable-next-line no-control-regex -- these are the ones that HTTP refuses
const CONTROL_CHARACTER = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const BEYOND_LATIN_1 = /[\u0100-\uffff]/;

/** What is wrong with the `headers` of a node, if anything. Never tells a value, as it may be a secret. */
export function headersFault(headers: JsonValue | undefined): string | undefined {
  if (headers === undefined) return undefined;
  if (!isJsonObject(headers)) return "invalid headers: use an object of names and texts";
  const seen = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    // Absent, as everywhere in a payload.
    if (value === null) continue;
    const fault = nameFault(name, seen) ?? valueFault(name, value);
    if (fault !== undefined) return fault;
    seen.set(name.toLowerCase(), name);
  }
  return undefined;
}

/** Headers without fault, by name in lower case. */
export function readHeaders(headers: JsonValue | undefined): Map<string, string> {
  const read = new Map<string, string>();
  if (!isJsonObject(headers)) return read;
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === "string") read.set(name.toLowerCase(), value);
  }
  return read;
}

function nameFault(name: string, seen: ReadonlyMap<string, string>): string | undefined {
  const lowerName = name.toLowerCase();
  const twin = seen.get(lowerName);
  if (!TOKEN.test(name)) return `invalid header name ${quote(name)}: use letters, digits and !#$%&'*+-.^_\`|~`;
  if (REFUSED_NAMES.has(lowerName) || lowerName.startsWith("proxy-")) {
    return `invalid header ${quote(name)}: it belongs to the connection and cannot be set`;
  }
  return twin === undefined ? undefined : `invalid header ${quote(name)}: it is given as ${quote(twin)}, too`;
}

function valueFault(name: string, value: JsonValue): string | undefined {
  if (typeof value !== "string") return `invalid header ${quote(name)}: its value is no text`;
  if (CONTROL_CHARACTER.test(value)) return `invalid header ${quote(name)}: its value has a line break or control character`;
  if (BEYOND_LATIN_1.test(value)) return `invalid header ${quote(name)}: its value has a character above U+00FF`;
  return undefined;
}
