import { spawn } from "node:child_process";
import { ROOT } from "./project.mjs";

/** Runs Node with these arguments in the project's folder, on this terminal, and answers its exit code. */
export function runToEnd(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
    // Ctrl-C in a terminal reaches the child by itself; this process only has to outlive it.
    const stayAlive = () => undefined;
    const passOn = () => child.kill("SIGTERM");
    process.on("SIGINT", stayAlive);
    process.on("SIGTERM", passOn);
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("SIGINT", stayAlive);
      process.off("SIGTERM", passOn);
      resolve(code ?? 1);
    });
  });
}
