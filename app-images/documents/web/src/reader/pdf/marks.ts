// Marks what was found, on top of the page's text, by the browser's own highlights: no element is added.

const FOUND = "documents-found";
const CURRENT = "documents-current";

/** Marks ranges; answers with how to take the marks away. Browsers without highlights show none. */
export function mark(ranges: readonly Range[], current: readonly Range[]): () => void {
  if (!("highlights" in CSS)) return () => undefined;
  const added = [
    ...ranges.map((range) => [FOUND, range] as const),
    ...current.map((range) => [CURRENT, range] as const),
  ];
  for (const [name, range] of added) highlight(name).add(range);
  return () => {
    for (const [name, range] of added) highlight(name).delete(range);
  };
}

function highlight(name: string): Highlight {
  const known = CSS.highlights.get(name);
  if (known) return known;
  const fresh = new Highlight();
  if (name === CURRENT) fresh.priority = 1;
  CSS.highlights.set(name, fresh);
  return fresh;
}
