import { existsSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { readPage, ROOT, sectionOf } from "./docs-tables.ts";

const PAGE = readPage("docs/guarantees.md");
/** The invariants, by their headings. */
const INVARIANTS = [...PAGE.matchAll(/^## \d+\. .*$/gm)].map(([heading]) => heading);
const CALLED = new Set(["describe", "test"]);

interface NamedTest {
  readonly file: string;
  readonly name: string;
}

/** The tests that a text names: a file between backticks, a colon, and names between quotes, with commas between them. */
function testsNamedIn(text: string): NamedTest[] {
  const lists = text.replaceAll(/\s+/g, " ").matchAll(/`(test\/[\w./-]+)`: ("[^"]+"(?:, "[^"]+")*)/g);
  return [...lists].flatMap(([, file = "", names = ""]) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => ({ file, name })),
  );
}

/** What the tests and groups of tests in a file are called, placeholders as they stand. */
function namesIn(file: string): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && CALLED.has(calledBy(node))) {
      const [name] = node.arguments;
      if (name !== undefined && ts.isStringLiteralLike(name)) names.add(name.text);
    }
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(file, readPage(file), ts.ScriptTarget.Latest));
  return names;
}

/** `test` of `test.runIf(…).each(…)(…)`. */
function calledBy(call: ts.CallExpression): string {
  let callee: ts.Expression = call;
  while (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee)) callee = callee.expression;
  return ts.isIdentifier(callee) ? callee.text : "";
}

describe("docs/guarantees.md", () => {
  test("tells of ten invariants in order", () => {
    expect(INVARIANTS.map((heading) => Number.parseInt(heading.slice(3), 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test.each(INVARIANTS)("%s: names tests that try to break it", (heading) => {
    expect(sectionOf(PAGE, heading)).toContain("_Tried by_");
    expect(testsNamedIn(sectionOf(PAGE, heading)).length).toBeGreaterThan(1);
  });

  test("names tests that exist", () => {
    const named = testsNamedIn(PAGE);
    // Every file with a colon behind it is followed by names; a quote out of place would hide some.
    expect(new Set(named.map(({ file }) => file))).toEqual(
      new Set([...PAGE.matchAll(/`(test\/[\w./-]+\.ts)`:/g)].map(([, file]) => file)),
    );
    const missing = named.filter(({ file, name }) => !existsSync(join(ROOT, file)) || !namesIn(file).has(name));
    expect(missing).toEqual([]);
  });
});
