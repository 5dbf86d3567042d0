import type { RedisTarget } from "./connect-redis.ts";

/** Where a Redis is, for people: without its password. */
export function shownAddress(target: RedisTarget): string {
  if (typeof target !== "string") return target.path ?? `redis://${target.host ?? "localhost"}:${String(target.port ?? 6379)}`;
  if (!URL.canParse(target)) return target.split("?", 1)[0] ?? target;
  const url = new URL(target);
  const user = url.username === "" ? "" : `${url.username}@`;
  return `${url.protocol}//${user}${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}
