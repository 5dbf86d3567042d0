import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashContent } from "./content-hash.mjs";
import { ROOT } from "./project.mjs";
import { commandStep } from "./steps.mjs";

const MARKER = join(ROOT, "node_modules", ".levelflow-dependencies");
const NPM_ARGS = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];

/**
 * Installs what package-lock.json lists, unless that has been done. Install scripts are not run: nothing here needs one, the native
 * parts come prebuilt. The marker lies in node_modules, so it goes away together with what it vouches for.
 */
export async function ensureDependencies() {
  const wanted = hashContent(["package-lock.json"], `${process.versions.modules} ${process.platform} ${process.arch}`);
  const found = existsSync(MARKER) ? readFileSync(MARKER, "utf8") : undefined;
  if (found === wanted) return;
  if (found !== undefined || !matchesLockFile()) {
    await commandStep("installing dependencies (npm ci)", npmCommand(), NPM_ARGS, { env: quietEnvironment() });
  }
  writeFileSync(MARKER, wanted);
}

/** Whether npm's own record of node_modules agrees with the lock file, as after an `npm install` by hand. */
function matchesLockFile() {
  const installed = readPackages(join(ROOT, "node_modules", ".package-lock.json"));
  if (installed === undefined) return false;
  const locked = Object.entries(readPackages(join(ROOT, "package-lock.json")) ?? {}).filter(([path]) => path !== "");
  return locked.every(([path, entry]) => {
    const present = installed[path];
    return present === undefined
      ? entry.optional === true
      : present.version === entry.version && present.integrity === entry.integrity;
  });
}

function readPackages(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : undefined;
}

function npmCommand() {
  return process.platform === "win32" ? "npm.cmd" : "npm";
}

/** Settings that npm hands down to scripts would make the inner npm act and warn as the outer one was told to. */
function quietEnvironment() {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^npm_(config_(?!registry|cache|proxy|https_proxy|cafile|userconfig|globalconfig)|lifecycle|package|command|node)/i.test(
        name,
      ),
  );
  return Object.fromEntries(kept);
}
