import { defineConfig } from "vitest/config";

export default defineConfig({
  // Examples import the package by its name; in tests that is the source, not what was last built.
  resolve: { alias: [{ find: /^levelflow$/, replacement: `${import.meta.dirname}/src/index.ts` }] },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-redis.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    retry: 0,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
