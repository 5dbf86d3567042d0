import { main } from "./lib/project.mjs";
import { ensureBuild } from "./setup.mjs";

/** `npm run build`: compiles src into dist, whether or not anything has changed. */
await main(async () => {
  await ensureBuild({ force: true });
  return 0;
});
