import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCredentials } from "../../../src/cli/serve-credentials.ts";
import { parseSettings, type SettingsInput } from "../../../src/core/config/settings.ts";
import { isLoopback } from "../../../src/http/is-loopback.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const read = (settings: SettingsInput): ReturnType<typeof readCredentials> => readCredentials(parseSettings(settings));

function passwordFile(text: string): string {
  const file = join(tempFolder(), "password");
  writeFileSync(file, text);
  return file;
}

describe("readCredentials", () => {
  test("needs none on this machine, and refuses to go beyond it without", async () => {
    expect(await read({})).toBeUndefined();
    expect(await read({ serveHost: "::1" })).toBeUndefined();
    for (const serveHost of ["0.0.0.0", "::", "10.0.0.5", "127.0.0.1.example.org", "example.org"]) {
      await expect(read({ serveHost })).rejects.toThrow("LEVELFLOW_SERVE_PASSWORD");
    }
  });

  test("takes the password from a setting, or from a file without its last line break", async () => {
    const servePassword = "twelve chars";
    expect(await read({ serveHost: "0.0.0.0", servePassword })).toEqual({ user: "admin", password: servePassword });
    const servePasswordFile = passwordFile(" twelve chars \r\n");
    expect(await read({ servePasswordFile, serveUser: "ops" })).toEqual({ user: "ops", password: " twelve chars " });
  });

  test("refuses what can be guessed, what cannot be read, and both at once", async () => {
    expect(() => parseSettings({ servePassword: "short" })).toThrow("at least 12 characters");
    await expect(read({ servePasswordFile: passwordFile("short\n") })).rejects.toThrow("has 5 characters");
    await expect(read({ servePasswordFile: join(tempFolder(), "none") })).rejects.toThrow("cannot be read");
    const both = { servePassword: "twelve chars", servePasswordFile: passwordFile("twelve chars") };
    await expect(read(both)).rejects.toThrow("both set");
  });
});

describe("isLoopback", () => {
  test.each(["127.0.0.1", "127.9.9.9", "::1", "0:0:0:0:0:0:0:1", "localhost", "LOCALHOST"])("%s is this machine", (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  test.each(["0.0.0.0", "::", "128.0.0.1", "localhost.example.org", "", "127.1"])("%j may be reached by others", (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
