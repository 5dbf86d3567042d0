import { runCommand, tryCommand } from "./run-command.ts";

/** What the stack is made of and not built here. */
const BASE_IMAGES = ["node:24-bookworm-slim", "redis:7"] as const;
const ENGINE_ANSWER_MS = 5_000;
const PULL_MS = 120_000;

/** A Docker Engine with Compose, or why the tests that need one cannot run. */
export type Engine = { readonly compose: readonly [string, ...string[]] } | { readonly missing: string };

/** Looks for an engine on this machine that has the base images, or gets them. */
export async function findEngine(env: Readonly<NodeJS.ProcessEnv> = process.env): Promise<Engine> {
  const host = env["DOCKER_HOST"] ?? "unix://";
  if (!host.startsWith("unix://")) return { missing: `the engine of DOCKER_HOST is on another machine` };
  if (!(await succeeds("docker", "info"))) return { missing: "no engine answers `docker info`" };
  const compose = await findCompose();
  if (compose === undefined) return { missing: "neither `docker compose` nor `docker-compose` is installed" };
  for (const image of BASE_IMAGES) {
    if (await succeeds("docker", "image", "inspect", image)) continue;
    if ((await tryCommand("docker", ["pull", "--quiet", image], { timeoutMs: PULL_MS })).code === 0) continue;
    return { missing: `the engine neither has the image ${image} nor can pull it` };
  }
  return { compose };
}

async function findCompose(): Promise<readonly [string, ...string[]] | undefined> {
  if (await succeeds("docker", "compose", "version")) return ["docker", "compose"];
  return (await succeeds("docker-compose", "version")) ? ["docker-compose"] : undefined;
}

async function succeeds(command: string, ...args: readonly string[]): Promise<boolean> {
  return (await tryCommand(command, args, { timeoutMs: ENGINE_ANSWER_MS })).code === 0;
}

/** Runs `docker` and answers what it printed. */
export function docker(...args: readonly string[]): Promise<string> {
  return runCommand("docker", args, { timeoutMs: 60_000 });
}
