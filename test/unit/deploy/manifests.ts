import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";

export const ROOT = join(import.meta.dirname, "..", "..", "..");
const FOLDER = join(ROOT, "deploy", "kubernetes");

const OBJECT = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

/** An object for Kubernetes. */
export type Manifest = z.output<typeof OBJECT> & { readonly file: string };

const KUSTOMIZATION = z.strictObject({
  apiVersion: z.literal("kustomize.config.k8s.io/v1beta1"),
  kind: z.literal("Kustomization"),
  labels: z.array(z.strictObject({ pairs: z.record(z.string(), z.string()), includeSelectors: z.boolean() })).optional(),
  resources: z.array(z.string()).min(1),
  images: z.array(z.strictObject({ name: z.string(), newName: z.string(), newTag: z.string() })).optional(),
});

/** A folder for `kubectl apply -k`. */
export type Kustomization = z.output<typeof KUSTOMIZATION> & { readonly folder: string; readonly files: readonly string[] };

/** Every kustomization with the names of the files beside it. */
export function readKustomizations(): Kustomization[] {
  return yamlFiles()
    .filter((file) => file.endsWith("kustomization.yaml"))
    .map((file) => {
      const folder = join(FOLDER, file, "..");
      const files = readdirSync(folder).filter((name) => name !== "kustomization.yaml");
      return { ...KUSTOMIZATION.parse(documentsOf(file)[0]), folder, files };
    });
}

/** Every object of every manifest. */
export function readManifests(): Manifest[] {
  return yamlFiles()
    .filter((file) => !file.endsWith("kustomization.yaml"))
    .flatMap((file) => documentsOf(file).map((document) => ({ ...OBJECT.parse(document), file })));
}

function yamlFiles(): string[] {
  return readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));
}

/** Throws where the YAML is not well-formed, keys that stand twice included. */
function documentsOf(file: string): unknown[] {
  return parseAllDocuments(readFileSync(join(FOLDER, file), "utf8")).map((document) => {
    const [fault] = [...document.errors, ...document.warnings];
    if (fault !== undefined) throw new Error(`${file}: ${fault.message}`);
    return document.toJS() as unknown;
  });
}
