import { spawn, type ChildProcess } from "node:child_process";

/**
 * Runs Redis (`$1`, with the configuration file `$2`) and ends it when standard input closes.
 *
 * The parent holds the other end of that pipe. The kernel closes it however the parent ends, SIGKILL included, so Redis never outlives
 * it. A second shell waits at the pipe, so Redis goes even if this one is killed alone; it reads with a builtin, for there is then no
 * program of its own to clean up. Redis' exit code is this script's.
 */
const SUPERVISOR_SCRIPT = `
exec 3<&0
"$1" "$2" </dev/null 3<&- &
redis=$!
trap 'kill -TERM "$redis" 2>/dev/null' TERM INT HUP
{
  while read -r _; do :; done
  kill -TERM "$redis" 2>/dev/null
  left=10
  while [ "$left" -gt 0 ] && kill -0 "$redis" 2>/dev/null; do sleep 1; left=$((left - 1)); done
  kill -KILL "$redis" 2>/dev/null
} <&3 >/dev/null 2>&1 &
watcher=$!
exec 3<&-
while :; do
  wait "$redis"
  code=$?
  kill -0 "$redis" 2>/dev/null || break
done
kill -TERM "$watcher" 2>/dev/null
exit "$code"
`;

/** Starts Redis under its supervisor, in a session of its own: Ctrl-C in the parent's terminal does not reach it. */
export function spawnSupervised(serverPath: string, configFile: string, logFd: number): ChildProcess {
  const child = spawn("/bin/sh", ["-c", SUPERVISOR_SCRIPT, "levelflow-redis", serverPath, configFile], {
    detached: true,
    stdio: ["pipe", logFd, logFd],
    cwd: "/",
  });
  // Writing never happens; a closed pipe is what the exit event tells.
  child.stdin?.on("error", () => undefined);
  return child;
}
