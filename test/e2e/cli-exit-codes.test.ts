import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { fileOf, levelflow, NODES } from "./cli-process.ts";

const SUM = {
  workflow_id: "sum",
  nodes: [
    { id: "a", data: { value: 1 } },
    { id: "b", data: { value: 2 } },
    { id: "sum", data: { op: "add" } },
  ],
  edges: ["a", "b"].map((source) => ({ source, target: "sum" })),
};
const FAILING = { nodes: [{ id: "bad", type: "fails" }] };
/** Nothing listens there. */
const NOWHERE = "redis://me:secret@127.0.0.1:1";

describe("levelflow ends with", () => {
  test("0 for a run that completed", async () => {
    const { code, stdout } = await levelflow(["run", "--local", fileOf(SUM)]);
    expect(stdout).toContain("✔ completed in ");
    expect(code).toBe(0);
  });

  test("1 for a run that failed, in process and over Redis", async () => {
    for (const where of [["--local"], ["--workers", "1"]]) {
      const { code, stdout } = await levelflow(["run", ...where, fileOf(FAILING), "--nodes", NODES]);
      expect(stdout).toContain("✖ failed in ");
      expect(stdout).toContain("error executing node bad: boom \\u001b[2J\\u202e\\n✔ completed");
      expect(code).toBe(1);
    }
  });

  test.each([
    [
      "a workflow that is no JSON",
      () => ["levels", fileOf('{"nodes": [\n  {"id": 1,}\n]}')],
      ":2:12: expected key in double quotes",
    ],
    ["a workflow that breaks the format", () => ["run", fileOf({ nodes: [{ id: "" }, { id: 5 }] })], "nodes[1].id"],
    ["a cycle", () => ["levels", fileOf({ nodes: [{ id: "a" }], edges: [{ source: "a", target: "a" }] })], "cycle"],
    ["a file that is not there", () => ["validate", "/no/such/file.json"], "there is no such file"],
    ["a folder", () => ["validate", dirname(fileOf(SUM))], "is a folder"],
    ["bytes that are no text", () => ["validate", fileOf(Buffer.from([0x22, 0xff, 0x22]))], "UTF-8"],
    ["an unknown command", () => ["runn", "x.json"], "Did you mean run?"],
    ["an unknown node type", () => ["nodes", "cahce"], 'did you mean "cache"?'],
    ["an unknown option", () => ["run", "x.json", "--lokal"], "Did you mean --local?"],
    ["an input that is no JSON", () => ["run", fileOf(SUM), "--input", "{"], "--input is not JSON"],
    ["a module that is not there", () => ["run", fileOf(SUM), "--nodes", "/no/such/nodes.ts"], "INVALID_NODES_MODULE"],
    [
      "a module without node types",
      () => ["run", "--local", fileOf(SUM), "--nodes", fileOf("export const x = 1;", "nodes.mjs")],
      "exports no node type",
    ],
  ])("2 for %s", async (_, args, message) => {
    const { code, stdout, stderr } = await levelflow(args());
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  test("2 for settings that are not right", async () => {
    const { code, stderr } = await levelflow(["levels", fileOf(SUM)], { env: { LEVELFLOW_MAX_NODE: "1" } });
    expect(stderr).toContain("did you mean LEVELFLOW_MAX_NODES?");
    expect(code).toBe(2);
    const tooLarge = await levelflow(["levels", fileOf(SUM)], { env: { LEVELFLOW_MAX_PAYLOAD_BYTES: "20" } });
    expect(tooLarge.stderr).toContain("LEVELFLOW_MAX_PAYLOAD_BYTES");
    expect(tooLarge.code).toBe(2);
  });

  test.each([["list"], ["show", "0-1"], ["cancel", "0-1"], ["enqueue"], ["worker"], ["scheduler"], ["top"], ["doctor"]])(
    "3 within seconds where Redis is not reachable: %s",
    async (...command) => {
      const args = command[0] === "enqueue" ? ["enqueue", fileOf(SUM)] : command;
      const startedAt = performance.now();
      const { code, stdout, stderr } = await levelflow(args, { env: { REDIS_URL: NOWHERE, LEVELFLOW_REDIS_WAIT_MS: "0" } });
      expect(stderr).toContain("cannot reach Redis at redis://me@127.0.0.1:1 (connection refused)");
      expect(stdout + stderr).not.toContain("secret");
      expect(code).toBe(3);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    },
  );

  test("3 where the socket of Redis is not there", async () => {
    const { code, stderr } = await levelflow(["list"], { env: { REDIS_URL: "unix:///no/such/redis.sock" } });
    expect(stderr).toContain("cannot reach Redis at /no/such/redis.sock (there is no such socket)");
    expect(code).toBe(3);
  });
});
