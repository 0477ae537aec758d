// What to say of files in a folder that are no PDFs.

import { count } from "../parts/format";

export function leftOut(others: number): string {
  return `${count(others, "file")} in the folder left out: only PDFs are taken.`;
}
