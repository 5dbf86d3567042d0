import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import process from "node:process";

/** Names a role in records, logs and lists: where it runs, and what no other one there has. */
export function newProcessName(): string {
  return `${hostname()}-${String(process.pid)}-${randomBytes(3).toString("hex")}`;
}
