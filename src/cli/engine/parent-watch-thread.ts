import { workerData } from "node:worker_threads";

/** How often the parent is looked for, in ms. */
const INTERVAL_MS = 500;

/** Kills the process once its parent is gone. A thread of its own, for a handler may keep the main one busy for ever. */
setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, "SIGKILL");
}, INTERVAL_MS);
