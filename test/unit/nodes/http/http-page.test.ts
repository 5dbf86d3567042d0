import { describe, expect, test } from "vitest";
import { codesIn, readPage, sectionOf, tableOf } from "../../../architecture/docs-tables.ts";
import { TYPE_FIELDS } from "../../../../src/core/workflow/payload-schema.ts";
import { HTTP_METHODS } from "../../../../src/nodes/http/http-request.ts";
import { EMBEDDING_RANGES, INTERNAL_RANGES } from "../../../../src/nodes/http/internal-addresses.ts";
import { headersFault } from "../../../../src/nodes/http/request-headers.ts";

const page = readPage("docs/http.md");
const fields = new Map(
  tableOf(sectionOf(page, "## Fields")).map(([name = "", , meaning = ""]) => [codesIn(name)[0] ?? "", meaning]),
);

describe("docs/http.md", () => {
  test("lists the fields of http nodes, and the methods", () => {
    expect([...fields.keys()]).toEqual(["url", ...(TYPE_FIELDS.get("http")?.keys() ?? [])]);
    expect(codesIn(fields.get("method") ?? "").slice(0, HTTP_METHODS.length)).toEqual(HTTP_METHODS);
  });

  test("lists the ranges of internal addresses", () => {
    const ranges = tableOf(sectionOf(page, "### Internal addresses")).map(([range = ""]) => codesIn(range)[0]);
    expect(ranges).toEqual([...INTERNAL_RANGES, ...EMBEDDING_RANGES.keys()]);
  });

  test("names the headers that are refused", () => {
    const [, sentence = ""] = /What belongs to the connection is refused: (.*?)\.\n/s.exec(sectionOf(page, "## Fields")) ?? [];
    const names = codesIn(sentence);
    expect(names).toHaveLength(10);
    for (const name of names) expect(headersFault({ [name]: "x" })).toContain("belongs to the connection");
  });
});
