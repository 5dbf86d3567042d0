import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readDataFields } from "../../src/cli/render/data-fields.ts";
import { BUILTIN_TYPE_NAMES } from "../../src/core/workflow/builtin-types.ts";
import { createBuiltinNodes } from "../../src/nodes/builtin-nodes.ts";
import { FAMILIES } from "../support/node-types-page/families.ts";
import { PAGE_PATH, renderPage } from "../support/node-types-page/render-page.ts";

const DEFINITIONS = createBuiltinNodes();
const ENTRIES = FAMILIES.flatMap(({ entries }) => entries);

describe("docs/node-types.md", () => {
  test("is what the definitions and the runs of the examples give", async () => {
    const page = await renderPage();
    expect(page === readFileSync(PAGE_PATH, "utf8"), "docs/node-types.md is not up to date: npm run docs").toBe(true);
  });

  test("tells of every type once", () => {
    expect(ENTRIES.map(({ type }) => type).sort()).toEqual([...BUILTIN_TYPE_NAMES].sort());
  });

  test.each(DEFINITIONS.map((definition) => [definition.type, definition] as const))("has all about %s", (type, definition) => {
    expect(definition.description).toMatch(/^[A-Z].*\.$/);
    const fields = readDataFields(definition) ?? [];
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.filter(({ description = "" }) => !/^[A-Z].*\.$/.test(description)).map(({ path }) => path)).toEqual([]);
    const entry = ENTRIES.find((candidate) => candidate.type === type);
    expect(entry?.examples.length).toBeGreaterThan(0);
    expect(entry?.failures.length).toBeGreaterThan(0);
  });
});
