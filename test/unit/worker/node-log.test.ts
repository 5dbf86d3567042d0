import { expect, test } from "vitest";
import { z } from "zod";
import { defineNode } from "../../../src/index.ts";
import { CapturedLog } from "../../support/captured-log.ts";
import { flat } from "../../support/payloads.ts";
import { createWorkerBench } from "../../support/worker-bench.ts";

const SECRET = "hunter2hunter2";

const leaky = defineNode({
  type: "leaky",
  data: z.object({ key: z.string() }),
  placeholders: ["key"],
  secretFields: ["key"],
  run: ({ data, log }) => {
    log.info(`plain ${data.key}`, { note: data.key });
    log.info(`beside a fault ${data.key}`, {
      get broken(): string {
        throw new Error("cannot be read");
      },
    });
    return 1;
  },
});

test("a secret is logged nowhere, nor beside fields that cannot be read", async () => {
  const log = new CapturedLog();
  const payload = flat([{ id: "a", type: "leaky", data: { key: "{{secret.DB}}" } }]);
  const bench = await createWorkerBench({ payload, nodes: [leaky] });
  Object.assign(bench.context, { log: log.logger, readSecret: () => SECRET });
  expect((await bench.execute(await bench.claim())).kind).toBe("completed-level");
  expect(log.messages("info")).toEqual(["plain [secret DB]", "beside a fault [secret DB]"]);
  expect(JSON.stringify(log.lines)).not.toContain(SECRET);
});
