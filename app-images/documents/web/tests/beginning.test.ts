import { expect, test, vi } from "vitest";
import { digestOfBeginning } from "../src/uploads/beginning";

const BLOCK = 8 * 2 ** 20;

test("a beginning is hashed block by block, and its blocks' digests together", async () => {
  vi.stubGlobal("isSecureContext", true);
  const file = new File([new Uint8Array(BLOCK + 7).map((_, at) => at % 251)], "scan.pdf");
  // By another program, of the first block and of five bytes more.
  expect(await digestOfBeginning(file, BLOCK + 5)).toBe(
    "94f68b7e18557d14b8251d6891fb6248cb6132473299ae3dc1322adb042eb3cc",
  );
  expect(await digestOfBeginning(file, 0)).toBe(
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  vi.stubGlobal("isSecureContext", false);
  expect(await digestOfBeginning(file, 0)).toBeUndefined();
});
