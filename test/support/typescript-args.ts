import { fileURLToPath } from "node:url";

/** What Node has to be started with to run TypeScript, wherever that lies. */
export const TYPESCRIPT_ARGS: readonly string[] = [
  "--import",
  fileURLToPath(new URL("../../scripts/lib/typescript.mjs", import.meta.url)),
];
