import { describe, expect, test } from "vitest";
import { createLineLogger, readableLogLine } from "../../../src/cli/line-logger.ts";

describe("createLineLogger", () => {
  test("prints entries of its level and above, with the fields of its parents", () => {
    const lines: string[] = [];
    const logger = createLineLogger("warn", (line) => lines.push(line)).child({ role: "scheduler" });
    logger.info({}, "not this");
    logger.warn({ runId: "0-1", note: "two words" }, "a warning");
    logger.error({ err: new Error("boom") }, "an error");
    expect(lines).toEqual([
      'warn: a warning  role=scheduler  runId=0-1  note="two words"',
      'error: an error  role=scheduler  err="boom"',
    ]);
  });
});

describe("readableLogLine", () => {
  test("writes a worker's entry the same way", () => {
    expect(readableLogLine('{"level":40,"time":1,"pid":2,"queue":"lanes","msg":"gone"}')).toBe("warn: gone  queue=lanes");
  });

  test.each(["plain text", "{", '{"level":40}', '{"level":'])("leaves %j alone", (line) => {
    expect(readableLogLine(line)).toBe(line);
  });
});
