import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../src/core/json/json-value.ts";
import { convertContextValue } from "../../../src/nodes/context/convert-context-value.ts";

describe("convertContextValue", () => {
  test.each<[JsonValue, string, JsonValue]>([
    [[1, "a"], "string", '[1,"a"]'],
    ["-.5e1", "number", -5],
    [-0, "boolean", false],
    ["t", "boolean", true],
    ["2024-02-29T23:59:59.5+14:00", "time_string", "2024-02-29T23:59:59.5+14:00"],
    ["0000-02-29T00:00:00Z", "time_string", "0000-02-29T00:00:00Z"],
    [-1.9, "epoch_second", "1969-12-31T23:59:59Z"],
    ["+0001700000000", "epoch_second", "2023-11-14T22:13:20Z"],
    [1700000000100.9, "epoch_ms", "2023-11-14T22:13:20.1Z"],
    [-62167219200, "epoch_second", "0000-01-01T00:00:00Z"],
    [253402300799999, "epoch_ms", "9999-12-31T23:59:59.999Z"],
    [{ a: 1 }, "null", null],
  ])("makes of %j as %s: %j", (value, type, converted) => {
    expect(convertContextValue(value, type)).toEqual({ ok: true, value: converted });
  });

  test.each<[JsonValue, string, string]>([
    ["0x10", "number", 'cannot convert "0x10" to number'],
    ["1e400", "number", 'cannot convert "1e400" to number'],
    [true, "number", "cannot convert type boolean to number"],
    ["yes", "boolean", 'cannot convert "yes" to boolean'],
    [null, "boolean", "cannot convert type null to boolean"],
    ["2023-02-29T00:00:00Z", "time_string", 'invalid time string "2023-02-29T00:00:00Z"'],
    ["2024-01-01T00:00:60Z", "time_string", 'invalid time string "2024-01-01T00:00:60Z"'],
    ["2024-01-01T00:00:00,5Z", "time_string", 'invalid time string "2024-01-01T00:00:00,5Z"'],
    ["2024-01-01t00:00:00z", "time_string", 'invalid time string "2024-01-01t00:00:00z"'],
    ["2024-01-01T00:00:00Z\n", "time_string", 'invalid time string "2024-01-01T00:00:00Z\\n"'],
    [12, "time_string", 'invalid time string "12"'],
    ["1.5", "epoch_ms", 'cannot convert "1.5" to epoch milliseconds'],
    [[1], "epoch_second", "cannot convert type array to epoch seconds"],
    [253402300800, "epoch_second", "cannot convert 253402300800 to epoch seconds: outside the years 0000 to 9999"],
    ["9".repeat(400), "epoch_ms", `cannot convert "${"9".repeat(400)}" to epoch milliseconds: outside the years 0000 to 9999`],
    [1, "date", 'unsupported type "date"'],
    [1, "", 'unsupported type ""'],
  ])("refuses %j as %s", (value, type, reason) => {
    expect(convertContextValue(value, type)).toEqual({ ok: false, reason });
  });
});
