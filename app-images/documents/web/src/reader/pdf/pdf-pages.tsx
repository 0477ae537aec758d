// The pages of an opened PDF, one below the other. Only those near the screen are drawn.

import { useElementSize } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef, useState } from "react";
import type { PDFDocumentProxy } from "./engine";
import { PdfPage, type PageSize } from "./pdf-page";
import classes from "./pdf.module.css";
import { PdfThumbnails } from "./pdf-thumbnails";
import { PdfToolbar } from "./pdf-toolbar";
import { useFind } from "./use-find";

/** Between two pages, in pixels. */
const GAP = 14;
/** A sheet of A4, in points: what a page is, until it says otherwise. */
const A4: PageSize = { width: 595, height: 842 };
/** The widest that a page is shown by itself, in pixels. */
const COMFORTABLE = 920;

export function PdfPages({ pdf }: { pdf: PDFDocumentProxy }) {
  const scroll = useRef<HTMLDivElement>(null);
  const { ref: room, width } = useElementSize<HTMLDivElement>();
  const [zoom, setZoom] = useState(1);
  const [thumbnails, setThumbnails] = useState(false);
  const { sizeOf, onSize, widest } = useSizes(pdf.numPages);
  const scale = (Math.min(Math.max(width - 2 * GAP, 200), COMFORTABLE) / widest) * zoom;
  const find = useFind(pdf);
  const pages = useVirtualizer({
    count: pdf.numPages,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => sizeOf(index).height * scale + GAP,
    paddingStart: GAP,
    overscan: 1,
  });
  useEffect(() => {
    pages.measure();
  }, [pages, scale, sizeOf]);
  const match = find.matches[find.current];
  useEffect(() => {
    if (match) pages.scrollToIndex(match.page, { align: "start" });
  }, [pages, match]);
  const shown = pages.getVirtualItems();
  const middle = (pages.scrollOffset ?? 0) + (pages.scrollRect?.height ?? 0) / 2;
  const here = shown.find(({ end }) => end > middle)?.index ?? 0;
  const show = (index: number) => {
    pages.scrollToIndex(index, { align: "start" });
  };
  return (
    <div className={classes.viewer}>
      <PdfToolbar
        page={here}
        pages={pdf.numPages}
        onPage={show}
        zoom={zoom}
        onZoom={setZoom}
        find={find}
        thumbnails={thumbnails}
        onThumbnails={setThumbnails}
      />
      <div className={classes.sheets}>
        {thumbnails && <PdfThumbnails pdf={pdf} current={here} onShow={show} />}
        {/* Focusable, so that the keyboard can scroll it. */}
        {/* eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex */}
        <div ref={scroll} className={classes.scroll} role="region" aria-label="Pages" tabIndex={0}>
          <div ref={room} className={classes.stack} style={{ height: pages.getTotalSize() }}>
            {shown.map((row) => (
              <div key={row.key} className={classes.slot} style={{ transform: `translateY(${row.start}px)` }}>
                <PdfPage
                  pdf={pdf}
                  index={row.index}
                  scale={scale}
                  size={sizeOf(row.index)}
                  onSize={onSize}
                  matches={find.matches}
                  current={match}
                />
              </div>
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

/** How large the pages are. Each says so when it is first drawn; until then it is taken to be like the first. */
function useSizes(pages: number) {
  const [sizes, setSizes] = useState<ReadonlyMap<number, PageSize>>(new Map());
  const sizeOf = useCallback((index: number) => sizes.get(index) ?? sizes.get(0) ?? A4, [sizes]);
  const onSize = useCallback((index: number, size: PageSize) => {
    setSizes((known) => {
      const before = known.get(index);
      if (before?.width === size.width && before.height === size.height) return known;
      return new Map(known).set(index, size);
    });
  }, []);
  const widest = pages === 0 ? A4.width : sizeOf(0).width;
  return { sizeOf, onSize, widest };
}
