import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { createProgram } from "../../src/cli/create-program.ts";
import { DEFAULTS } from "../../src/core/config/defaults.ts";
import { parseSettings, SETTING_NAMES, variableName } from "../../src/core/config/settings.ts";
import { ERRORS } from "../../src/core/errors/catalogue.ts";
import { PLACEHOLDER_FIELDS } from "../../src/core/node/expand-placeholders.ts";
import { NODE_TRANSITIONS, RUN_TRANSITIONS } from "../../src/core/run/states.ts";
import { inferType } from "../../src/core/workflow/infer-type.ts";
import { OPTION_KEYS } from "../../src/core/workflow/options-schema.ts";
import { DATA_FIELDS } from "../../src/core/workflow/payload-schema.ts";
import { parseEnqueueOptions } from "../../src/producer/enqueue-options.ts";
import { RUN_PARTS, StoreKeys } from "../../src/store/redis/keys.ts";
import { FAMILIES } from "../support/node-types-page/families.ts";
import { recordingOutput } from "../unit/cli/cli-fixtures.ts";
import { anchorsOf, codesIn, PAGES, readPage, ROOT, sectionOf, tableOf, withoutCodeBlocks } from "./docs-tables.ts";

/** The first code of each row's first cell. */
function namesIn(rows: readonly (readonly string[])[]): string[] {
  return rows.map(([cell = ""]) => codesIn(cell)[0] ?? cell);
}

describe("docs/errors.md", () => {
  test("lists the codes of the catalogue with what each entails", () => {
    const rows = tableOf(readPage("docs/errors.md"));
    const documented = rows.map(([code = "", meaning, exitCode, httpStatus, retryable]) => [
      codesIn(code)[0],
      { meaning, exitCode: Number(exitCode), httpStatus: Number(httpStatus), retryable: retryable === "yes" },
    ]);
    expect(Object.fromEntries(documented)).toEqual(ERRORS);
    expect(rows.map(([, , , , retryable]) => retryable).filter((word) => word !== "yes" && word !== "no")).toEqual([]);
    expect(rows.filter(([, , , , , remedy]) => remedy === "")).toEqual([]);
  });
});

describe("docs/configuration.md", () => {
  const page = readPage("docs/configuration.md");

  test("lists every setting with its variable and default", () => {
    const rows = tableOf(sectionOf(page, "## Settings"));
    expect(namesIn(rows)).toEqual(SETTING_NAMES);
    const defaults: Readonly<Record<string, unknown>> = parseSettings();
    for (const [name = "", variable = "", shown = ""] of rows) {
      const setting = codesIn(name)[0] ?? "";
      expect(codesIn(variable)).toEqual([variableName(setting)]);
      expect(shown === "none" ? undefined : JSON.parse(codesIn(shown)[0] ?? ""), setting).toEqual(defaults[setting]);
    }
  });

  test("lists the other numbers with their values", () => {
    const rows = tableOf(sectionOf(page, "## Fixed numbers"));
    const fixed = Object.entries(DEFAULTS).filter(([name]) => !SETTING_NAMES.includes(name));
    expect(rows.map(([name = "", value = ""]) => [codesIn(name)[0], Number(codesIn(value)[0])])).toEqual(fixed);
  });

  test("lists the options of workflows and nodes", () => {
    expect(namesIn(tableOf(sectionOf(page, "## Options of a workflow"))).sort()).toEqual([...OPTION_KEYS.workflow].sort());
    const nodes = sectionOf(page, "## Options of a node");
    expect(namesIn(tableOf(nodes)).sort()).toEqual([...OPTION_KEYS.node].sort());
    const backoff = nodes.slice(nodes.indexOf("`backoff` as an object:"));
    expect(namesIn(tableOf(backoff)).sort()).toEqual([...OPTION_KEYS.backoff].sort());
  });

  test("names only options that an enqueue takes", () => {
    const names = namesIn(tableOf(sectionOf(page, "## Options of an enqueue")));
    expect(
      parseEnqueueOptions(Object.fromEntries(names.map((name) => [name, "0-0mfx3k2a1-0a1b2c3d4e5f60718293"]))),
    ).toBeDefined();
  });
});

