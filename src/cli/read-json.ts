import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { InvalidWorkflowError, LevelflowError } from "../core/errors/levelflow-error.ts";
import type { JsonValue } from "../core/json/json-value.ts";
import { quote } from "../core/text/quote.ts";
import { findJsonFault, type JsonFault } from "./find-json-fault.ts";

const STDIN = "-";

/** Reads a payload from a file, or from stdin for `-`. It is only JSON so far: what it holds is for others to check. */
export async function readPayload(file: string, { maxPayloadBytes }: { readonly maxPayloadBytes: number }): Promise<unknown> {
  const source = file === STDIN ? "standard input" : file;
  const text = await readText(file, maxPayloadBytes);
  return parse(text, (fault) => invalidPayload(`${source}:${fault.line}:${fault.column}: ${fault.message}`));
}

/** Reads what `--input` names: JSON text, or a file of it behind `@`. */
export async function readInput(given: string, limits: { readonly maxPayloadBytes: number }): Promise<JsonValue> {
  const isFile = given.startsWith("@");
  const text = isFile ? await readText(given.slice(1), limits.maxPayloadBytes) : given;
  const place = isFile ? `--input ${given}` : "--input";
  const advice = isFile ? "" : " (a text needs its double quotes; a file needs @ before its name)";
  return parse(text, ({ line, column, message }) =>
    unusable(`${place} is not JSON: line ${line}, column ${column}: ${message}${advice}`),
  ) as JsonValue;
}

function parse(text: string, fail: (fault: JsonFault) => LevelflowError): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fail(findJsonFault(text) ?? { line: 1, column: 1, message: error instanceof Error ? error.message : String(error) });
  }
}

async function readText(file: string, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Reading a folder fails as well, but says so less clearly.
    if (file !== STDIN && (await stat(file)).isDirectory()) throw unusable(`${quote(file)} is a folder: give the file in it`);
    const stream: AsyncIterable<Buffer> = file === STDIN ? process.stdin : createReadStream(file);
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(file, maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof LevelflowError ? error : cannotRead(file, error as NodeJS.ErrnoException);
  }
  return decode(Buffer.concat(chunks), file);
}

/** Drops a byte order mark, as some editors write one. */
function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unusable(`${quote(file)} is not UTF-8 text`);
  }
}

function cannotRead(file: string, error: NodeJS.ErrnoException): LevelflowError {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file",
    EACCES: "it may not be read",
    ENOTDIR: "there is no such file",
  };
  return unusable(`cannot read ${quote(file)}: ${reasons[error.code ?? ""] ?? error.message}`);
}

function tooLarge(file: string, maxBytes: number): LevelflowError {
  const message = `${file === STDIN ? "standard input" : quote(file)} has more than ${maxBytes} bytes, the limit that LEVELFLOW_MAX_PAYLOAD_BYTES sets`;
  return new InvalidWorkflowError(message, [{ path: "", message }]);
}

function invalidPayload(place: string): LevelflowError {
  return new InvalidWorkflowError(`failed to parse payload: ${place}`, [{ path: "", message: place }]);
}

function unusable(message: string): LevelflowError {
  return new LevelflowError("INVALID_SETTING", message);
}
