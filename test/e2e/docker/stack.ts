import { randomBytes } from "node:crypto";
import { createServer, type AddressInfo } from "node:net";
import { until } from "../../support/until.ts";
import { docker } from "./engine.ts";
import { runCommand, tryCommand, type CommandEnd } from "./run-command.ts";

const BUILD_MS = 400_000;
const COMPOSE_MS = 90_000;
const HEALTHY_MS = 90_000;

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
  levelflow(args: readonly string[], stdin: string): Promise<CommandEnd> {
    const [command, ...rest] = this.#composeCommand(["run", "--rm", "--no-deps", "-T", "worker", ...args]);
    return tryCommand(command, rest, { env: this.#env(), stdin, timeoutMs: COMPOSE_MS });
  }

  /** Starts what is not there, so many workers, and waits until all are healthy. */
  async up(workers: number): Promise<void> {
    await this.compose("up", "-d", "--no-build", "--scale", `worker=${workers}`);
    await this.untilHealthy(workers);
  }

  async untilHealthy(workers: number): Promise<void> {
    const wanted = { redis: 1, scheduler: 1, worker: workers, serve: 1 } as const;
    for (const service of ["redis", "scheduler", "serve", "worker"] as const) {
      await until(
        `${wanted[service]} of ${service} are healthy`,
        async () => {
          const states = await Promise.all((await this.containers(service)).map((id) => healthOf(id)));
          return states.length === wanted[service] && states.every((state) => state === "running healthy");
        },
        HEALTHY_MS,
      );
    }
  }

  /** The ids of a service's containers that run. */
  async containers(service: Service): Promise<string[]> {
    const filters = [`label=com.docker.compose.project=${this.name}`, `label=com.docker.compose.service=${service}`];
    const ids = await docker("ps", "--quiet", ...filters.flatMap((filter) => ["--filter", filter]));
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

async function healthOf(container: string): Promise<string> {
  return docker("inspect", "--format", "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}", container);
}

/** A port of this machine that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