describe("docs/architecture.md", () => {
  test.each([
    ["### A run", RUN_TRANSITIONS],
    ["### A node", NODE_TRANSITIONS],
  ])("renders the transitions of %s", (heading, transitions) => {
    const rows = tableOf(sectionOf(readPage("docs/architecture.md"), heading));
    const documented = rows.map(([from = "", to = ""]) => [codesIn(from)[0], codesIn(to)]);
    expect(Object.fromEntries(documented)).toEqual(transitions);
  });
});

describe("docs/redis-keys.md", () => {
  const page = readPage("docs/redis-keys.md");

  test("names every key, and no other", () => {
    const rows = [...tableOf(sectionOf(page, "## A run")), ...tableOf(sectionOf(page, "## Over all runs"))];
    expect(namesIn(rows).sort()).toEqual(allKeys().sort());
  });

  test("names every script, and no other", () => {
    const rows = tableOf(sectionOf(page, "## Scripts"));
    const scripts = readdirSync(join(ROOT, "src/store/redis/scripts")).filter((name) => name.endsWith(".lua"));
    expect(namesIn(rows).sort()).toEqual(scripts.sort());
  });

  test("refers to scripts that exist", () => {
    const words = codesIn(page).filter((code) =>
      /^[a-z]+-(run|node|level|state|claim|attempt|deadlines|timeout|progress)$/.test(code),
    );
    expect(words.filter((word) => !existsSync(join(ROOT, `src/store/redis/scripts/${word}.lua`)))).toEqual([]);
  });

  test("names every field of a run that scripts write", () => {
    const documented = new Set(tableOf(sectionOf(page, "## The record of a run")).flatMap(([fields = ""]) => codesIn(fields)));
    const scripts = readdirSync(join(ROOT, "src/store/redis/scripts")).map((name) => readPage(`src/store/redis/scripts/${name}`));
    const used = scripts.flatMap((text) => [...text.matchAll(/'H(?:GET|SET|SETNX|INCRBY|MGET)', KEY\.run, ([^)]*)/g)]);
    const fields = used.flatMap(([, args = ""]) => [...args.matchAll(/'([a-zA-Z]{3,})'/g)].map(([, field = ""]) => field));
    const values = new Set(["queued", "running", "paused"]);
    expect(fields.length).toBeGreaterThan(20);
    expect([...new Set(fields)].filter((field) => !values.has(field) && !documented.has(field))).toEqual([]);
  });
});

/** Every name that `StoreKeys` makes, with placeholders for what differs. A new method of it has to be told of here. */
function allKeys(): string[] {
  const keys = new StoreKeys("levelflow");
  const made: Readonly<Record<string, readonly string[]>> = {
    workflow: [keys.workflow("<hash>")],
    workflowRuns: [keys.workflowRuns("<hash>")],
    idempotency: [keys.idempotency("key").replace(/[0-9a-f]{64}$/, "<sha256>")],
    upload: [keys.upload("<id>")],
    run: [keys.run("<run>")],
    part: RUN_PARTS.map((part) => keys.part("<run>", part)),
    free: [keys.free("<run>", "<pool>")],
  };
  const members = Reflect.ownKeys(Object.getPrototypeOf(keys) as object).map(String);
  return members.flatMap((name) => {
    if (name === "constructor") return [];
    const value: unknown = Reflect.get(keys, name);
    const names = typeof value === "string" ? [value] : made[name];
    if (names === undefined) throw new Error(`StoreKeys.${name} is not known to this test`);
    return names;
  });
}

