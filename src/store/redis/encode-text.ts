/**
 * Texts that users wrote (node ids, state keys) as Redis holds them. A well-formed text is itself; one with lone surrogates, which UTF-8
 * cannot express, or one that begins like an encoded text, is its JSON text. No two texts share an encoding.
 */
export function encodeText(text: string): string {
  return text.isWellFormed() && !text.startsWith('"') ? text : JSON.stringify(text);
}

export function decodeText(encoded: string): string {
  return encoded.startsWith('"') ? (JSON.parse(encoded) as string) : encoded;
}
