import { escapeText } from "./escape-text.ts";
import { truncate } from "./display-width.ts";

/** What makes an id hard to tell from the text around it. */
const AMBIGUOUS = /^$|[\s,"'\u00a0]/;

/** An id as text shows it: escaped, in quotes if it would not stand out, cut to `maxWidth` columns. */
export function showId(id: string, maxWidth = Infinity): string {
  // Escaping half a megabyte to show forty columns of it would cost more than the rest of the line.
  const relevant = maxWidth === Infinity ? id : cutAtCodePoint(id, maxWidth * 4);
  const escaped = escapeText(relevant);
  const shown = AMBIGUOUS.test(relevant) ? `"${escaped.replaceAll('"', '\\"')}"` : escaped;
  return truncate(shown, maxWidth);
}

function cutAtCodePoint(text: string, length: number): string {
  if (text.length <= length) return text;
  const isInPair = /[\ud800-\udbff]/.test(text.charAt(length - 1));
  return text.slice(0, isInPair ? length - 1 : length);
}
