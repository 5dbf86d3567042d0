import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileTexts } from "../support/compile-texts.ts";
import { codeBlocksOf, PAGES, ROOT } from "./docs-tables.ts";

/** A compiler takes its time on a busy machine. */
const TIMEOUT_MS = 120_000;

describe("TypeScript in the docs", () => {
  test("compiles under the project's own settings", { timeout: TIMEOUT_MS }, () => {
    const blocks = PAGES.flatMap((page) => codeBlocksOf(page)).filter(({ language }) => language === "ts");
    expect(blocks.length).toBeGreaterThan(3);
    const files = new Map(blocks.map(({ page, code }, i) => [join(ROOT, `${page.replace(/\W/g, "-")}-${String(i)}.ts`), code]));
    expect(compileTexts(files)).toEqual([]);
  });
});
