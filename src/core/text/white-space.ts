/** Source of a regular expression, for the flag `u`, that matches one character of Unicode's White_Space: U+0085 is in, U+FEFF is out. */
export const WHITE_SPACE = "\\p{White_Space}";

const WHITE_SPACE_UNIT = new RegExp(WHITE_SPACE, "u");

/** Whether the UTF-16 unit is white space; there is none beyond the first plane. */
export function isWhiteSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  return WHITE_SPACE_UNIT.test(String.fromCharCode(unit));
}

/** Removes Unicode white space at both ends. A loop, because a pattern would backtrack over long runs inside the text. */
export function trimWhiteSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start++;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
