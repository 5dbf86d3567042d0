import { describe, expect, test } from "vitest";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { parseSettings, settingsFromEnvironment, type SettingsInput } from "../../../src/core/config/settings.ts";

describe("parseSettings", () => {
  test("fills up with the defaults, and freezes", () => {
    const settings = parseSettings({ abortGraceMs: 0 });
    expect(settings).toMatchObject({ abortGraceMs: 0, retentionMs: DEFAULTS.retentionMs, httpAllowedHosts: [] });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  test.each([true, null, [5], "", " ", "0x10", "1e3", 1.5, -1, Number.NaN, 2 ** 31])(
    "takes %j for no number of ms",
    (abortGraceMs) => {
      expect(() => parseSettings({ abortGraceMs } as unknown as SettingsInput)).toThrow(/setting abortGraceMs: /);
    },
  );

  test.each(["yes", "", "TRUE", 0, 1, null])("takes %j for neither true nor false", (adaptiveLanes) => {
    expect(() => parseSettings({ adaptiveLanes } as unknown as SettingsInput)).toThrow(
      "setting adaptiveLanes: use true or false",
    );
  });

  test("names what was probably meant", () => {
    expect(() => parseSettings({ abortGraceMS: 1 } as SettingsInput)).toThrow(
      "unknown setting abortGraceMS: did you mean abortGraceMs?",
    );
  });
});

describe("settingsFromEnvironment", () => {
  test("reads LEVELFLOW_ variables, lists with commas, and takes an empty one for not set", () => {
    const environment = {
      LEVELFLOW_RETENTION_MS: "",
      LEVELFLOW_MAX_NODES: "7",
      LEVELFLOW_ADAPTIVE_LANES: "false",
      LEVELFLOW_HTTP_ALLOWED_HOSTS: "a.org, *.b.org",
      PATH: "x",
    };
    expect(settingsFromEnvironment(environment)).toMatchObject({
      retentionMs: DEFAULTS.retentionMs,
      maxNodes: 7,
      adaptiveLanes: false,
      httpAllowedHosts: ["a.org", "*.b.org"],
    });
  });

  test("names the variable that does not fit", () => {
    expect(() => settingsFromEnvironment({ LEVELFLOW_HEARTBEAT_MS: "soon" })).toThrow("LEVELFLOW_HEARTBEAT_MS");
    expect(() => settingsFromEnvironment({ LEVELFLOW_HARTBEAT_MS: "5" })).toThrow("did you mean LEVELFLOW_HEARTBEAT_MS?");
  });

  test("leaves secrets to the nodes", () => {
    expect(settingsFromEnvironment({ LEVELFLOW_SECRET_TOKEN: "x" }).prefix).toBe(DEFAULTS.prefix);
  });
});
