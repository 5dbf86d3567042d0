import { randomUUID } from "node:crypto";
import { StringDecoder } from "node:string_decoder";
import { inTurns } from "../../core/time/in-turns.ts";
import { definitionPieces } from "../../core/workflow/definition-text.ts";
import type { Workflow } from "../../core/workflow/workflow.ts";
import type { RedisConnection } from "./redis-connection.ts";

/** Characters that one command takes: Redis copies them several times, and serves nobody else meanwhile. */
const PART_CHARS = 512 * 1024;
/** How long a part of a definition is kept that nobody goes on with. */
const UPLOAD_TTL_S = 600;

/** Stands for the parts of a definition that comes whole, or is known. */
const NO_PARTS = "none";

type Call = (definition: string, uploadKey: string) => Promise<readonly string[]>;

/** Definitions that were brought to a Redis, which has them for as long as there are runs that use them. */
const BROUGHT = new WeakSet<Workflow>();

/**
 * Calls a script with a definition, or what stands for it, and the key of its parts. One that is large, or was brought before, is asked for first
 * (`known`). A script that needs it and does not have it answers `definition-lost`, and changes nothing.
 */
export async function withDefinition(connection: RedisConnection, workflow: Workflow, call: Call): Promise<readonly string[]> {
  const isBrought = BROUGHT.has(workflow);
  const parts = isBrought ? [] : await partsOf(workflow);
  if (parts.length !== 1) {
    const answer = await call("known", connection.keys.upload(NO_PARTS));
    if (answer[0] !== "definition-lost") return answer;
  }
  const answer = await callWith(connection, isBrought ? await partsOf(workflow) : parts, call);
  BROUGHT.add(workflow);
  return answer;
}

/** A small definition goes along. A large one is brought in parts (`uploaded:` and how long it has to be): the script only gives it its name. */
async function callWith({ client, keys }: RedisConnection, parts: readonly string[], call: Call): Promise<readonly string[]> {
  if (parts.length === 1) return call(parts[0] ?? "", keys.upload(NO_PARTS));
  const uploadKey = keys.upload(randomUUID());
  let byteCount = 0;
  for (const part of parts) {
    await client.multi().append(uploadKey, part).expire(uploadKey, UPLOAD_TTL_S).exec();
    byteCount += Buffer.byteLength(part);
  }
  const answer = await call(`uploaded:${String(byteCount)}`, uploadKey);
  if (answer[0] === "definition-lost") throw new Error("the parts of a large definition were lost on their way");
  return answer;
}

async function partsOf(workflow: Workflow): Promise<string[]> {
  return gather(await inTurns(definitionPieces(workflow)));
}

/** Pieces put together to parts. */
function gather(pieces: readonly string[]): string[] {
  const parts: string[] = [];
  let part: string[] = [];
  let chars = 0;
  for (const piece of pieces) {
    part.push(piece);
    chars += piece.length;
    if (chars < PART_CHARS) continue;
    parts.push(part.join(""));
    part = [];
    chars = 0;
  }
  if (part.length > 0 || parts.length === 0) parts.push(part.join(""));
  return parts;
}

/** Reads a text in parts, `null` if there is none. */
export async function readInParts({ client }: RedisConnection, key: string): Promise<string | null> {
  // A part may end in the middle of a character.
  const decoder = new StringDecoder("utf8");
  let text = "";
  for (let start = 0; ; start += PART_CHARS) {
    const part = await client.getrangeBuffer(key, start, start + PART_CHARS - 1);
    text += decoder.write(part);
    if (part.length < PART_CHARS) return text === "" ? null : text;
  }
}
