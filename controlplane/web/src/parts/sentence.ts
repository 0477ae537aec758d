// The server's explanations are parts of sentences ("unknown key `titel`"), because they may follow a colon in a log.

/** The same words, standing alone. */
export function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
