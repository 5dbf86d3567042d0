import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findBreaches, importsOf, type SourceFile } from "./layer-rules.ts";

const SRC = join(import.meta.dirname, "..", "..", "src");

function readSources(): SourceFile[] {
  return readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(join(SRC, path), "utf8") }));
}

/** Breaches of a tree in which `path` holds `text` and all that it may refer to exists. */
function breachesWith(path: string, text: string): string[] {
  const others = [
    "index.ts",
    "local.ts",
    "cli/main.ts",
    "runtime/a.ts",
    "producer/a.ts",
    "worker/a.ts",
    "store/redis/a.ts",
    "store/memory/a.ts",
    "nodes/a.ts",
    "core/a.ts",
  ];
  const files = others.filter((other) => other !== path).map((other) => ({ path: other, text: "export const a = 1;\n" }));
  return findBreaches([...files, { path, text }]);
}

describe("the layers of src", () => {
  test("are kept by every file", () => {
    const sources = readSources();
    expect(sources.length).toBeGreaterThan(0);
    expect(findBreaches(sources)).toEqual([]);
  });
});

describe("findBreaches", () => {
  test.each([
    ["cli/main.ts", "../runtime/a.ts"],
    ["cli/main.ts", "../core/a.ts"],
    ["index.ts", "./local.ts"],
    ["index.ts", "./core/a.ts"],
    ["local.ts", "./runtime/a.ts"],
    ["runtime/b.ts", "../store/redis/a.ts"],
    ["runtime/b.ts", "../worker/a.ts"],
    ["worker/b.ts", "./a.ts"],
    ["worker/b.ts", "../core/a.ts"],
    ["nodes/b.ts", "../core/a.ts"],
  ])("lets %s import %s", (path, specifier) => {
    expect(breachesWith(path, `import { a } from "${specifier}";\nexport const b = a;\n`)).toEqual([]);
  });

  test.each([
    ["core/b.ts", "../nodes/a.ts", "imports go down only"],
    ["core/b.ts", "../runtime/a.ts", "imports go down only"],
    ["nodes/b.ts", "../worker/a.ts", "imports go down only"],
    ["runtime/b.ts", "../cli/main.ts", "imports go down only"],
    ["worker/b.ts", "../local.ts", "imports go down only"],
    ["worker/b.ts", "../producer/a.ts", "roles meet at ports"],
    ["worker/b.ts", "../store/memory/a.ts", "never an adapter"],
    ["worker/b.ts", "../nodes/a.ts", "never an adapter"],
    ["store/memory/b.ts", "../redis/a.ts", "adapters stand side by side"],
    ["store/redis/b.ts", "../../nodes/a.ts", "adapters stand side by side"],
    ["cli/b.ts", "../index.ts", "index.ts is for users"],
    ["core/b.ts", "../../package.json", "outside of src"],
    ["core/b.ts", "./missing.ts", "is no file of src"],
    ["core/b.ts", "node:fs", "no input or output"],
    ["core/b.ts", "net", "no input or output"],
    ["core/b.ts", "ioredis", "imports ioredis, which only"],
    ["worker/b.ts", "bullmq", "imports bullmq, which only"],
    ["store/redis/b.ts", "bullmq", "imports bullmq, which only"],
    ["cli/b.ts", "ioredis/built/utils", "imports ioredis, which only"],
  ])("refuses %s to import %s", (path, specifier, reason) => {
    for (const statement of [
      `import { a } from "${specifier}";`,
      `import type { A } from "${specifier}";`,
      `import "${specifier}";`,
      `export { a } from "${specifier}";\nexport const b = 1;`,
      `export const a = await import("${specifier}");`,
      `export type A = import("${specifier}").A;`,
    ]) {
      const breaches = breachesWith(path, `${statement}\n`);
      expect(breaches, statement).toHaveLength(1);
      expect(breaches[0], statement).toMatch(new RegExp(`^${path}: .*`));
      expect(breaches[0], statement).toContain(reason);
    }
  });

  test("finds a circle once, and names it", () => {
    const files = [
      { path: "core/a.ts", text: 'import { b } from "./b.ts";\nexport const a = b;\n' },
      { path: "core/b.ts", text: 'import type { C } from "./c.ts";\nexport const b: C = 1;\n' },
      { path: "core/c.ts", text: 'export type C = typeof import("./a.ts").a;\n' },
      { path: "core/d.ts", text: 'import { a } from "./a.ts";\nexport const d = a;\n' },
    ];
    expect(findBreaches(files)).toEqual(["core/a.ts: imports itself in a circle: core/a.ts → core/b.ts → core/c.ts → core/a.ts"]);
  });

  test("refuses barrels, star exports, long files and files that belong nowhere", () => {
    expect(breachesWith("core/all.ts", 'export { a } from "./a.ts";\n')).toEqual([
      "core/all.ts: is a barrel; index.ts is the only one",
    ]);
    expect(breachesWith("core/index.ts", "export const b = 1;\n")).toEqual([
      "core/index.ts: is a barrel; index.ts is the only one",
    ]);
    expect(breachesWith("index.ts", 'export * from "./core/a.ts";\n')).toEqual([
      "index.ts: exports with a star; index.ts names what it exports",
    ]);
    expect(breachesWith("core/b.ts", "// line\n".repeat(301))).toEqual(["core/b.ts: has 301 lines; at most 300 are allowed"]);
    expect(breachesWith("core/b.ts", "// line\n".repeat(300))).toEqual([]);
    expect(breachesWith("helpers/b.ts", "export const b = 1;\n")).toEqual(["helpers/b.ts: belongs to no layer"]);
  });

  test("is not taken in by imports in comments and texts", () => {
    const text = '// import "bullmq";\nexport const b = \'import x from "bullmq"\';\n/** {@link import("bullmq")} */\n';
    expect(importsOf({ path: "core/b.ts", text })).toEqual([]);
  });
});
