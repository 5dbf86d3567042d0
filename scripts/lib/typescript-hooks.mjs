import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { threadId } from "node:worker_threads";
import { ROOT } from "./project.mjs";

/** What was compiled before, by its content: the compiler takes seconds for a tree of files, and reading it back a fraction of one. */
const CACHE = join(ROOT, "node_modules/.cache/levelflow-typescript");

/** What compiles: another one makes another result. */
const COMPILER = "scripts/lib/compile-module.mjs";
const compilerText = [COMPILER, "node_modules/typescript/package.json"]
  .map((path) => readFileSync(join(ROOT, path), "utf8"))
  .join("\n");

/** Node's hook for loading a module: drops the types of a `.ts` file, and leaves everything else to Node. */
export async function load(url, context, nextLoad) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return nextLoad(url, context);
  const fileName = fileURLToPath(url);
  const source = await compile(basename(fileName), readFileSync(fileName, "utf8"));
  return { format: "module", source, shortCircuit: true };
}

async function compile(fileName, text) {
  const hash = createHash("sha256").update([compilerText, fileName, text].join("\0")).digest("hex");
  const cached = join(CACHE, `${hash}.js`);
  try {
    return readFileSync(cached, "utf8");
  } catch {
    const { compileModule } = await import("./compile-module.mjs");
    const compiled = compileModule(fileName, text);
    keep(cached, compiled);
    return compiled;
  }
}

/** In one step, since others may be at it. A cache that cannot be written is none. */
function keep(path, text) {
  const draft = `${path}.${process.pid}.${threadId}`;
  try {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch {
    return;
  }
}
