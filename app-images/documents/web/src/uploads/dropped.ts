// The files in what was dropped, folders and their folders included.

/** More than a person means to drop. */
const MOST_FILES = 10_000;

export interface Dropped {
  files: File[];
  /** How many files in folders were left out because they are no PDFs. */
  others: number;
}

/** Must be called while the drop is being handled: afterwards the browser forgets what was dropped. */
export function droppedFiles({ items }: DataTransfer): Promise<Dropped> {
  const entries: FileSystemEntry[] = [];
  const files: File[] = [];
  for (const item of items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    if (entry?.isDirectory) entries.push(entry);
    else if (file) files.push(file);
  }
  return inFolders(entries, { files, others: 0 });
}

async function inFolders(entries: FileSystemEntry[], found: Dropped): Promise<Dropped> {
  const open = [...entries];
  for (let entry = open.shift(); entry && found.files.length < MOST_FILES; entry = open.shift()) {
    if (entry.isDirectory) open.push(...(await children(entry as FileSystemDirectoryEntry)));
    else if (isPdf(entry.name)) found.files.push(await fileOf(entry as FileSystemFileEntry));
    else if (!entry.name.startsWith(".")) found.others += 1;
  }
  return found;
}

/** Of a chosen folder the browser gives every file: only PDFs are meant. */
export function pdfsOf(files: Iterable<File>): Dropped {
  const all = [...files];
  const pdfs = all.filter(({ name }) => isPdf(name));
  const others = all.filter(({ name }) => !isPdf(name) && !name.startsWith(".")).length;
  return { files: pdfs.slice(0, MOST_FILES), others };
}

function isPdf(name: string): boolean {
  return name.toLowerCase().endsWith(".pdf");
}

async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  // The browser hands out a hundred at a time, and an empty list at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}
