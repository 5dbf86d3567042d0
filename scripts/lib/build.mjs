import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { hashContent, listFiles } from "./content-hash.mjs";
import { ROOT, SetupError } from "./project.mjs";
import { capture, failureText, step } from "./steps.mjs";

const MARKER = join(ROOT, "dist", ".build-hash");
const INPUTS = ["src", "package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json"];
const TSC = join("node_modules", "typescript", "bin", "tsc");

/**
 * Compiles src into dist, unless nothing has changed since the last time.
 * With `tolerateTypeErrors` they are only told of: the compiler emits all the same, and `npm run typecheck` is there to refuse them.
 */
export async function ensureBuild({ force = false, tolerateTypeErrors = false } = {}) {
  const wanted = hashContent(INPUTS, process.versions.node);
  if (!force && existsSync(MARKER) && readFileSync(MARKER, "utf8") === wanted) return;
  rmSync(MARKER, { force: true });
  const result = await step("compiling", build);
  if (result.code === 0) writeFileSync(MARKER, wanted);
  else if (tolerateTypeErrors && result.code === 2)
    process.stderr.write("set-up: there are type errors, see `npm run typecheck`\n");
  else throw new SetupError(failureText("tsc", ["-p", "tsconfig.build.json"], result));
}

async function build() {
  removeStaleOutput();
  const result = await capture(process.execPath, [TSC, "-p", "tsconfig.build.json", "--pretty", "false"]);
  copyAssets();
  return result;
}

/** What a source file that is gone once compiled to would still be there to import. */
function removeStaleOutput() {
  for (const file of listFiles("dist")) {
    const source = join("src", relative("dist", file)).replace(/(\.d\.ts|\.js|\.js\.map|\.d\.ts\.map)$/, ".ts");
    const isOutput = source.endsWith(".ts") || source.endsWith(".lua");
    if (isOutput && !existsSync(join(ROOT, source))) rmSync(join(ROOT, file));
  }
}

/** Everything under src that is not TypeScript (Lua scripts, pages) is read at run time, beside the module that reads it. */
function copyAssets() {
  for (const file of listFiles("src").filter((path) => !path.endsWith(".ts"))) {
    const target = join(ROOT, "dist", relative("src", file));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(ROOT, file), target);
  }
}
