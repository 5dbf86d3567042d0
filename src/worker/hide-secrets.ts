/** Names under which people log what nobody should read, as words of a longer name: `dbPassword`, `x-api-key`, `refresh_token`. */
const SECRET_WORDS = new Set([
  "password",
  "passwd",
  "pwd",
  "passphrase",
  "secret",
  "token",
  "jwt",
  "authorization",
  "cookie",
  "credential",
  "credentials",
]);
/** The same of two words. */
const SECRET_PAIRS = /(?:api|private|secret|access|encryption|signing) key/;

/** Deeper than this, and beyond so many values, nothing is shown: it would take longer to look through than a log is worth. */
const MAX_DEPTH = 8;
const MAX_VALUES = 10_000;
const HIDDEN = "[hidden]";
const TOO_MUCH = "[not shown]";

/**
 * A log's fields without the values of those that are named like secrets, in objects and lists within them. What holds none is answered as
 * it is; what is too deep or too much to look through is left out.
 */
export function hideSecrets(fields: object): object {
  const search = { left: MAX_VALUES };
  return hideIn(fields, 0, search) as object;
}

function hideIn(value: unknown, depth: number, search: { left: number }): unknown {
  if (typeof value !== "object" || value === null || isOpaque(value)) return value;
  if (depth > MAX_DEPTH || search.left <= 0) return TOO_MUCH;
  let hidden: Record<string, unknown> | undefined;
  for (const [name, item] of Object.entries(value) as [string, unknown][]) {
    search.left -= 1;
    const shown = isSecret(name) ? HIDDEN : hideIn(item, depth + 1, search);
    if (shown !== item) (hidden ??= copyOf(value))[name] = shown;
  }
  return hidden ?? value;
}

/** What a log writes in a way of its own, such as dates. */
function isOpaque(value: object): boolean {
  return "toJSON" in value || ArrayBuffer.isView(value);
}

function isSecret(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word) => SECRET_WORDS.has(word)) || SECRET_PAIRS.test(words.join(" "));
}

/** Lists stay lists: their items are their fields. Errors keep what they are made of. */
function copyOf(value: object): Record<string, unknown> {
  if (Array.isArray(value)) return [...(value as unknown[])] as unknown as Record<string, unknown>;
  const copy: object = value instanceof Error ? (Object.create(value) as object) : {};
  return Object.assign(copy, value) as Record<string, unknown>;
}
