/** Quotes a text for a message, as JSON prints it. */
export function quote(text: string): string {
  return JSON.stringify(text);
}
