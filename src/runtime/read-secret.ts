import process from "node:process";
import { SECRET_PREFIX } from "../core/config/settings.ts";

/** A secret of this process: the variable `LEVELFLOW_SECRET_` and its name, letter case included. An empty one is not set. */
export function readSecretFromEnvironment(name: string): string | undefined {
  const value = process.env[SECRET_PREFIX + name];
  return value === "" ? undefined : value;
}
