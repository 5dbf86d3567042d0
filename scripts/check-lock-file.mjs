import { readFileSync } from "node:fs";
import { join } from "node:path";
import { main, ROOT } from "./lib/project.mjs";

const REGISTRY = "https://registry.npmjs.org/";

/** Part of `npm run security`: every dependency in the lock file comes from npm's registry and is pinned by its hash. */
await main(async () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const faults = Object.entries(packages).flatMap(([path, entry]) => (path === "" ? [] : faultsOf(path, entry, packages)));
  for (const fault of faults) process.stderr.write(`package-lock.json: ${fault}\n`);
  process.stdout.write(`package-lock.json: ${Object.keys(packages).length - 1} packages, ${faults.length} faults\n`);
  return faults.length === 0 ? 0 : 1;
});

function faultsOf(path, entry, packages) {
  const faults = [];
  if (entry.link === true) faults.push(`${path} is a link to a folder`);
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(entry.integrity ?? "")) faults.push(`${path} has no sha512 integrity hash`);
  // npm leaves out the address of a package from the registry that is set, and writes every other one down.
  if (entry.resolved !== undefined && !entry.resolved.startsWith(REGISTRY)) faults.push(`${path} comes from ${entry.resolved}`);
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    const isListed = packages[`${path}/node_modules/${name}`] !== undefined || packages[`node_modules/${name}`] !== undefined;
    if (!isListed) faults.push(`${path} has an optional build that the lock file lacks: ${name}`);
  }
  return faults;
}
