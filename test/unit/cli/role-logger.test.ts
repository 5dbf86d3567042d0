import pc from "picocolors";
import { describe, expect, test } from "vitest";
import { createRoleLogger } from "../../../src/cli/role-logger.ts";
import { plainView } from "./cli-fixtures.ts";

describe("createRoleLogger", () => {
  function open(logFormat: "auto" | "json" | "pretty", isTerminal: boolean) {
    const noted: string[] = [];
    const noteView = { ...plainView(), isTerminal, colors: pc.createColors(false) };
    const logger = createRoleLogger({ logLevel: "info", logFormat }, { noteView, note: (line) => noted.push(line) });
    return { logger, noted };
  }

  test.each([
    ["auto", true],
    ["pretty", false],
  ] as const)("writes lines for people: %s, in a terminal: %s", (logFormat, isTerminal) => {
    const { logger, noted } = open(logFormat, isTerminal);
    logger.child({ role: "worker" }).warn({ nodeId: "a\u001b[2J" }, "a\nwarning");
    logger.debug({}, "not this");
    expect(noted).toHaveLength(1);
    expect(noted[0]).toMatch(/^\d\d:\d\d:\d\d warn: a\\nwarning {2}role=worker {2}nodeId="a\\u001b\[2J"$/);
  });

  test.each([
    ["auto", false],
    ["json", true],
  ] as const)("leaves lines to pino: %s, in a terminal: %s", (logFormat, isTerminal) => {
    const { logger, noted } = open(logFormat, isTerminal);
    expect(noted).toEqual([]);
    expect(logger).toHaveProperty("bindings");
  });
});
