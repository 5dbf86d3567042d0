interface SecretForm {
  readonly text: string;
  readonly name: string;
}

const NONE: readonly SecretForm[] = [];

/**
 * The secrets that one attempt has been given, and what blacks them out. Messages quote data in many forms, so a secret is looked for as
 * it is and as URLs, host names and JSON write it.
 */
export class UsedSecrets {
  /** What to look for and the secret that it gives away, longest first: a secret may be part of another. */
  #forms = NONE;

  add(name: string, value: string): void {
    const forms = [...formsOf(value)].map((text) => ({ text, name }));
    this.#forms = [...this.#forms, ...forms].sort((a, b) => b.text.length - a.text.length);
  }

  get isEmpty(): boolean {
    return this.#forms.length === 0;
  }

  /** The text with `[secret NAME]` in place of each value. */
  redact(text: string): string {
    return this.#forms.reduce((redacted, form) => redacted.replaceAll(form.text, () => `[secret ${form.name}]`), text);
  }

  /** The same at any depth of a log's fields, errors cut down to name and message. Fields that do not fit into JSON are left out. */
  redactFields(fields: object): object {
    if (this.isEmpty) return fields;
    try {
      return JSON.parse(this.redact(JSON.stringify(fields, errorsAsObjects))) as object;
    } catch {
      return {};
    }
  }
}

function errorsAsObjects(_key: string, value: unknown): unknown {
  return value instanceof Error ? { type: value.name, message: value.message } : value;
}

function formsOf(value: string): ReadonlySet<string> {
  const wellFormed = value.toWellFormed();
  const quoted = JSON.stringify(value).slice(1, -1);
  return new Set([value, value.toLowerCase(), encodeURIComponent(wellFormed), encodeURI(wellFormed), quoted]);
}
