// Asks the role in this container whether it can work; the answer is in `docker inspect`. The same as `levelflow health`, which loads six
// times as much: that counts, several times a minute in every replica.
import { get } from "node:http";

const TIMEOUT_MS = 8_000;

get({ port: process.env.LEVELFLOW_HEALTH_PORT, path: "/readyz", timeout: TIMEOUT_MS }, (response) => {
  process.exitCode = response.statusCode === 200 ? 0 : 1;
  response.pipe(process.stdout);
})
  .on("timeout", () => process.exit(1))
  .on("error", (error) => {
    process.stdout.write(`${error.message}\n`);
    process.exit(1);
  });
