// A letter that does not go on a word: apostrophes and underscores join what they stand between.
const WORD_START = /(?<![\p{L}\p{M}\p{N}_'’])\p{L}/gu;

/** Lower case, then the first letter of each word in upper case: `don't mother-in-law` becomes `Don't Mother-In-Law`. */
export function titleCase(text: string): string {
  return text.toLowerCase().replace(WORD_START, (letter) => letter.toUpperCase());
}

/** Words joined, each but the first with a capital: `petit éléphant` becomes `petitÉléphant`. Text without words stays as it is. */
export function camelCase(text: string): string {
  const words = text.split(/\p{White_Space}+/u).filter((word) => word !== "");
  if (words.length === 0) return text;
  return words.map((word, index) => (index === 0 ? word.toLowerCase() : capitalise(word.toLowerCase()))).join("");
}

/** Capitals become small letters and small letters capitals, code point by code point. */
export function inverseCase(text: string): string {
  return text.replace(/\p{Lu}|\p{Ll}/gu, (letter) => (/\p{Lu}/u.test(letter) ? letter.toLowerCase() : letter.toUpperCase()));
}

function capitalise(word: string): string {
  const [first = ""] = word;
  return first.toUpperCase() + word.slice(first.length);
}
