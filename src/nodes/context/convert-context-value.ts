import { kindOf, type JsonValue } from "../../core/json/json-value.ts";
import { parseDecimal } from "../../core/text/decimal.ts";
import { quote } from "../../core/text/quote.ts";
import { textForm } from "../../core/text/text-form.ts";
import { convertEpoch } from "./convert-epoch.ts";
import type { Conversion } from "./conversion.ts";
import { isTimeText } from "./time-text.ts";

const TRUE_TEXTS: ReadonlySet<string> = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE_TEXTS: ReadonlySet<string> = new Set(["0", "f", "F", "FALSE", "false", "False"]);

/** What an entry of `context_values` may be converted to. */
export const CONTEXT_VALUE_TYPES = ["string", "number", "boolean", "time_string", "epoch_second", "epoch_ms", "null"] as const;

/** Converts an entry of `context_values` to its type (`docs/node-types.md`, the table of context nodes). */
export function convertContextValue(value: JsonValue, type: string): Conversion {
  switch (type) {
    case "string":
      return { ok: true, value: textForm(value) };
    case "number":
      return toNumber(value);
    case "boolean":
      return toBoolean(value);
    case "time_string":
      return toTimeText(value);
    case "epoch_second":
      return convertEpoch(value, { unitMs: 1000, unitName: "epoch seconds" });
    case "epoch_ms":
      return convertEpoch(value, { unitMs: 1, unitName: "epoch milliseconds" });
    case "null":
      return { ok: true, value: null };
    default:
      return { ok: false, reason: `unsupported type ${quote(type)}` };
  }
}

function toNumber(value: JsonValue): Conversion {
  if (typeof value === "number") return { ok: true, value };
  if (typeof value !== "string") return { ok: false, reason: `cannot convert type ${kindOf(value)} to number` };
  const number = parseDecimal(value);
  return number === undefined ? { ok: false, reason: `cannot convert ${quote(value)} to number` } : { ok: true, value: number };
}

function toBoolean(value: JsonValue): Conversion {
  if (typeof value === "boolean") return { ok: true, value };
  if (typeof value === "number") return { ok: true, value: value !== 0 };
  if (typeof value !== "string") return { ok: false, reason: `cannot convert type ${kindOf(value)} to boolean` };
  if (TRUE_TEXTS.has(value)) return { ok: true, value: true };
  if (FALSE_TEXTS.has(value)) return { ok: true, value: false };
  return { ok: false, reason: `cannot convert ${quote(value)} to boolean` };
}

function toTimeText(value: JsonValue): Conversion {
  const text = textForm(value);
  return isTimeText(text) ? { ok: true, value: text } : { ok: false, reason: `invalid time string ${quote(text)}` };
}
