import { TerminalError } from "../../core/errors/node-errors.ts";
import { describeError } from "./describe-error.ts";
import { decodeBody } from "./decode-body.ts";

/** Reads a body as UTF-8 text without byte order mark. Stops at the first byte beyond the limit, which counts decoded bytes. */
export async function readBody(body: AsyncIterable<Buffer>, contentEncoding: string, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of decodeBody(body, contentEncoding)) {
      size += chunk.length;
      if (size > maxBytes) throw new TerminalError(`response too large (exceeds ${maxBytes} bytes limit)`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof TerminalError) throw error;
    throw new Error(`failed to read response body: ${describeError(error)}`, { cause: error });
  }
  return new TextDecoder().decode(Buffer.concat(chunks, size));
}
