import { startEmbeddedRedis } from "../../src/runtime/embedded-redis.ts";

/** A process that owns an embedded Redis: `<data folder> <stay|leave>`. Prints the server's pid, or the error's code and message, as JSON. */
const [dataFolder = "", then = "stay"] = process.argv.slice(2);
process.on("SIGINT", () => process.stdout.write(`${JSON.stringify({ signal: "SIGINT" })}\n`));
try {
  const redis = await startEmbeddedRedis({ dataFolder });
  process.stdout.write(`${JSON.stringify({ pid: redis.pid, socketPath: redis.socketPath })}\n`);
  if (then === "stay") process.stdin.resume();
} catch (error) {
  const { code, message } = error as { code: string; message: string };
  process.stdout.write(`${JSON.stringify({ code, message })}\n`);
  process.exitCode = 3;
}
