import { randomBytes } from "node:crypto";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { docker } from "./engine.ts";
import { runCommand, tryCommand, type CommandEnd } from "./run-command.ts";

const BUILD_MS = 400_000;
const COMPOSE_MS = 90_000;
const HEALTHY_MS = 180_000;
const LOOK_MS = 500;

export type Service = "redis" | "scheduler" | "worker" | "serve";

/** The containers of docker-compose.yml as a project of the tests' own, with an image of the tests' own. Others are not touched. */
export class Stack {
  readonly name = `levelflow-test-${process.pid}-${randomBytes(3).toString("hex")}`;
  /** `LEVELFLOW_TEST_IMAGE` names one that is there already, instead of building it. */
  readonly #given = process.env["LEVELFLOW_TEST_IMAGE"] || undefined;
  readonly #compose: readonly [string, ...string[]];
  readonly #ports: readonly [redis: number, serve: number];
  readonly #tags: string[] = [];
  #image = "";

  private constructor(compose: readonly [string, ...string[]], ports: readonly [number, number]) {
    this.#compose = compose;
    this.#ports = ports;
  }

  static async prepare(compose: readonly [string, ...string[]]): Promise<Stack> {
    return new Stack(compose, [await freePort(), await freePort()]);
  }

  get image(): string {
    return this.#image;
  }

  get redisUrl(): string {
    return `redis://127.0.0.1:${this.#ports[0]}`;
  }

  get serveUrl(): string {
    return `http://127.0.0.1:${this.#ports[1]}`;
  }

  /** Builds the image, and has the services use it from their next `up` on. */
  async build(version: string): Promise<void> {
    const tag = `${this.name}:${version}`;
    if (this.#given === undefined) {
      await runCommand("docker", ["build", "--force-rm", "--build-arg", `VERSION=${version}`, "--tag", tag, "."], {
        timeoutMs: BUILD_MS,
      });
    } else await relabel(this.#given, tag, version);
    this.#tags.push(tag);
    this.#image = tag;
  }

  /** Runs Compose on the stack; it has to succeed. */
  compose(...args: readonly string[]): Promise<string> {
    const [command, ...rest] = this.#composeCommand(args);
    return runCommand(command, rest, { env: this.#env(), timeoutMs: COMPOSE_MS });
  }

  /** Runs a levelflow command in a container of its own. */
  levelflow(args: readonly string[], stdin = ""): Promise<CommandEnd> {
    const [command, ...rest] = this.#composeCommand(["run", "--rm", "--no-deps", "-T", "worker", ...args]);
    return tryCommand(command, rest, { env: this.#env(), stdin, timeoutMs: COMPOSE_MS });
  }

  /** Starts what is not there, so many workers, and waits until all are healthy. */
  async up(workers: number): Promise<void> {
    await this.compose("up", "-d", "--no-build", "--scale", `worker=${workers}`);
    await this.#untilHealthy(workers);
  }

  async #untilHealthy(workers: number): Promise<void> {
    const wanted = ["redis", "scheduler", "serve", ...Array.from({ length: workers }, () => "worker")];
    const healthy = wanted.map((service) => `${service} healthy`).sort();
    const deadline = performance.now() + HEALTHY_MS;
    for (;;) {
      const found = await this.#states();
      if (isDeepStrictEqual(found, healthy)) return;
      // Not more often: each look is a process of its own.
      await sleep(LOOK_MS);
      if (performance.now() < deadline) continue;
      const logs = await this.compose("logs", "--tail=20");
      throw new Error(`Waited ${HEALTHY_MS} ms in vain for ${healthy.join(", ")}; there are ${found.join(", ")}.\n${logs}`);
    }
  }

  /** `<service> <health>` of each container that runs. */
  async #states(): Promise<string[]> {
    const format = '{{.Label "com.docker.compose.service"}} {{.Status}}';
    const lines = await docker("ps", "--format", format, ...this.#filters());
    return lines
      .split("\n")
      .map((line) => line.replace(/ Up .*\((?:health: )?(\w+)\)$/, " $1"))
      .sort();
  }

  /** The ids of a service's containers that run. */
  async containers(service: Service): Promise<string[]> {
    const ids = await docker("ps", "--quiet", ...this.#filters(`label=com.docker.compose.service=${service}`));
    return ids.split("\n").filter((id) => id !== "");
  }

  /** Removes all that it made: containers, network, volumes, images. */
  async remove(): Promise<void> {
    const [command, ...rest] = this.#composeCommand(["down", "--volumes", "--remove-orphans", "--timeout", "1"]);
    const { code, stderr } = await tryCommand(command, rest, { env: this.#env(), timeoutMs: COMPOSE_MS });
    // What the next build can use again stays in the engine's cache.
    for (const tag of this.#tags) await tryCommand("docker", ["image", "rm", "--no-prune", "--force", tag]);
    if (code !== 0) throw new Error(`the containers of ${this.name} could not be removed: ${stderr}`);
  }

  #filters(...more: readonly string[]): string[] {
    const own = [`label=com.docker.compose.project=${this.name}`, "label=com.docker.compose.oneoff=False"];
    return [...own, ...more].flatMap((filter) => ["--filter", filter]);
  }

  #composeCommand(args: readonly string[]): readonly [string, ...string[]] {
    const files = ["docker-compose.yml", "test/e2e/docker/nodes.yml"].flatMap((file) => ["--file", file]);
    const [command, ...rest] = this.#compose;
    return [command, ...rest, "--project-name", this.name, ...files, ...args];
  }

  /** Settings of whoever runs the tests must not reach the containers. */
  #env(): Record<string, string> {
    const [redis, serve] = this.#ports;
    return { IMAGE: this.#image, REDIS_HOST_PORT: String(redis), SERVE_HOST_PORT: String(serve), REDIS_PASSWORD: "" };
  }
}

/** Another image with the content of a given one, as a build with another version makes it. */
async function relabel(image: string, tag: string, version: string): Promise<void> {
  const label = `org.opencontainers.image.version=${version}`;
  await runCommand("docker", ["build", "--label", label, "--tag", tag, "-"], { stdin: `FROM ${image}\n` });
}

/** A port of this machine that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
