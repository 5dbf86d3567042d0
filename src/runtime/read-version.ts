import { readFileSync } from "node:fs";

/** The version of this package. `package.json` lies two folders up, of `src/cli` as of `dist/cli`. */
export function readVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version;
}

/** The same, or nothing where the package was bundled into something else. */
export function findVersion(): string | undefined {
  try {
    return readVersion();
  } catch {
    return undefined;
  }
}
