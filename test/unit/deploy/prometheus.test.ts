import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ROOT } from "./manifests.ts";

const FOLDER = join(ROOT, "ops", "prometheus");
/** Not on every machine: what only it can say is then not checked. */
const PROMTOOL = process.env["LEVELFLOW_PROMTOOL"] ?? "promtool";
const hasPromtool = await isThere(PROMTOOL);

const CONFIG = z.looseObject({
  rule_files: z.array(z.string()),
  scrape_configs: z.array(
    z.looseObject({ dns_sd_configs: z.array(z.looseObject({ names: z.array(z.string()), port: z.number() })) }),
  ),
});

async function isThere(command: string): Promise<boolean> {
  try {
    await promisify(execFile)(command, ["--version"]);
    return true;
  } catch {
    return false;
  }
}

describe("ops/prometheus", () => {
  test("scrapes each role at the port that the image answers on", () => {
    const config = CONFIG.parse(parse(readFileSync(join(FOLDER, "prometheus.yml"), "utf8")));
    const [, port = ""] = /LEVELFLOW_HEALTH_PORT=(\d+)/.exec(readFileSync(join(ROOT, "Dockerfile"), "utf8")) ?? [];
    const targets = config.scrape_configs.flatMap(({ dns_sd_configs: targets }) => targets);
    expect(targets).toMatchObject([{ names: ["scheduler", "worker", "serve"], port: Number(port) }]);
  });

  test.skipIf(!hasPromtool)(`is what promtool takes${hasPromtool ? "" : " (skipped: there is no promtool)"}`, async () => {
    const { stdout } = await promisify(execFile)(PROMTOOL, ["check", "config", join(FOLDER, "prometheus.yml")]);
    expect(stdout).toContain("SUCCESS");
  });
});
