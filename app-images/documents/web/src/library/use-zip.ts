// Downloads a selection as one ZIP.

import { useMutation } from "@tanstack/react-query";
import { downloadZip } from "../api/bulk";
import type { Selection } from "../api/types";

export function useZip() {
  return useMutation({
    mutationFn: async (selection: Selection) => {
      save(await downloadZip(selection), "documents.zip");
    },
  });
}

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken the file by then; until then the address must hold.
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 60_000);
}
