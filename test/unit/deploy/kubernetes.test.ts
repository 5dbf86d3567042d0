import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { settingsFromEnvironment } from "../../../src/core/config/settings.ts";
import { compileTexts } from "../../support/compile-texts.ts";
import { readKustomizations, readManifests, ROOT, type Manifest } from "./manifests.ts";

/** A compiler takes its time on a busy machine. */
const COMPILE_MS = 120_000;
/** What a role needs to stop besides the graces of its handlers, and to spare. */
const STOP_MARGIN_MS = 10_000;

const manifests = readManifests();
const named = manifests.map((manifest) => [`${manifest.file}: ${manifest.kind} ${manifest.metadata.name}`, manifest] as const);
const deployments = manifests.filter(({ kind }) => kind === "Deployment");

/** The parts of a Deployment that the rules below are about. */
const DEPLOYMENT = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
      spec: z.looseObject({
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.looseObject({ runAsNonRoot: z.literal(true) }),
        containers: z.tuple([
          z.looseObject({
            name: z.string(),
            image: z.literal("levelflow"),
            args: z.array(z.string()),
            ports: z.array(z.looseObject({ name: z.string(), containerPort: z.number() })),
            livenessProbe: z.looseObject({ httpGet: z.strictObject({ path: z.literal("/livez"), port: z.literal("health") }) }),
            readinessProbe: z.looseObject({ httpGet: z.strictObject({ path: z.literal("/readyz"), port: z.literal("health") }) }),
            securityContext: z.looseObject({
              readOnlyRootFilesystem: z.literal(true),
              allowPrivilegeEscalation: z.literal(false),
              capabilities: z.strictObject({ drop: z.tuple([z.literal("ALL")]) }),
            }),
            resources: z.looseObject({ requests: z.looseObject({}), limits: z.looseObject({ memory: z.string() }) }),
          }),
        ]),
      }),
    }),
  }),
});

describe("the manifests for Kubernetes", () => {
  test.each(named)("%s fits its schema", async (_, manifest) => {
    const { file: _file, ...object } = manifest;
    const models = (await import(moduleOf(manifest))) as Record<string, new (data: object) => { validate(): void }>;
    const Model = models[manifest.kind];
    expect(Model).toBeDefined();
    expect(() => new Model!(object).validate()).not.toThrow();
  });

  test("have no field that Kubernetes or KEDA does not know", { timeout: COMPILE_MS }, () => {
    expect(compileTexts(typedTexts(manifests))).toEqual([]);
  });

  test("are judged by a check that would see a misspelt field and a wrong type", { timeout: COMPILE_MS }, () => {
    const [worker] = deployments;
    const text = JSON.stringify(worker);
    const spoilt = [text.replace('"livenessProbe"', '"livenesProbe"'), text.replace('"replicas":2', '"replicas":"two"')];
    const faults = compileTexts(typedTexts(spoilt.map((each) => JSON.parse(each) as Manifest)));
    expect(faults.join("\n")).toContain("livenesProbe");
    expect(faults.join("\n")).toContain("Type 'string' is not assignable to type 'number'");
  });

  test("have a Deployment for each role", () => {
    expect(deployments.map(({ metadata }) => metadata.name).sort()).toEqual([
      "levelflow-scheduler",
      "levelflow-serve",
      "levelflow-worker",
    ]);
  });

  test.each(deployments.map((manifest) => [manifest.metadata.name, manifest] as const))(
    "%s keeps the rules",
    (name, manifest) => {
      const { metadata, spec } = DEPLOYMENT.parse(manifest).spec.template;
      const [container] = spec.containers;
      const role = name.replace("levelflow-", "");
      expect(container.args[0]).toBe(role);
      expect(metadata.labels["app.kubernetes.io/component"]).toBe(role);
      const graceMs = role === "worker" ? DEFAULTS.shutdownGraceMs + DEFAULTS.abortGraceMs : 0;
      expect(spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThanOrEqual(graceMs + STOP_MARGIN_MS);
      expect(container.ports).toContainEqual({ name: "health", containerPort: settings().healthPort });
    },
  );

  test("set what is a setting", () => {
    expect(settings().healthHost).toBe("0.0.0.0");
  });
});

describe("the kustomizations", () => {
  const kustomizations = readKustomizations();

  test.each(kustomizations.map((each) => [each.folder, each] as const))("%s names what is there, all of it", (folder, each) => {
    const own = each.resources.filter((name) => !name.startsWith("../"));
    expect(own.sort()).toEqual([...each.files].sort());
    for (const other of each.resources.filter((name) => name.startsWith("../")))
      expect(existsSync(join(folder, other, "kustomization.yaml"))).toBe(true);
  });

  test("take the image of this version", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(kustomizations.flatMap(({ images }) => images ?? [])).toEqual([
      { name: "levelflow", newName: "levelflow", newTag: version },
    ]);
  });
});

/** What the ConfigMap sets, as a role reads it. */
function settings(): ReturnType<typeof settingsFromEnvironment> {
  const map = manifests.find(({ kind }) => kind === "ConfigMap");
  return settingsFromEnvironment(z.record(z.string(), z.string()).parse(map?.["data"]));
}

/** The module of kubernetes-models that holds a manifest's schema and type. */
function moduleOf({ apiVersion, kind }: Manifest): string {
  const group = apiVersion.startsWith("keda.sh/") ? "@kubernetes-models/keda" : "kubernetes-models";
  return `${group}/${apiVersion}/${kind}`;
}

/** Each manifest as a literal of its type: the schemas let unknown fields pass, the compiler does not. */
function typedTexts(objects: readonly Manifest[]): Map<string, string> {
  return new Map(
    objects.map(({ file: _file, ...object }, i) => {
      const { kind } = object;
      const source = moduleOf(object as Manifest);
      const text = `import type { I${kind} } from "${source}";\nexport const object: I${kind} = ${JSON.stringify(object)};\n`;
      return [join(ROOT, `manifest-${i}.ts`), text];
    }),
  );
}
