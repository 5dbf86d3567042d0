import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";

/**
 * `run.mjs [arguments of levelflow run]`: starts the five services on free ports, puts these into the workflow and runs it.
 * `run.mjs --serve`: only starts the services, on the ports that workflow.json names, for ten minutes or until Ctrl-C.
 */
const FIRST_PORT = 47101;
const RUN_LIFE_MS = 120_000;
const SERVE_LIFE_MS = 600_000;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { startServices } = await createJiti(import.meta.url).import("./services.ts");
const args = process.argv.slice(2);
process.exitCode = args[0] === "--serve" ? await serve() : await run(args);

async function run(cliArgs) {
  const services = await startServices({ lifeMs: RUN_LIFE_MS });
  try {
    const payload = withPorts(JSON.parse(await readFile(here("workflow.json"), "utf8")), services.ports);
    return await runCli(["run", "-", "--nodes", here("nodes.ts"), ...cliArgs], JSON.stringify(payload));
  } finally {
    await services.stop();
  }
}

/** The nodes that fetch are named for the service they fetch from. */
function withPorts(payload, ports) {
  const nodes = payload.nodes.map((node) => {
    if (node.type !== "http") return node;
    const url = new URL(node.data.url);
    url.port = String(ports[node.id]);
    return { ...node, data: { ...node.data, url: url.href } };
  });
  return { ...payload, nodes };
}

function runCli(cliArgs, input) {
  // Loopback is internal: without this setting the http nodes refuse it.
  const env = { ...process.env, LEVELFLOW_HTTP_ALLOW_INTERNAL: "127.0.0.1" };
  const child = spawn(process.execPath, [here("../../dist/cli/main.js"), ...cliArgs], {
    env,
    stdio: ["pipe", "inherit", "inherit"],
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const passOn = (signal) => child.kill(signal);
  // Ctrl-C in a terminal reaches the child by itself; here it only must not end this process before the child.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", passOn);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

async function serve() {
  const services = await startServices({ lifeMs: SERVE_LIFE_MS, firstPort: FIRST_PORT });
  for (const [name, port] of Object.entries(services.ports)) process.stderr.write(`${name}: http://127.0.0.1:${port}/\n`);
  process.stderr.write("serving for ten minutes; Ctrl-C ends it\n");
  process.once("SIGINT", () => void services.stop());
  process.once("SIGTERM", () => void services.stop());
  return 0;
}
