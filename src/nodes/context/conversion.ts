import type { JsonValue } from "../../core/json/json-value.ts";

/** A converted value, or the reason why there is none. */
export type Conversion = { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly reason: string };
