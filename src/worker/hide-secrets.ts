/** Names under which people log what nobody should read. */
const SECRET_NAME =
  /^(?:pass(?:word|wd|phrase)?|(?:client|shared)?[-_]?secret|(?:api|private|secret)[-_]?key|(?:proxy-)?authorization|(?:set-)?cookie|(?:(?:access|refresh|id|auth|bearer|session|csrf)[-_]?)?token|credentials?)$/i;

/** Deeper than this nothing is looked for. */
const MAX_DEPTH = 6;
const HIDDEN = "[hidden]";

/**
 * A log's fields without the values of those that are named like secrets, at any depth of plain objects and lists. What holds none is
 * answered as it is.
 */
export function hideSecrets(fields: object, depth = 0): object {
  if (depth > MAX_DEPTH || !isPlain(fields)) return fields;
  let hidden: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    const shown = SECRET_NAME.test(name)
      ? HIDDEN
      : typeof value === "object" && value !== null
        ? hideSecrets(value, depth + 1)
        : value;
    if (shown !== value) (hidden ??= copyOf(fields))[name] = shown;
  }
  return hidden ?? fields;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** Lists stay lists: their items are their fields. */
function copyOf(fields: object): Record<string, unknown> {
  return (Array.isArray(fields) ? [...(fields as unknown[])] : { ...fields }) as Record<string, unknown>;
}
