// The text of a page as pdf.js reads it, cut as the text layer cuts it.

import type { PDFDocumentProxy } from "./engine";

export interface PageText {
  text: string;
  /** How long each of the text layer's elements is in it, the end of a line included. */
  lengths: number[];
}

const known = new WeakMap<PDFDocumentProxy, Map<number, Promise<PageText>>>();

/** The text of a page (from 0); read once. */
export function pageText(pdf: PDFDocumentProxy, page: number): Promise<PageText> {
  const pages = known.get(pdf) ?? new Map<number, Promise<PageText>>();
  known.set(pdf, pages);
  const text = pages.get(page) ?? readText(pdf, page);
  pages.set(page, text);
  return text;
}

async function readText(pdf: PDFDocumentProxy, index: number): Promise<PageText> {
  const page = await pdf.getPage(index + 1);
  const { items } = await page.getTextContent();
  const pieces = items.flatMap((item) => ("str" in item ? [item.str + (item.hasEOL ? "\n" : "")] : []));
  return { text: pieces.join(""), lengths: pieces.map((piece) => piece.length) };
}
