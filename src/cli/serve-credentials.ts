import { readFile } from "node:fs/promises";
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, type Settings } from "../core/config/settings.ts";
import { LevelflowError } from "../core/errors/levelflow-error.ts";
import { isLoopback } from "../http/is-loopback.ts";
import type { Credentials } from "../http/require-login.ts";

type Given = Pick<Settings, "serveHost" | "serveUser" | "servePassword" | "servePasswordFile">;

/** Who may use `serve`. `undefined`: everybody on this machine, which is refused on a host that others reach. */
export async function readCredentials(given: Given): Promise<Credentials | undefined> {
  const { serveHost, serveUser: user, servePassword, servePasswordFile } = given;
  if (servePassword !== undefined && servePasswordFile !== undefined) {
    throw invalid("LEVELFLOW_SERVE_PASSWORD and LEVELFLOW_SERVE_PASSWORD_FILE are both set: unset one of them");
  }
  const password = servePasswordFile === undefined ? servePassword : await readPassword(servePasswordFile);
  if (password !== undefined) return { user, password };
  if (isLoopback(serveHost)) return undefined;
  throw invalid(
    `levelflow serve does not listen on ${serveHost} without a login: set LEVELFLOW_SERVE_PASSWORD or LEVELFLOW_SERVE_PASSWORD_FILE, or leave LEVELFLOW_SERVE_HOST at 127.0.0.1`,
  );
}

async function readPassword(path: string): Promise<string> {
  const password = (await readText(path)).replace(/\r?\n$/, "");
  if (password.length >= MIN_PASSWORD_LENGTH && password.length <= MAX_PASSWORD_LENGTH) return password;
  const range = `${String(MIN_PASSWORD_LENGTH)} to ${String(MAX_PASSWORD_LENGTH)}`;
  throw invalid(
    `the password in LEVELFLOW_SERVE_PASSWORD_FILE (${path}) has ${String(password.length)} characters: use ${range}`,
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LevelflowError("INVALID_SETTING", `LEVELFLOW_SERVE_PASSWORD_FILE cannot be read: ${reason}`, { cause: error });
  }
}

function invalid(message: string): LevelflowError {
  return new LevelflowError("INVALID_SETTING", message);
}
