import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Deployment } from "./contender.ts";
import { readCpuMs, type LoopFigures } from "./loop-watch.ts";
import type { RoleOptions } from "./role-main.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ENTRY = fileURLToPath(new URL("role-main.ts", import.meta.url));

export interface RoleFigures extends LoopFigures {
  readonly role: RoleOptions["role"];
}

export interface RoleProcesses {
  /** How each process' event loop did since the last time it was asked. */
  readLoops(): Promise<readonly RoleFigures[]>;
  /** What they and this process have computed since they began, in ms. */
  readCpuMs(): Promise<number>;
  /** Has them end what they do, and waits until they are gone. */
  stop(): Promise<void>;
}

/** Starts a contender's scheduler and workers, and answers once all of them take work. */
export async function startRoles(
  { workerCount, ...deployment }: Deployment,
  contender: Pick<RoleOptions, "contender" | "settings" | "declaresPure" | "build" | "profileFolder">,
): Promise<RoleProcesses> {
  const roles = ["scheduler", ...Array.from({ length: workerCount }, () => "worker" as const)] as const;
  const children = roles.map((role) => {
    const options: RoleOptions = { ...contender, ...deployment, role };
    const child = fork(ENTRY, [JSON.stringify(options)], {
      cwd: ROOT,
      execArgv: ["--expose-gc", "--import", "./scripts/lib/typescript.mjs"],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    return { child, role, exited: once(child, "exit") };
  });
  await Promise.all(
    children.map(async ({ child, role, exited }) => {
      const isReady = await Promise.race([once(child, "message").then(() => true), exited.then(() => false)]);
      if (!isReady) throw new Error(`a ${role} process of ${contender.contender} ended before it was ready`);
    }),
  );
  const ask = <Answer>(what: "cpu" | "loop"): Promise<Answer[]> =>
    Promise.all(
      children.map(async ({ child }) => {
        child.send(what);
        return ((await once(child, "message")) as [Answer])[0];
      }),
    );
  return {
    readLoops: async () =>
      (await ask<LoopFigures>("loop")).map((figures, i) => ({ role: children[i]?.role ?? "worker", ...figures })),
    readCpuMs: async () => (await ask<number>("cpu")).reduce((sum, ms) => sum + ms, readCpuMs()),
    stop: async () => {
      for (const { child } of children) if (child.connected) child.disconnect();
      await Promise.all(children.map(({ exited }) => exited));
    },
  };
}
