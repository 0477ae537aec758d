// Searching in an opened PDF: the words, the places, and which of them is looked at.

import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useMemo, useState } from "react";
import type { PDFDocumentProxy } from "./engine";
import { findIn, type Match } from "./find";
import { pageText } from "./page-text";

export interface Find {
  words: string;
  setWords: (words: string) => void;
  matches: Match[];
  /** The place that is looked at; -1 if there is none. */
  current: number;
  step: (by: 1 | -1) => void;
  busy: boolean;
}

const NONE: readonly string[] = [];

export function useFind(pdf: PDFDocumentProxy): Find {
  const [words, setWordsNow] = useState("");
  const [wanted] = useDebouncedValue(words.trim(), 200);
  const [place, setPlace] = useState(0);
  const texts = useTexts(pdf, wanted !== "");
  const matches = useMemo(() => findIn(texts ?? NONE, wanted), [texts, wanted]);
  const current = matches.length === 0 ? -1 : place % matches.length;
  return {
    words,
    setWords: (next) => {
      setWordsNow(next);
      setPlace(0);
    },
    matches,
    current,
    step: (by) => {
      setPlace((current + by + matches.length) % Math.max(matches.length, 1));
    },
    busy: wanted !== "" && texts === undefined,
  };
}

/** The text of all pages, read when it is first wanted. */
function useTexts(pdf: PDFDocumentProxy, wanted: boolean): string[] | undefined {
  const [read, setRead] = useState<{ pdf: PDFDocumentProxy; texts: string[] }>();
  const known = read?.pdf === pdf ? read.texts : undefined;
  useEffect(() => {
    if (!wanted || known) return;
    let gone = false;
    void readAll(pdf, () => gone).then((texts) => {
      if (!gone) setRead({ pdf, texts });
    });
    return () => {
      gone = true;
    };
  }, [pdf, wanted, known]);
  return known;
}

async function readAll(pdf: PDFDocumentProxy, gone: () => boolean): Promise<string[]> {
  const texts: string[] = [];
  for (let page = 0; page < pdf.numPages && !gone(); page += 1) {
    // A page that cannot be read has no text.
    texts.push(
      await pageText(pdf, page).then(
        ({ text }) => text,
        () => "",
      ),
    );
  }
  return texts;
}
