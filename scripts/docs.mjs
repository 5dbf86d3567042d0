// Writes the generated pages of docs: node scripts/docs.mjs. Today that is docs/node-types.md.
import { spawnSync } from "node:child_process";
import process from "node:process";

const page = "test/support/node-types-page/write-page.ts";
const { status } = spawnSync(process.execPath, ["node_modules/jiti/lib/jiti-cli.mjs", page], { stdio: "inherit" });
process.exitCode = status ?? 1;
