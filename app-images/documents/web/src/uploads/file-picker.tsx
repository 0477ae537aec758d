// The browser's own dialogs for files and for a folder.

import { useRef, type ReactNode } from "react";
import { say } from "../parts/notify";
import { pdfsOf } from "./dropped";
import { leftOut } from "./left-out";

/** React's types do not know it, browsers do. */
const FOLDER = { webkitdirectory: "" };

export interface FilePicker {
  /** Invisible, to be put on the page. */
  inputs: ReactNode;
  chooseFiles: () => void;
  chooseFolder: () => void;
}

export function useFilePicker(onChoose: (files: File[]) => void): FilePicker {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const inputs = (
    <>
      <input
        ref={files}
        type="file"
        accept=".pdf,application/pdf"
        multiple
        hidden
        aria-label="Choose PDFs"
        onChange={({ currentTarget }) => {
          onChoose(taken(currentTarget));
        }}
      />
      <input
        ref={folder}
        type="file"
        {...FOLDER}
        hidden
        aria-label="Choose a folder"
        onChange={({ currentTarget }) => {
          const chosen = pdfsOf(taken(currentTarget));
          onChoose(chosen.files);
          if (chosen.others > 0) say(leftOut(chosen.others));
        }}
      />
    </>
  );
  return {
    inputs,
    chooseFiles: () => files.current?.click(),
    chooseFolder: () => folder.current?.click(),
  };
}

/** What was chosen; empties the input, so that choosing the same file again is a change again. */
function taken(input: HTMLInputElement): File[] {
  const files = [...(input.files ?? [])];
  input.value = "";
  return files;
}
