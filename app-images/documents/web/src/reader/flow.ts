// Joins the lines of a paragraph, so that text fits any width.
//
// A PDF's lines are as long as its paper was wide. A line that is about as long as the longest of its page was broken
// for want of room and flows into the next; a shorter one (an address, a row of a table, the end of a paragraph) was
// meant to end. What is copied is the text as it was read, not this.

/** Pages whose longest line is shorter than this, in characters, are lists or forms: nothing flows. */
const LEAST_LONGEST = 45;
/** A line at least this long, as a part of the longest, flows into the next. */
const FULL = 0.72;
/** After a hyphen these begin a new word: "vor- und nachmittags". */
const JOINING_WORDS = /^(und|oder|bis|and|or|to)\b/;

/** The same text with the lines of each paragraph joined. */
export function flow(text: string): string {
  const lines = text.split("\n");
  const longest = Math.max(...lines.map((line) => line.length));
  if (longest < LEAST_LONGEST) return text;
  return lines.reduce((flowed, line, index) => {
    const before = lines[index - 1] ?? "";
    if (line === "" || before.length < longest * FULL) return `${flowed}\n${line}`;
    if (isSplitWord(before, line)) return flowed.slice(0, -1) + line;
    return `${flowed} ${line}`;
  });
}

/** "Instal-" and "lation" are one word; "E-Mail-" and "Adresse" keep their hyphen and their line. */
function isSplitWord(before: string, line: string): boolean {
  return /\p{Ll}-$/u.test(before) && /^\p{Ll}/u.test(line) && !JOINING_WORDS.test(line);
}
