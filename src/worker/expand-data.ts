import type { JsonObject, JsonValue } from "../core/json/json-value.ts";
import { valueAt } from "../core/json/value-at.ts";
import { expandPlaceholders, findPlaceholders, type PlaceholderReference } from "../core/node/expand-placeholders.ts";
import { textForm } from "../core/text/text-form.ts";
import { AttemptFailure } from "./attempt-end.ts";
import type { Task } from "./prepare-task.ts";
import type { WorkerContext } from "./worker-context.ts";

type Texts = ReadonlyMap<string, string>;

/** The node's data with its placeholders expanded, all of them at once: inserted text is not searched again, for secrets least of all. */
export async function expandData(context: WorkerContext, task: Task): Promise<JsonObject> {
  const { placeholders = [], secretFields = [] } = task.definition;
  const { data } = task.node;
  const { input } = task.facts;
  const found = findPlaceholders(data, placeholders);
  if (found.length === 0) return data;
  const secrets = readSecrets(context, task, namesIn("secret", findPlaceholders(data, secretFields)));
  const [variables, consts] = await Promise.all([
    readContext(context, task, "variable", namesIn("variable", found)),
    readContext(context, task, "const", namesIn("const", found)),
  ]);
  const limit = createSizeLimit(context.settings.maxResultBytes);
  return expandPlaceholders(data, placeholders, ({ space, name }, field) => {
    switch (space) {
      case "variable":
        return limit(variables.get(name));
      case "const":
        return limit(consts.get(name));
      case "secret":
        return secretFields.includes(field) ? limit(secrets.get(name)) : undefined;
      case "input":
        return limit(toText(input === undefined ? undefined : valueAt(input, name)));
    }
  });
}

function namesIn(wanted: PlaceholderReference["space"], found: readonly PlaceholderReference[]): string[] {
  return [...new Set(found.filter(({ space }) => space === wanted).map(({ name }) => name))];
}

/** Context nodes keep their values in the run's shared state, one key a name. */
async function readContext(
  { store }: WorkerContext,
  { claim }: Task,
  space: "variable" | "const",
  names: readonly string[],
): Promise<Texts> {
  if (names.length === 0) return new Map();
  const entries = await store.readState({ runId: claim.runId, keys: names.map((name) => `context.${space}:${name}`) });
  const texts = new Map<string, string>();
  entries.forEach((entry, i) => {
    if (entry.kind === "present") texts.set(names[i] as string, textForm(entry.value));
  });
  return texts;
}

/** A request without its credentials would only be refused elsewhere, so a secret that is not set fails the node. */
function readSecrets({ readSecret }: WorkerContext, { secrets }: Task, names: readonly string[]): Texts {
  const texts = new Map<string, string>();
  for (const name of names) {
    const value = readSecret(name);
    if (value === undefined) {
      const message = `secret ${name} is not set: set LEVELFLOW_SECRET_${name} in the environment of the workers`;
      throw new AttemptFailure("INVALID_NODE_DATA", message, { retryable: false });
    }
    secrets.add(name, value);
    texts.set(name, value);
  }
  return texts;
}

function toText(value: JsonValue | undefined): string | undefined {
  return value === undefined ? undefined : textForm(value);
}

/** A short payload can name a long value many times over: what is inserted in all has the limit of a result. */
function createSizeLimit(maxLength: number): (text: string | undefined) => string | undefined {
  let length = 0;
  return (text) => {
    length += text?.length ?? 0;
    if (length <= maxLength) return text;
    const message = `the placeholders insert more than the limit of ${String(maxLength)} characters (maxResultBytes)`;
    throw new AttemptFailure("INVALID_NODE_DATA", message, { retryable: false });
  };
}
