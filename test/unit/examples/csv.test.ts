import { describe, expect, test } from "vitest";
import { parseCsv } from "../../../examples/etl/csv.ts";

describe("parseCsv", () => {
  test("names the fields of each row by the header", () => {
    expect(parseCsv("a,b\n1,2\n3,4\n")).toEqual([
      { a: "1", b: "2" },
      { a: "3", b: "4" },
    ]);
  });

  test("keeps commas, line breaks and doubled quotes of quoted fields", () => {
    expect(parseCsv('a,b\r\n"x, ""y""","1\n2"\r\n')).toEqual([{ a: 'x, "y"', b: "1\n2" }]);
  });

  test("keeps empty fields, also at the end of a text without a final line break", () => {
    expect(parseCsv("a,b,c\n,,\n1,,")).toEqual([
      { a: "", b: "", c: "" },
      { a: "1", b: "", c: "" },
    ]);
  });

  test("answers nothing for an empty text or a header alone", () => {
    expect(parseCsv("")).toEqual([]);
    expect(parseCsv("a,b\n")).toEqual([]);
  });

  test("refuses a quote that is never closed, naming the line", () => {
    expect(() => parseCsv('a,b\n1,"2\n')).toThrow("CSV: unbalanced quote in line 2");
  });
});
