import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Producer, Scheduler, Worker, type RoleOptions, type SettingsInput } from "../../src/index.ts";
import { flat } from "../support/payloads.ts";
import { redisUrl, removeKeys, testPrefix } from "../support/redis.ts";

/** Two nodes, so that a scheduler has to do something as well. */
const PAYLOAD = {
  nodes: [
    ...flat([{ id: "a", type: "number", data: { value: 1 } }]).nodes,
    { id: "b", type: "delay", data: { duration: "1ms" } },
  ],
  edges: [{ source: "a", target: "b" }],
};

function openRoles(connection: RoleOptions["connection"], settings: SettingsInput = {}) {
  const options = { connection, prefix: testPrefix(), settings };
  const roles = [new Scheduler(options), new Worker(options)];
  const producer = new Producer(options);
  onTestFinished(async () => {
    await producer.close();
    await Promise.all(roles.map((role) => role.stop()));
    await removeKeys(options.prefix);
  });
  const run = async () => (await (await producer.enqueue(PAYLOAD)).result({ timeoutMs: 10_000 })).status;
  return { roles, run };
}

test("roles that are started again while they stop are at work afterwards", async () => {
  const { roles, run } = openRoles(redisUrl());
  await Promise.all(roles.map((role) => role.start()));
  const stopping = roles.map((role) => role.stop());
  await Promise.all([...roles.map((role) => role.start()), ...stopping]);
  expect(roles.map((role) => role.health().status)).toEqual(["ok", "ok"]);
  expect(await run()).toBe("completed");
});

test("roles that are stopped while they start, and started again, are at work afterwards", async () => {
  const { roles, run } = openRoles(redisUrl());
  const all = roles.flatMap((role) => {
    const first = role.start().catch(() => undefined);
    return [first, role.stop(), role.start(), role.start()];
  });
  await Promise.all(all);
  expect(roles.map((role) => role.health().status)).toEqual(["ok", "ok"]);
  expect(await run()).toBe("completed");
});

test.each([0, 1, 2, 3, 5, 8, 13, 21])("roles that are stopped %i ms into their start can be started at once", async (delayMs) => {
  const { roles } = openRoles(redisUrl(), { redisWaitMs: 0 });
  for (const role of roles) {
    const starting = role.start().catch((error: unknown) => expect(error).toMatchObject({ code: "CLOSED" }));
    if (delayMs > 0) await sleep(delayMs);
    await Promise.all([role.stop(), role.start(), starting]);
    expect(role.health().status).toBe("ok");
  }
});

test("roles whose commands have a timeout of their own wait for jobs longer than that", async () => {
  const { hostname: host, port, password } = new URL(redisUrl());
  const { roles, run } = openRoles({ host, port: Number(port), password, commandTimeout: 500 });
  await Promise.all(roles.map((role) => role.start()));
  for (let time = 0; time < 2; time += 1) {
    await sleep(1_500);
    expect(await run()).toBe("completed");
  }
});
