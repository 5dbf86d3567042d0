import { isJsonObject, type JsonValue } from "../core/json/json-value.ts";
import { ownValue } from "./own-record.ts";

/** The `error` of a fault, which is an object with a key of that name; `undefined` for a value that is no fault. */
export function errorOfFault(input: JsonValue): JsonValue | undefined {
  return isJsonObject(input) ? ownValue(input, "error") : undefined;
}
