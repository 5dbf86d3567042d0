import { kindOf, type JsonValue } from "../../core/json/json-value.ts";
import { quote } from "../../core/text/quote.ts";
import { textForm } from "../../core/text/text-form.ts";
import type { Conversion } from "./conversion.ts";

const FIRST_MS = Date.parse("0000-01-01T00:00:00.000Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");
const WHOLE_NUMBER = /^[+-]?\d+$/;

/** What one counts since 1970 and how messages call it. */
export interface EpochUnit {
  readonly unitMs: 1 | 1000;
  readonly unitName: string;
}

/** Turns a count of seconds or milliseconds since 1970 into UTC time text without trailing zeros in the fraction. */
export function convertEpoch(value: JsonValue, { unitMs, unitName }: EpochUnit): Conversion {
  if (typeof value !== "number" && typeof value !== "string") {
    return { ok: false, reason: `cannot convert type ${kindOf(value)} to ${unitName}` };
  }
  const shown = typeof value === "string" ? quote(value) : textForm(value);
  if (typeof value === "string" && !WHOLE_NUMBER.test(value))
    return { ok: false, reason: `cannot convert ${shown} to ${unitName}` };
  // What a double cannot hold exactly is far outside the years.
  const epochMs = Math.trunc(Number(value)) * unitMs;
  if (!(epochMs >= FIRST_MS && epochMs <= LAST_MS)) {
    return { ok: false, reason: `cannot convert ${shown} to ${unitName}: outside the years 0000 to 9999` };
  }
  return { ok: true, value: new Date(epochMs).toISOString().replace(/\.000Z$|0{1,2}Z$/, "Z") };
}
