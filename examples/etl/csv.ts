/** Reads CSV as RFC 4180 has it: quoted fields may hold commas, line breaks and doubled quotes. The first row names the columns. */
export function parseCsv(text: string): Record<string, string>[] {
  const [header, ...rows] = csvRows(text);
  if (header === undefined) return [];
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ""])));
}

/** One field and what ends it: a comma, a line break, or the end of the text. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let position = 0;
  while (position < text.length) {
    FIELD.lastIndex = position;
    const match = FIELD.exec(text);
    if (match === null) throw new Error(`CSV: unbalanced quote in line ${rows.length + 1}`);
    const [whole, quoted, plain, end] = match;
    row.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    position += whole.length;
    // A comma at the very end of the text stands before one more, empty field.
    if (end === "," && position === text.length) row.push("");
    if (end !== "," || position === text.length) {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
