import { writeFile } from "node:fs/promises";
import { Session } from "node:inspector/promises";

/** Records where this process spends its time, until what is answered is called: that writes a `.cpuprofile`, which Chrome's DevTools show. */
export async function startCpuProfile(file: string): Promise<() => Promise<void>> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.start");
  return async () => {
    const { profile } = await session.post("Profiler.stop");
    await writeFile(file, JSON.stringify(profile));
    session.disconnect();
  };
}
