import { pipeline, type Transform } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  type BrotliOptions,
  type ZlibOptions,
} from "node:zlib";

/** More encodings on top of each other are an attack. */
const MAX_ENCODINGS = 5;

/** A truncated body gives what there is of it, as in browsers. */
const ZLIB_OPTIONS: ZlibOptions = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI_OPTIONS: BrotliOptions = { flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH };

type CreateDecoder = (firstByte: number) => Transform;

const DECODERS: ReadonlyMap<string, CreateDecoder> = new Map<string, CreateDecoder>([
  ["gzip", () => createGunzip(ZLIB_OPTIONS)],
  ["x-gzip", () => createGunzip(ZLIB_OPTIONS)],
  ["br", () => createBrotliDecompress(BROTLI_OPTIONS)],
  // Some servers leave out the header that belongs to it.
  ["deflate", (firstByte) => ((firstByte & 0x0f) === 8 ? createInflate(ZLIB_OPTIONS) : createInflateRaw(ZLIB_OPTIONS))],
]);

/** What to ask servers for. */
export const ACCEPT_ENCODING = "gzip, deflate, br";

/** The body's bytes with its `Content-Encoding` undone; with an encoding that is not known among them, the body as it is. */
export function decodeBody(body: AsyncIterable<Buffer>, contentEncoding: string): AsyncIterable<Buffer> {
  const encodings = contentEncoding.split(",").map((encoding) => encoding.trim().toLowerCase());
  const applied = encodings.filter((encoding) => encoding !== "" && encoding !== "identity");
  if (applied.length > MAX_ENCODINGS) throw new Error(`more than ${MAX_ENCODINGS} content encodings`);
  if (!applied.every((encoding) => DECODERS.has(encoding))) return body;
  return applied.reduceRight(decode, body);
}

async function* decode(source: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await firstChunk(chunks);
  const decoder = first === undefined ? undefined : DECODERS.get(encoding)?.(first[0] ?? 0);
  if (first === undefined || decoder === undefined) return;
  // Errors reach the reader through the decoder, which the pipeline destroys with them.
  yield* pipeline(resume(first, chunks), decoder, () => undefined) as AsyncIterable<Buffer>;
}

async function firstChunk(chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) return undefined;
    if (next.value.length > 0) return next.value;
  }
}

async function* resume(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
