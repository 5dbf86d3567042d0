// `node --import ./scripts/lib/typescript.mjs <file>.ts` runs TypeScript as the module that it is, at the speed of what was built: what
// jiti loads runs slower, and everything that it imports with it.
import { register } from "node:module";

register("./typescript-hooks.mjs", import.meta.url);