describe("docs/cli.md", () => {
  const page = readPage("docs/cli.md");
  const program = createProgram({ output: recordingOutput(), env: {} }, () => undefined);

  test("has a section for every command, and no other", () => {
    const sections = [...page.matchAll(/^## levelflow ([a-z]+)$/gm)].map(([, name = ""]) => name);
    expect(sections).toEqual(program.commands.map((command) => command.name()));
  });

  test.each(program.commands.map((command) => [command.name(), command] as const))("lists the options of %s", (name, command) => {
    const options = command.options.filter((option) => !option.hidden).map((option) => option.flags);
    const section = sectionOf(page, `## levelflow ${name}`);
    if (options.length === 0) expect(section).toContain("No options.");
    else expect(namesIn(tableOf(section)).sort()).toEqual(options.sort());
    const usage = command.registeredArguments.map((argument) => `<${argument.name()}>`).join(" ");
    if (usage !== "") expect(section).toContain(`levelflow ${name} ${usage}`);
  });

  test("is summed up in the README, command by command", () => {
    const rows = tableOf(sectionOf(readPage("README.md"), "## The command line"));
    const named = new Set(rows.flatMap(([cell = ""]) => codesIn(cell)).map((code) => code.split(" ")[0]));
    expect([...named].sort()).toEqual(program.commands.map((command) => command.name()).sort());
  });
});

describe("docs/dependencies.md", () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Record<
    "dependencies" | "devDependencies" | "overrides",
    Record<string, string>
  >;

  test.each([
    ["## At run time", "dependencies"],
    ["## For development", "devDependencies"],
  ] as const)("%s: lists the %s of package.json", (heading, kind) => {
    const rows = tableOf(sectionOf(readPage("docs/dependencies.md"), heading));
    expect(namesIn(rows).sort()).toEqual(Object.keys(manifest[kind]).sort());
  });

  test("tells of every override", () => {
    for (const [name, version] of Object.entries(manifest.overrides)) {
      expect(readPage("docs/dependencies.md")).toContain(`\`${name}\``);
      expect(readPage("docs/dependencies.md")).toContain(version);
    }
  });
});

describe("docs/payload.md", () => {
  const page = readPage("docs/payload.md");

  test("lists the built-in types by family, each with a link to its part of docs/node-types.md", () => {
    const rows = tableOf(sectionOf(page, "## Built-in node types"));
    const families = FAMILIES.map(({ title, entries }) => [title, entries.map(({ type }) => linkTo(type)).join(", ")]);
    expect(rows).toEqual(families);
  });

  test("lists the known data fields", () => {
    const rows = tableOf(sectionOf(page, "## Structure"));
    const inner = new Set(["when", "output_path", "name", "type"]);
    const fields = rows.flatMap(([, cell = ""]) => codesIn(cell)).filter((code) => !inner.has(code));
    expect([...new Set(fields)].sort()).toEqual([...DATA_FIELDS.keys()].sort());
  });

  test("infers types as its table says, in that order", () => {
    const rules = tableOf(sectionOf(page, "## Types that are told by the data")).map(([has = "", type = ""]) => ({
      fields: has.includes(" or ") ? codesIn(has).map((field) => [field]) : [codesIn(has)],
      type: codesIn(type)[0] ?? "",
    }));
    expect(rules).toHaveLength(21);
    const dataOf = (fields: readonly string[]) => Object.fromEntries(fields.map((field) => [field, ["x"]]));
    for (const [i, { fields, type }] of rules.entries()) {
      for (const alternative of fields) {
        expect(inferType(dataOf(alternative))).toBe(type);
        for (const later of rules.slice(i + 1)) expect(inferType(dataOf([...alternative, ...later.fields.flat()]))).toBe(type);
      }
    }
  });

  test("names the fields in which placeholders are expanded", () => {
    const [, list = ""] = /and nowhere else:(.*?)\. A name/s.exec(sectionOf(page, "## Placeholders")) ?? [];
    expect(codesIn(list).sort()).toEqual([...PLACEHOLDER_FIELDS].sort());
  });
});

function linkTo(type: string): string {
  return `[\`${type}\`](node-types.md#${type})`;
}

describe.each(PAGES)("%s", (path) => {
  const text = withoutCodeBlocks(readPage(path));

  test("links to files and headings that exist", () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^https?:/.test(target));
    const broken = links.filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(readPage(target)).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  test("refers to files that exist", () => {
    const files = codesIn(text).filter((code) => /^(src|test|examples|scripts|docs|bench)\/[\w./-]+$/.test(code));
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

test("every page of docs is linked from the README", () => {
  const readme = readPage("README.md");
  expect(PAGES.filter((path) => path.startsWith("docs/") && !readme.includes(`](${path}`))).toEqual([]);
});
