// Uploads that were begun, so that the same file goes on where it stopped: when it is tried again, and also when it is chosen
// again after the page was closed or loaded anew.

const KEY = "documents.uploads";
/** How many are remembered. The server forgets them a day after their last piece. */
const MOST = 50;

/** What tells one file of this computer from another, without reading it. */
function fingerprint({ name, size, lastModified }: File): string {
  return `${size}/${lastModified}/${name}`;
}

/** The upload's id; the server may have forgotten it, or know it as somebody else's. */
export function begunUpload(file: File): string | undefined {
  return read().find(([of]) => of === fingerprint(file))?.[1];
}

export function rememberUpload(file: File, id: string): void {
  const entry: Entry = [fingerprint(file), id];
  const others = read().filter(([of]) => of !== entry[0]);
  write([entry, ...others].slice(0, MOST));
}

export function forgetUpload(id: string): void {
  write(read().filter(([, known]) => known !== id));
}

type Entry = [fingerprint: string, id: string];

/** Where the browser keeps nothing for this page, what is kept lasts as long as the page. */
let kept: Entry[] = [];

function read(): Entry[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isEntry) : [];
  } catch {
    return kept;
  }
}

function write(entries: Entry[]): void {
  kept = entries;
  try {
    localStorage.setItem(KEY, JSON.stringify(entries));
  } catch {
    // Full or forbidden: an upload is then begun anew after a reload.
  }
}

function isEntry(value: unknown): value is Entry {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "string");
}
