import { ensureBuild } from "./lib/build.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { SetupError } from "./lib/project.mjs";
import { ensureRedisServer } from "./lib/redis-server.mjs";
import { withSetupLock } from "./lib/setup-lock.mjs";

export { ensureBuild, ensureDependencies, ensureRedisServer };

const OLDEST_NODE = { major: 20, minor: 19 };

/** Everything that the demo and the tests need, in order: dependencies, the build, a Redis server. Whatever is there is left alone. */
export async function setUp({ yes = false, tolerateTypeErrors = false, needsRedis = true } = {}) {
  checkNodeVersion();
  await withSetupLock(async () => {
    await ensureDependencies();
    await ensureBuild({ tolerateTypeErrors });
    if (needsRedis) await ensureRedisServer({ yes });
  });
}

function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE.major || (major === OLDEST_NODE.major && minor >= OLDEST_NODE.minor)) return;
  throw new SetupError(
    `levelflow needs Node ${OLDEST_NODE.major}.${OLDEST_NODE.minor} or newer; this is ${process.versions.node}.`,
    3,
  );
}
