import { describe, expect, test } from "vitest";
import { renderNodeTable } from "../../../../src/cli/render/node-table.ts";
import { plainView, runResult } from "../cli-fixtures.ts";

describe("renderNodeTable", () => {
  test("lists nodes by level, with workers where they are known", () => {
    const workers = new Map([["a", "host-1"]]);
    expect(renderNodeTable({ result: runResult(), workers, limit: 10, view: plainView() })).toEqual([
      "level  node  status     attempts    took  worker",
      "    0  a     completed         1  400 ms  host-1",
      "    0  b     completed         2  500 ms",
      "    1  c     completed         1  500 ms",
    ]);
  });

  test("prefers what failed when there is not room for all", () => {
    const result = runResult({
      nodes: {
        a: { status: "completed", attempts: 1 },
        b: { status: "skipped", attempts: 0 },
        c: { status: "failed", attempts: 1 },
      },
    });
    expect(renderNodeTable({ result, workers: new Map(), limit: 1, view: plainView() }).slice(1)).toEqual([
      "    1  c     failed         1",
      "… and 2 nodes more, see --limit and --json",
    ]);
  });
});
