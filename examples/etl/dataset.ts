import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { TerminalError } from "levelflow";
import { parseCsv } from "./csv.ts";

export type ColumnKind = "text" | "number";

/** A table by columns: all of one length, and much shorter as JSON than a list of records. */
export interface Table {
  readonly file: string;
  readonly rowCount: number;
  readonly columns: Readonly<Record<string, readonly (string | number)[]>>;
}

/** Reads columns of a data file that the npm package vega-datasets ships. Rows in which one of them is missing are left out. */
export async function readDataset(
  file: string,
  kinds: Readonly<Record<string, ColumnKind>>,
  signal: AbortSignal,
): Promise<Table> {
  const text = await readFile(join(datasetsFolder(), file), { encoding: "utf8", signal });
  const records = file.endsWith(".csv") ? parseCsv(text) : (JSON.parse(text) as Record<string, unknown>[]);
  const rows = records.map((record) => readRow(file, record, kinds)).filter((row) => row !== undefined);
  const columns = Object.keys(kinds).map((name, index) => [name, rows.map((row) => row[index])] as const);
  return { file, rowCount: rows.length, columns: Object.fromEntries(columns) as Table["columns"] };
}

function readRow(file: string, record: Record<string, unknown>, kinds: Readonly<Record<string, ColumnKind>>) {
  const row: (string | number)[] = [];
  for (const [name, kind] of Object.entries(kinds)) {
    if (!Object.hasOwn(record, name)) throw new TerminalError(`${file} has no column ${JSON.stringify(name)}`);
    const value = record[name];
    if (value === null || value === "") return undefined;
    row.push(kind === "number" ? toNumber(file, name, value) : toText(file, name, value));
  }
  return row;
}

function toText(file: string, name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new TerminalError(`${file}: ${JSON.stringify(value)} in column ${JSON.stringify(name)} is not a text`);
}

function toNumber(file: string, name: string, value: unknown): number {
  const number = Number(value);
  if (Number.isFinite(number)) return number;
  throw new TerminalError(`${file}: ${JSON.stringify(value)} in column ${JSON.stringify(name)} is not a number`);
}

/** The package exports `build/index.js` alone; its data lies beside that folder. */
function datasetsFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data");
}
