import pc from "picocolors";
import type { RunEvent, RunEventType } from "../../../src/core/run/run-event.ts";
import type { RunResult } from "../../../src/core/run/run-result.ts";
import type { Output, View } from "../../../src/cli/output.ts";

/** Ids that payloads may well hold. */
export const HOSTILE_IDS = [
  "__proto__",
  "constructor",
  "a b",
  '"]; drop',
  "\u001b[2J\u001b]0;owned\u0007",
  "abc\u202edcb",
  "line\nbreak",
  "%%{init: {}}%%",
  "<script>alert(1)</script>",
  "back\\slash",
  "#quot;",
  "`tick`",
  "😀".repeat(250),
] as const;

/** What no text for a terminal may hold, line breaks between lines aside. */
export const UNSAFE_FOR_TERMINALS = /[^\P{Cc}\n]|[\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

/** A view without colours. */
export function plainView({ width = 80, height = 24, isTerminal = false } = {}): View {
  return { isTerminal, colors: pc.createColors(false), width: () => width, height: () => height };
}

/** An output that keeps what it was given. */
export function recordingOutput(): Output & { readonly answered: string[]; readonly noted: string[] } {
  const answered: string[] = [];
  const noted: string[] = [];
  return {
    answered,
    noted,
    answerView: plainView(),
    noteView: plainView(),
    noteStream: process.stderr,
    write: (text) => void answered.push(text),
    print: (text) => void answered.push(`${text}\n`),
    printJson: (document) => void answered.push(`${JSON.stringify(document)}\n`),
    note: (text) => void noted.push(text),
    flush: () => Promise.resolve(),
  };
}

/** An event with the parts that a test does not care about filled in. */
export function event(type: RunEventType, at: number, parts: Partial<RunEvent> = {}): RunEvent {
  return { id: `${at}-0`, type, at, epoch: 1, ...parts };
}

/** A result of two levels, with what a test wants to differ. */
export function runResult(parts: Partial<RunResult> = {}): RunResult {
  return {
    runId: "0-0mfx3k2a1-0a1b2c3d4e5f60718293",
    workflowId: "orders",
    status: "completed",
    nodeResults: {},
    finalOutput: { total: 3 },
    errors: [],
    nodes: {
      a: { status: "completed", attempts: 1, startedAt: 1_000, finishedAt: 1_400 },
      b: { status: "completed", attempts: 2, startedAt: 1_000, finishedAt: 1_500 },
      c: { status: "completed", attempts: 1, startedAt: 1_500, finishedAt: 2_000 },
    },
    levels: [["a", "b"], ["c"]],
    timings: {
      createdAt: 900,
      startedAt: 1_000,
      finishedAt: 2_000,
      durationMs: 1_000,
      nodeTimeMs: 1_400,
      levels: [
        { level: 0, nodeCount: 2, startedAt: 1_000, finishedAt: 1_500, durationMs: 500 },
        { level: 1, nodeCount: 1, startedAt: 1_500, finishedAt: 2_000, durationMs: 500 },
      ],
      profile: {
        levels: [
          {
            ...{ level: 0, nodeCount: 2, queueWaitMs: 0, meanWaitMs: 0, runMs: 500, slots: 2, idleShare: 0.1 },
            ...{ slowest: { nodeId: "b", timeMs: 500, slackMs: 0 }, barrierLossMs: 0 },
          },
          {
            ...{ level: 1, nodeCount: 1, queueWaitMs: 0, meanWaitMs: 0, runMs: 500, slots: 1, idleShare: 0 },
            ...{ slowest: { nodeId: "c", timeMs: 500, slackMs: 0 }, barrierLossMs: 0 },
          },
        ],
        slots: 2,
        order: {
          ...{ criticalPathMs: 1_000, criticalPath: ["b", "c"] },
          ...{ levelOrderMs: 1_000, dependencyOrderMs: 1_000, barrierLossMs: 0 },
        },
      },
    },
    ...parts,
  };
}
