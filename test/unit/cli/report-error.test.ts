import { describe, expect, test } from "vitest";
import { InvalidWorkflowError, LevelflowError } from "../../../src/core/errors/levelflow-error.ts";
import { reportError } from "../../../src/cli/report-error.ts";
import { runCommandLine } from "../../../src/cli/run-command-line.ts";
import { recordingOutput } from "./cli-fixtures.ts";

describe("reportError", () => {
  test("writes one line on stderr and answers the catalogue's exit code", () => {
    const output = recordingOutput();
    const error = new LevelflowError("RUN_NOT_FOUND", 'no run has the id "\u001b[2J"', { runId: "0-1" });
    expect(reportError(error, { output, asJson: false })).toBe(2);
    expect(output.noted).toEqual(['levelflow: no run has the id "\\u001b[2J" [RUN_NOT_FOUND]']);
    expect(output.answered).toEqual([]);
  });

  test("writes the same as JSON on stdout", () => {
    const output = recordingOutput();
    expect(reportError(new LevelflowError("REDIS_UNAVAILABLE", "away", { runId: "0-1" }), { output, asJson: true })).toBe(3);
    expect(output.answered).toEqual(['{"error":{"code":"REDIS_UNAVAILABLE","message":"away","runId":"0-1"}}\n']);
    expect(output.noted).toEqual([]);
  });

  test("lists every fault of a payload once", () => {
    const output = recordingOutput();
    const issues = Array.from({ length: 60 }, (_, index) => ({ path: `nodes[${index}].id`, message: "expected text" }));
    reportError(new InvalidWorkflowError("failed to parse payload:\n  - …", issues), { output, asJson: false });
    expect(output.noted[0]).toBe("levelflow: failed to parse payload: [INVALID_WORKFLOW]");
    expect(output.noted[1]).toBe("  nodes[0].id: expected text");
    expect(output.noted.at(-1)).toBe("  … and 10 more, see --json");
  });

  test("asks for a report of what is no error of levelflow", () => {
    const output = recordingOutput();
    expect(reportError(new TypeError("x is not a function"), { output, asJson: true })).toBe(1);
    expect(output.answered).toEqual(['{"error":{"code":"UNEXPECTED","message":"x is not a function"}}\n']);
    expect(output.noted[0]).toContain("unexpected error, please report it");
  });
});

describe("runCommandLine", () => {
  test.each([
    [["--help"], 0],
    [["run", "--help"], 0],
    [["--version"], 0],
    [[], 2],
    [["levelz"], 2],
    [["run"], 2],
    [["run", "a.json", "b.json"], 2],
    [["list", "--status", "sleeping"], 2],
    [["run", "a.json", "--workers", "0"], 2],
    [["run", "a.json", "--timeout", "soon"], 2],
    [["levels", "a.json", "--format", "png"], 2],
  ])("levelflow %j ends with %d", async (args, exitCode) => {
    expect(await runCommandLine(args, { output: recordingOutput(), env: {} })).toBe(exitCode);
  });

  test("reports usage errors as JSON where JSON was asked for", async () => {
    const output = recordingOutput();
    await runCommandLine(["list", "--json", "--stat"], { output, env: {} });
    expect(output.answered).toEqual([
      `${JSON.stringify({ error: { code: "INVALID_SETTING", message: "unknown option '--stat'\n(Did you mean --status?)" } })}\n`,
    ]);
    expect(output.noted).toEqual([]);
  });

  test("has help with an example for every command", async () => {
    const commands = [
      "run",
      "dev",
      "scheduler",
      "worker",
      "enqueue",
      "validate",
      "levels",
      "nodes",
      "list",
      "show",
      "cancel",
      "pause",
      "resume",
      "retry",
    ];
    for (const command of commands) {
      const output = recordingOutput();
      await runCommandLine([command, "--help"], { output, env: {} });
      expect(output.answered.join("")).toMatch(new RegExp(`Examples?:\n .*levelflow ${command}`));
    }
  });
});
