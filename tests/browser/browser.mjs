// A real browser for the tests: Debian's Chromium, driven by Playwright.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

/** Where screenshots go. */
export const out = process.env.PLAYWRIGHT_OUT ?? 'target/e2e/browser';

/** Starts Chromium. Each person then gets a context of its own: own cookies, own windows. */
export function startBrowser() {
  mkdirSync(out, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      // Because Chromium refuses its sandbox to root, and the tests' machine needs root.
      ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Saves what a page shows: as it is, in the dark, and at a phone's width; with `fullPage` also what is below the screen. */
export async function shoot(page, name, { fullPage = false } = {}) {
  const size = page.viewportSize();
  for (const [suffix, scheme, width] of [['light', 'light', 1280], ['dark', 'dark', 1280], ['phone', 'light', 360]]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 800 });
    // What sticks to the top of the screen would else be drawn in the middle of the page.
    if (fullPage) await page.evaluate(() => window.scrollTo(0, 0));
    await page.screenshot({ path: join(out, `${name}-${suffix}.png`), animations: 'disabled', fullPage });
  }
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: 'light' });
}
