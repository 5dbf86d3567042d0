import { connect, type Socket } from "node:net";
import { asUnavailable } from "../runtime/redis-unavailable.ts";
import type { RedisAddress } from "./redis-address.ts";

/** How long Redis may take to answer before a command gives up. */
const PROBE_TIMEOUT_MS = 2_500;

/**
 * Makes sure that Redis answers before a command does its work, so that a mistyped address is told of at once and in plain words.
 * `REDIS_UNAVAILABLE` if not.
 */
export async function probeRedis(address: RedisAddress): Promise<void> {
  const socket = openSocket(address.connection);
  try {
    await answered(socket, {
      isPlain: !address.connection.startsWith("rediss:"),
      hasPassword: holdsPassword(address.connection),
    });
  } catch (error) {
    throw asUnavailable(error, address.shown);
  } finally {
    socket.destroy();
  }
}

function openSocket(connection: string): Socket {
  if (connection.startsWith("/")) return connect({ path: connection.split("?", 1)[0] ?? connection });
  const { hostname, port } = new URL(connection);
  return connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || "6379") });
}

function holdsPassword(connection: string): boolean {
  const url = new URL(connection, "unix:///");
  return url.password !== "" || url.searchParams.has("password");
}

/** Resolves once Redis has replied to a PING, or behind TLS once the port is open. */
function answered(
  socket: Socket,
  { isPlain, hasPassword }: { readonly isPlain: boolean; readonly hasPassword: boolean },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${PROBE_TIMEOUT_MS} ms`)), PROBE_TIMEOUT_MS);
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      end();
    };
    socket.once("error", (error) => settle(() => reject(error)));
    socket.once("close", () => settle(() => reject(new Error("it closed the connection"))));
    socket.once("connect", () => (isPlain ? void socket.write("PING\r\n") : settle(resolve)));
    socket.once("data", (reply: Buffer) => {
      const fault = faultOf(reply.toString("latin1"), hasPassword);
      settle(() => (fault === undefined ? resolve() : reject(new Error(fault))));
    });
  });
}

/** Any reply of Redis will do but the one that no command can get past. */
function faultOf(reply: string, hasPassword: boolean): string | undefined {
  if (reply.startsWith("-NOAUTH") && !hasPassword) return "it asks for a password, and REDIS_URL has none";
  return /^[+-]/.test(reply) ? undefined : "what answers is not Redis";
}
