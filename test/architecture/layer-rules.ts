import { posix } from "node:path";
import ts from "typescript";

/** A source file: its path relative to `src/`, with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const maxLineCount = 300;

/** From the top down. A file may import from its own unit and from the layers below; what a layer's units may see of each other differs. */
const LAYERS = [
  { name: "face", units: ["cli", "http", "dashboard", "index.ts"] },
  { name: "composition", units: ["runtime", "local.ts"] },
  { name: "role", units: ["producer", "scheduler", "worker"] },
  { name: "adapter", units: ["store/redis", "store/memory", "queue/bullmq", "queue/memory", "nodes", "telemetry"] },
  { name: "core", units: ["core"] },
] as const;
type LayerName = (typeof LAYERS)[number]["name"];

/** Packages that only some folders may know. */
const CONFINED_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  bullmq: ["queue/bullmq"],
  ioredis: ["store/redis", "queue/bullmq", "runtime"],
};

/** What reaches out of the process: the core decides, others act. */
const OUTSIDE_WORLD = new Set([
  "fs",
  "fs/promises",
  "net",
  "tls",
  "http",
  "https",
  "http2",
  "dns",
  "dns/promises",
  "dgram",
  "child_process",
  "worker_threads",
  "cluster",
]);

interface Place {
  readonly layer: LayerName;
  readonly rank: number;
  readonly unit: string;
}

/** Every breach of the layers' rules, as `<file>: <what is wrong>`, sorted. */
export function findBreaches(files: readonly SourceFile[]): string[] {
  const known = new Map(files.map((file) => [file.path, importsOf(file)]));
  const breaches = files.flatMap((file) => [...breachesOfShape(file), ...breachesOfImports(file.path, known)]);
  return [...breaches, ...cycleBreaches(known)].sort();
}

/** Import, `import type`, `export … from`, `import()` and import types alike, as they are written. */
export function importsOf(file: SourceFile): string[] {
  return ts.preProcessFile(file.text, true, true).importedFiles.map((imported) => imported.fileName);
}

function breachesOfShape({ path, text }: SourceFile): string[] {
  const breaches: string[] = [];
  const lineCount = text.trimEnd().split("\n").length;
  if (lineCount > maxLineCount) breaches.push(`${path}: has ${lineCount} lines; at most ${maxLineCount} are allowed`);
  if (placeOf(path) === undefined) breaches.push(`${path}: belongs to no layer`);
  if (path === "index.ts") {
    if (hasStarExport(text)) breaches.push(`${path}: exports with a star; index.ts names what it exports`);
  } else if (posix.basename(path) === "index.ts" || isBarrel(path, text))
    breaches.push(`${path}: is a barrel; index.ts is the only one`);
  return breaches;
}

function breachesOfImports(path: string, known: ReadonlyMap<string, readonly string[]>): string[] {
  const from = placeOf(path);
  if (from === undefined) return [];
  return (known.get(path) ?? []).flatMap((specifier) => {
    if (!specifier.startsWith(".")) return breachesOfPackage(path, from, specifier);
    const target = resolve(path, specifier);
    if (target.startsWith("../")) return [`${path}: imports ${specifier}, which lies outside of src`];
    if (!known.has(target)) return [`${path}: imports ${specifier}, which is no file of src`];
    const to = placeOf(target);
    const fault = to === undefined ? undefined : faultOfDirection(from, to);
    return fault === undefined ? [] : [`${path}: imports ${target}; ${fault}`];
  });
}

function breachesOfPackage(path: string, from: Place, specifier: string): string[] {
  const name = packageName(specifier);
  const allowed = CONFINED_PACKAGES[name];
  const breaches: string[] = [];
  if (allowed !== undefined && !allowed.includes(from.unit))
    breaches.push(`${path}: imports ${name}, which only ${allowed.join(", ")} may`);
  const isOutside = OUTSIDE_WORLD.has(specifier.replace(/^node:/, ""));
  if (from.layer === "core" && isOutside) breaches.push(`${path}: imports ${specifier}; the core does no input or output`);
  return breaches;
}

function faultOfDirection(from: Place, to: Place): string | undefined {
  if (from.unit === to.unit) return undefined;
  if (to.rank < from.rank) return `a ${from.layer} must not import a ${to.layer}, imports go down only`;
  if (to.unit === "index.ts") return "index.ts is for users of the package, nothing in it imports that";
  if (from.layer === "role" && to.layer === "role") return "roles meet at ports and never import each other";
  if (from.layer === "role" && to.layer === "adapter") return "a role knows ports only, never an adapter";
  if (from.layer === "adapter" && to.layer === "adapter") return "adapters stand side by side and never import each other";
  return undefined;
}

function cycleBreaches(known: ReadonlyMap<string, readonly string[]>): string[] {
  const graph = new Map(
    [...known].map(([path, specifiers]) => [
      path,
      specifiers
        .filter(isRelative)
        .map((one) => resolve(path, one))
        .sort(),
    ]),
  );
  const cycles = new Map<string, string>();
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) report(cycles, trail.slice(start));
    if (start !== -1 || done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of [...graph.keys()].sort()) visit(path, []);
  return [...cycles.values()];
}

function report(cycles: Map<string, string>, members: readonly string[]): void {
  const key = [...members].sort().join("\n");
  if (!cycles.has(key))
    cycles.set(key, `${members[0] ?? ""}: imports itself in a circle: ${[...members, members[0]].join(" → ")}`);
}

function placeOf(path: string): Place | undefined {
  for (const [rank, { name, units }] of LAYERS.entries()) {
    const unit = units.find((one) => path === one || path.startsWith(`${one}/`));
    if (unit !== undefined) return { layer: name, rank, unit };
  }
  return undefined;
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}

function resolve(from: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(from), specifier));
}

function packageName(specifier: string): string {
  const [first = "", second = ""] = specifier.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}

function hasStarExport(text: string): boolean {
  return statementsOf("index.ts", text).some(
    (one) => ts.isExportDeclaration(one) && (one.exportClause === undefined || ts.isNamespaceExport(one.exportClause)),
  );
}

/** A file that passes on what others define, and defines nothing. */
function isBarrel(path: string, text: string): boolean {
  const statements = statementsOf(path, text);
  const isPassingOn = statements.some((one) => ts.isExportDeclaration(one) && one.moduleSpecifier !== undefined);
  return isPassingOn && statements.every((one) => ts.isExportDeclaration(one) || ts.isImportDeclaration(one));
}

function statementsOf(path: string, text: string): ts.NodeArray<ts.Statement> {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest).statements;
}
