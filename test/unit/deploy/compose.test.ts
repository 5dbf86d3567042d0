import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { SETTING_NAMES, settingsFromEnvironment, variableName } from "../../../src/core/config/settings.ts";
import { parseDuration } from "../../../src/core/text/duration.ts";
import { ROOT } from "./manifests.ts";

const OVERLAYS = ["dev", "monitoring", "valkey"] as const;
const FILES = ["docker-compose.yml", ...OVERLAYS.map((name) => `docker-compose.${name}.yml`)] as const;
/** What a role needs to stop besides the graces of its handlers, and to spare. */
const STOP_MARGIN_MS = 10_000;

const SERVICE = z.looseObject({
  environment: z.record(z.string(), z.string()).optional(),
  stop_grace_period: z.string().optional(),
  ports: z.array(z.string()).optional(),
});
const COMPOSE = z.looseObject({ services: z.record(z.string(), SERVICE) });

function readText(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

function readCompose(file: string): z.output<typeof COMPOSE> {
  return COMPOSE.parse(parse(readText(file), { merge: true }));
}

/** Each variable that a text interpolates, with its default. */
function variablesIn(text: string): [name: string, fallback: string][] {
  return [...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name = "", fallback = ""]) => [name, fallback]);
}

describe("the compose files", () => {
  const { services } = readCompose("docker-compose.yml");

  test("interpolate what .env.example lists, with the defaults that it shows", () => {
    const used = FILES.flatMap((file) => variablesIn(readText(file)));
    const lines = readText(".env.example").matchAll(/^(\w+)=(.*)$/gm);
    const listed = new Map([...lines].map(([, name = "", value = ""]) => [name, value]));
    expect(new Map(used)).toEqual(new Map([...listed].map(([name, value]) => [name, value])));
    expect(new Set(used.map(([name, fallback]) => `${name}=${fallback}`)).size).toBe(listed.size);
  });

  test("give every variable a default, so that a fresh machine needs no .env", () => {
    for (const file of FILES) {
      const mentions = readText(file).match(/\$\{/g)?.length ?? 0;
      expect(`${file} ${mentions}`).toBe(`${file} ${variablesIn(readText(file)).length}`);
    }
  });

  test("set what is a setting", () => {
    const variables = new Set(SETTING_NAMES.map((name) => variableName(name)));
    const set = Object.values(services).flatMap(({ environment = {} }) => Object.keys(environment));
    expect(set.filter((name) => name.startsWith("LEVELFLOW_") && !variables.has(name))).toEqual([]);
    expect(
      settingsFromEnvironment({ LEVELFLOW_SERVE_HOST: services["serve"]?.environment?.["LEVELFLOW_SERVE_HOST"] }).serveHost,
    ).toBe("0.0.0.0");
  });

  test("stop a worker no sooner than its handlers' graces have passed", () => {
    const period = services["worker"]?.stop_grace_period?.replace(/\$\{\w+:-(.*)\}/, "$1") ?? "";
    const graceMs = Number(parseDuration(period) ?? 0n) / 1e6;
    expect(graceMs).toBeGreaterThanOrEqual(DEFAULTS.shutdownGraceMs + DEFAULTS.abortGraceMs + STOP_MARGIN_MS);
  });

  test("let workers be scaled, and publish on this machine only", () => {
    expect(services["worker"]).not.toHaveProperty("ports");
    for (const file of FILES) {
      for (const service of Object.values(readCompose(file).services)) {
        expect(service).not.toHaveProperty("container_name");
        for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
      }
    }
  });

  test("let the roles write nowhere and gain no rights", () => {
    for (const role of ["scheduler", "worker", "serve", "serve-password"]) {
      expect(services[role]).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
    }
  });
});
