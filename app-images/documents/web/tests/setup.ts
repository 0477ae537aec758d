// What the browser has and jsdom lacks, and a clean page after each test.

import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// Generous, because the machine may be compiling beside.
configure({ asyncUtilTimeout: 15_000 });

vi.stubGlobal("matchMedia", (query: string): Partial<MediaQueryList> => ({
  // A wide screen, in the light.
  matches: query.includes("min-width"),
  media: query,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));

vi.stubGlobal(
  "ResizeObserver",
  class {
    observe() {
      return undefined;
    }
    unobserve() {
      return undefined;
    }
    disconnect() {
      return undefined;
    }
  },
);

Blob.prototype.arrayBuffer = function () {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => {
      resolve(reader.result as ArrayBuffer);
    };
    reader.readAsArrayBuffer(this);
  });
};

Object.defineProperty(document, "fonts", { value: new EventTarget() });

window.scrollTo = () => undefined;
// A list draws the rows that fit a window of this height.
Object.defineProperty(HTMLElement.prototype, "offsetHeight", { configurable: true, value: 85 });
Object.defineProperty(HTMLElement.prototype, "offsetWidth", { configurable: true, value: 800 });
Element.prototype.scrollIntoView = () => undefined;

afterEach(() => {
  cleanup();
  window.history.replaceState(null, "", "/");
});
