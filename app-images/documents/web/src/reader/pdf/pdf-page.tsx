// One page: its picture on a canvas, and its text above it, invisible but there to select and to find.

import { useEffect, useRef, useState } from "react";
import { piecesOf, type Match } from "./find";
import { TextLayer, type PDFDocumentProxy, type RenderTask } from "./engine";
import { mark } from "./marks";
import { pageText } from "./page-text";
import classes from "./pdf.module.css";

export interface PageSize {
  width: number;
  height: number;
}

interface Props {
  pdf: PDFDocumentProxy;
  /** From 0. */
  index: number;
  scale: number;
  size: PageSize;
  onSize: (index: number, size: PageSize) => void;
  matches: readonly Match[];
  current: Match | undefined;
}

export function PdfPage({ pdf, index, scale, size, onSize, matches, current }: Props) {
  const canvas = usePicture(pdf, index, scale, onSize);
  const { layer, elements } = useText(pdf, index);
  useMarks(pdf, index, elements, matches, current);
  return (
    <section
      className={classes.page}
      aria-label={`Page ${index + 1} of ${pdf.numPages}`}
      style={{
        width: size.width * scale,
        height: size.height * scale,
        // pdf.js's text layer measures itself by this.
        ["--total-scale-factor" as string]: scale,
      }}
    >
      <canvas ref={canvas} className={classes.canvas} aria-hidden />
      <div ref={layer} className="textLayer" />
    </section>
  );
}

/** Draws the page; answers with the canvas on which it does. */
function usePicture(pdf: PDFDocumentProxy, index: number, scale: number, onSize: Props["onSize"]) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let task: RenderTask | undefined;
    let gone = false;
    const draw = async () => {
      const page = await pdf.getPage(index + 1);
      const natural = page.getViewport({ scale: 1 });
      onSize(index, { width: natural.width, height: natural.height });
      if (gone || !canvas.current) return;
      const viewport = page.getViewport({ scale: scale * sharpness(natural, scale) });
      canvas.current.width = Math.ceil(viewport.width);
      canvas.current.height = Math.ceil(viewport.height);
      task = page.render({ canvas: canvas.current, viewport });
      await task.promise;
    };
    // A page that cannot be drawn stays white; its text may still be there.
    draw().catch(() => undefined);
    return () => {
      gone = true;
      task?.cancel();
    };
  }, [pdf, index, scale, onSize]);
  return canvas;
}

/** The most pixels of one canvas: phones refuse more. */
const MOST_PIXELS = 16 * 2 ** 20;

/** Pixels of the canvas for one of the page: as the screen has, but no more than a canvas may have. */
function sharpness({ width, height }: PageSize, scale: number): number {
  const most = Math.sqrt(MOST_PIXELS / (width * height * scale * scale));
  return Math.min(window.devicePixelRatio || 1, most);
}

/** Puts the text into a layer; answers with it, and with its elements once they are there. */
function useText(pdf: PDFDocumentProxy, index: number) {
  const layer = useRef<HTMLDivElement>(null);
  const [elements, setElements] = useState<HTMLElement[]>();
  useEffect(() => {
    const container = layer.current;
    if (!container) return;
    let text: TextLayer | undefined;
    let gone = false;
    const fill = async () => {
      const page = await pdf.getPage(index + 1);
      if (gone) return;
      text = new TextLayer({
        textContentSource: page.streamTextContent(),
        container,
        viewport: page.getViewport({ scale: 1 }),
      });
      await text.render();
      setElements(text.textDivs);
    };
    fill().catch(() => undefined);
    return () => {
      gone = true;
      text?.cancel();
      container.replaceChildren();
      setElements(undefined);
    };
  }, [pdf, index]);
  return { layer, elements };
}

function useMarks(
  pdf: PDFDocumentProxy,
  index: number,
  elements: HTMLElement[] | undefined,
  matches: readonly Match[],
  current: Match | undefined,
) {
  useEffect(() => {
    const here = matches.filter(({ page }) => page === index);
    if (!elements || here.length === 0) return;
    let gone = false;
    let unmark: () => void = () => undefined;
    void pageText(pdf, index).then(({ lengths }) => {
      if (gone) return;
      const ranges = (match: Match) => rangesOf(elements, piecesOf(lengths, match.start, match.end));
      unmark = mark(here.flatMap(ranges), here.filter((match) => match === current).flatMap(ranges));
    });
    return () => {
      gone = true;
      unmark();
    };
  }, [pdf, index, elements, matches, current]);
}

function rangesOf(elements: HTMLElement[], pieces: ReturnType<typeof piecesOf>): Range[] {
  return pieces.flatMap(({ piece, from, to }) => {
    const text = elements[piece]?.firstChild;
    if (!(text instanceof Text)) return [];
    const range = document.createRange();
    range.setStart(text, Math.min(from, text.length));
    range.setEnd(text, Math.min(to, text.length));
    return [range];
  });
}
