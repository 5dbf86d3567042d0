import { TerminalError } from "../../core/errors/node-errors.ts";

/** Largest text that `concat` and `repeat` make, in bytes of UTF-8. Part of the payload format, not a setting. */
const MAX_TEXT_BYTES = 10 * 1024 * 1024;

/** The texts joined; a result that would be too large fails before it is made. */
export function joinTexts(texts: readonly string[], separator: string): string {
  const separatorBytes = Buffer.byteLength(separator) * Math.max(0, texts.length - 1);
  requireFits(texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), separatorBytes));
  return texts.join(separator);
}

/** The text `count` times; a result that would be too large fails before it is made. */
export function repeatText(text: string, count: number): string {
  if (text === "") return "";
  requireFits(Buffer.byteLength(text) * count);
  return text.repeat(count);
}

function requireFits(bytes: number): void {
  if (bytes > MAX_TEXT_BYTES) throw new TerminalError(`text operation result too large (exceeds ${MAX_TEXT_BYTES} bytes limit)`);
}
