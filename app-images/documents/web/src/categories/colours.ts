// The colours that categories come in. Any other can be chosen; these are told apart well, in the light and in the dark.

export const COLOURS = [
  "#2c9f93",
  "#2f7fc1",
  "#6a6fd0",
  "#a259b8",
  "#d0528a",
  "#e25a3a",
  "#dba628",
  "#7aa33c",
  "#869799",
] as const;

/** A colour for a name, always the same. */
export function colourFor(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
  return COLOURS[sum % COLOURS.length] ?? COLOURS[0];
}
