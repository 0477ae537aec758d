// pdf.js, with everything that it may need from our own origin: its worker, its fonts, its character maps, its decoders.
//
// This file is loaded only when a document is opened: it is most of the page's weight.

import { getDocument, GlobalWorkerOptions, type PDFDocumentLoadingTask } from "pdfjs-dist";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?url";

GlobalWorkerOptions.workerSrc = workerUrl;

const files = {
  ...import.meta.glob<string>("/node_modules/pdfjs-dist/cmaps/*.bcmap", {
    query: "?url",
    import: "default",
    eager: true,
  }),
  ...import.meta.glob<string>("/node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}", {
    query: "?url",
    import: "default",
    eager: true,
  }),
  ...import.meta.glob<string>("/node_modules/pdfjs-dist/wasm/{jbig2,openjpeg}.wasm", {
    query: "?url",
    import: "default",
    eager: true,
  }),
};

/** By the name that pdf.js asks for: "FoxitFixed.pfb". */
const urlByName = new Map(
  Object.entries(files).map(([path, url]) => [path.slice(path.lastIndexOf("/") + 1), url]),
);

/** Gives pdf.js its files under the names that the build gave them. */
class BundledFiles {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const url = urlByName.get(filename);
    if (url === undefined) throw new Error(`pdf.js asks for a file that it does not bring: ${filename}`);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${filename} could not be loaded`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

/** How much of a file is asked for at a time, where the server sends parts, in bytes. */
const CHUNK = 256 * 1024;

/** Begins to open a PDF. Nothing in it is run: no script, no form, no link. */
export function openPdf(url: string): PDFDocumentLoadingTask {
  return getDocument({
    url,
    // Only what the pages on the screen need is asked for. A server that sends no parts sends the whole file.
    rangeChunkSize: CHUNK,
    disableAutoFetch: true,
    disableStream: true,
    BinaryDataFactory: BundledFiles,
    useWorkerFetch: false,
    // Only that they are set matters: the class above finds the files.
    cMapUrl: "bundled/",
    standardFontDataUrl: "bundled/",
    wasmUrl: "bundled/",
    enableXfa: false,
    // A picture larger than this, in pixels, is left out instead of taking all memory.
    maxImageSize: 64 * 2 ** 20,
  });
}

export { TextLayer } from "pdfjs-dist";
export type { PDFDocumentProxy, PDFPageProxy, RenderTask } from "pdfjs-dist";
