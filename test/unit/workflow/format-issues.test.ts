import { describe, expect, test } from "vitest";
import { formatIssues } from "../../../src/core/node/format-issues.ts";

describe("formatIssues", () => {
  test("gives the message alone for an issue without a path", () => {
    expect(formatIssues([{ path: [], message: "operation node missing op" }], "data")).toBe("operation node missing op");
  });

  test("says where the others are", () => {
    const issues = [
      { path: ["cases", 0, "when"], message: "bad" },
      { path: ["a b"], message: "worse" },
    ];
    expect(formatIssues(issues, "data")).toBe('bad at data.cases[0].when; worse at data["a b"]');
    expect(formatIssues([{ path: [1], message: "bad" }], "inputs")).toBe("bad at inputs[1]");
  });

  test("tells five at most", () => {
    const issues = Array.from({ length: 9 }, (_, index) => ({ path: [], message: String(index) }));
    expect(formatIssues(issues, "output")).toBe("0; 1; 2; 3; 4");
  });
});
