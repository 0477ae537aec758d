// The browser's own file dialog.

import { useRef, type ReactNode } from "react";

/** An invisible input to put on the page, and the function that opens its dialog. */
export function useFilePicker(onChoose: (files: File[]) => void): { input: ReactNode; choose: () => void } {
  const ref = useRef<HTMLInputElement>(null);
  const input = (
    <input
      ref={ref}
      type="file"
      accept=".pdf,application/pdf"
      multiple
      hidden
      aria-label="Choose PDFs"
      onChange={(event) => {
        onChoose([...(event.currentTarget.files ?? [])]);
        // So that choosing the same file again is a change again.
        event.currentTarget.value = "";
      }}
    />
  );
  return { input, choose: () => ref.current?.click() };
}
