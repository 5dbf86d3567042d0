/**
 * What a terminal acts on or hides instead of showing it: control characters (ANSI sequences begin with one), line and paragraph
 * separators, lone surrogates, and format characters such as bidirectional overrides and tags. The joiner inside an emoji stays.
 * Combining marks are escaped from the fourth in a row, so they do not climb into other lines.
 */
const UNSAFE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?!\u200d)\p{Cf}|(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d|(?<=\p{M}{3})\p{M}/gu;

/** Nothing to do for most texts, which this finds out faster than the whole pattern would. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * Makes text that comes from payloads, handlers or Redis safe to print. What is unsafe is written as in JSON (`\n`, `\u001b`), so
 * JSON text stays JSON and means the same. The result has no line breaks.
 */
export function escapeText(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSAFE, escapeCharacter);
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function escapeCharacter(character: string): string {
  const short = SHORT.get(character);
  if (short !== undefined) return short;
  let escaped = "";
  for (let index = 0; index < character.length; index++) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
