export { Producer } from "./producer.ts";
export { Scheduler } from "./scheduler.ts";
export { Worker, type WorkerOptions } from "./worker.ts";
