// Small pictures of all pages, to go to one.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { PDFDocumentProxy, RenderTask } from "./engine";
import classes from "./pdf.module.css";

/** In pixels. */
const WIDTH = 92;
const ROW = 158;

interface Props {
  pdf: PDFDocumentProxy;
  current: number;
  onShow: (index: number) => void;
}

export function PdfThumbnails({ pdf, current, onShow }: Props) {
  const scroll = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: pdf.numPages,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 4,
  });
  useEffect(() => {
    rows.scrollToIndex(current, { align: "auto" });
  }, [rows, current]);
  return (
    <nav ref={scroll} className={classes.thumbnails} aria-label="Page thumbnails">
      <div className={classes.stack} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start }) => (
          <button
            key={key}
            type="button"
            className={classes.thumbnail}
            style={{ transform: `translateY(${start}px)` }}
            aria-label={`Go to page ${index + 1}`}
            aria-current={index === current ? "page" : undefined}
            onClick={() => {
              onShow(index);
            }}
          >
            <SmallPage pdf={pdf} index={index} />
            <span aria-hidden>{index + 1}</span>
          </button>
        ))}
      </div>
    </nav>
  );
}

function SmallPage({ pdf, index }: { pdf: PDFDocumentProxy; index: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let task: RenderTask | undefined;
    let gone = false;
    const draw = async () => {
      const page = await pdf.getPage(index + 1);
      if (gone || !canvas.current) return;
      const natural = page.getViewport({ scale: 1 });
      const viewport = page.getViewport({ scale: (WIDTH * (window.devicePixelRatio || 1)) / natural.width });
      canvas.current.width = Math.ceil(viewport.width);
      canvas.current.height = Math.min(Math.ceil(viewport.height), 4 * canvas.current.width);
      task = page.render({ canvas: canvas.current, viewport });
      await task.promise;
    };
    draw().catch(() => undefined);
    return () => {
      gone = true;
      task?.cancel();
    };
  }, [pdf, index]);
  return <canvas ref={canvas} aria-hidden />;
}
