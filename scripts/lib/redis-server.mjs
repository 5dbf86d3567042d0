import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { findInstaller } from "./redis-installers.mjs";
import { SetupError } from "./project.mjs";
import { commandStep } from "./steps.mjs";

const SERVER_NAMES = ["redis-server", "valkey-server"];
const USUAL_FOLDERS = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/usr/sbin", "/usr/local/sbin"];
const EXIT_CODE = 3;

/** Sees to it that a Redis server program is there to be started, installing one if the user agrees. */
export async function ensureRedisServer({ yes = false } = {}) {
  if (findServer() !== undefined) return;
  const installer = findInstaller(findOnPath);
  if (installer === undefined) throw new SetupError(instruction("No package manager that is known here was found."), EXIT_CODE);
  if (!(yes || isUnattended()) && !(await isAgreed(installer)))
    throw new SetupError(instruction("Redis was not installed."), EXIT_CODE);
  await install(installer);
  if (findServer() === undefined) throw new SetupError(instruction(`${installer.name} installed no redis-server.`), EXIT_CODE);
}

function findServer() {
  const configured = process.env.LEVELFLOW_REDIS_SERVER;
  if (configured === undefined || configured === "") return SERVER_NAMES.map(findOnPath).find((path) => path !== undefined);
  if (isExecutable(configured)) return configured;
  throw new SetupError(
    `LEVELFLOW_REDIS_SERVER names ${configured}, which is not a program that can be run. Mend the variable, or unset it.`,
    EXIT_CODE,
  );
}

function findOnPath(name) {
  const folders = [...(process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== ""), ...USUAL_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isUnattended() {
  return Boolean(process.env.CI) || !process.stdin.isTTY || !process.stderr.isTTY;
}

async function isAgreed(installer) {
  const question = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await question.question(`No redis-server was found. Install it now with \`${installer.shown}\`? [Y/n] `);
    return /^(|y|yes)$/i.test(answer.trim());
  } finally {
    question.close();
  }
}

async function install(installer) {
  const [command, ...args] = installer.command(isUnattended());
  try {
    await commandStep(`installing Redis (${installer.name})`, command, args, { input: "inherit" });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(`${error.message}\n\n${instruction("Redis could not be installed.")}`, EXIT_CODE);
  }
}

function instruction(reason) {
  return [
    `${reason} levelflow needs a redis-server program (Redis 6.2 or newer, or Valkey). Either`,
    "  - install one yourself: apt-get install redis-server, dnf install redis, apk add redis, brew install redis, or",
    "  - set LEVELFLOW_REDIS_SERVER to the path of the program,",
    "and start this command again.",
  ].join("\n");
}
