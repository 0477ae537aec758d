// Finds words in the text of pages, without case and accents.

export interface Match {
  /** From 0. */
  page: number;
  /** Where it begins and ends in the page's text. */
  start: number;
  end: number;
}

/** More than anybody steps through. */
const MOST_MATCHES = 2000;

/** Every place of the words in the pages; any white space stands for any other. */
export function findIn(pages: readonly string[], words: string): Match[] {
  const pattern = patternOf(words);
  if (!pattern) return [];
  const matches: Match[] = [];
  for (const [page, text] of pages.entries()) {
    for (const match of fold(text).matchAll(pattern)) {
      matches.push({ page, start: match.index, end: match.index + match[0].length });
      if (matches.length === MOST_MATCHES) return matches;
    }
  }
  return matches;
}

function patternOf(words: string): RegExp | undefined {
  const parts = fold(words).split(/\s+/).filter(Boolean);
  if (parts.length === 0) return undefined;
  return new RegExp(parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("\\s+"), "g");
}

/** Lower case without accents, and exactly as long: places in it are places in the text. */
export function fold(text: string): string {
  let folded = "";
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charAt(at);
    const plain = (unit.normalize("NFD").charAt(0) || unit).toLowerCase();
    folded += plain.length === 1 ? plain : unit;
  }
  return folded;
}

/** Where in a list of pieces (which together are the text) a stretch lies: piece, and offsets in it. */
export function piecesOf(
  lengths: readonly number[],
  start: number,
  end: number,
): { piece: number; from: number; to: number }[] {
  const touched = [];
  let at = 0;
  for (const [piece, length] of lengths.entries()) {
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, length);
    if (from < to) touched.push({ piece, from, to });
    at += length;
    if (at >= end) break;
  }
  return touched;
}
