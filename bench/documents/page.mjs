// The list of a very large library in a real browser: how long until its first rows are there, how smoothly it scrolls, and
// what the page then holds. There are no peers, because each would need a library of its own.
//
//   node page.mjs FOLDER OUTPUT    FOLDER as `search.sh` fills it, for the person `bench`

import { writeFileSync } from 'node:fs';

import { startBrowser } from '../../tests/browser/browser.mjs';
import { startDocuments } from '../../tests/browser/documents-alone.mjs';

const [data, output] = process.argv.slice(2);
/** For how long it is scrolled, in seconds. */
const seconds = 20;
/** How far in each frame, in pixels: some two screens a second, and more than one in a frame. */
const speeds = [['reading', 30], ['leafing', 900]];
const openings = 10;

const sorted = (values) => values.toSorted((one, other) => one - other);
const quantile = (values, part) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * part))];

/** From the request until the first row is on the screen, in ms. */
async function open(page, url) {
  const began = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('li[data-index="0"]').waitFor();
  return performance.now() - began;
}

/** Scrolls for a while, so far in each frame: how long each frame took, the most rows there were, how far it came. */
const scroll = (page, step) =>
  page.evaluate(
    ([step, millis]) =>
      new Promise((done) => {
        const frames = [];
        let [most, reached, begun, last] = [0, 0];
        const next = (now) => {
          begun ??= now;
          if (last !== undefined) frames.push(now - last);
          last = now;
          const rows = document.querySelectorAll('li[data-index]');
          most = Math.max(most, rows.length);
          reached = Math.max(reached, ...[...rows].map((row) => Number(row.dataset.index)));
          window.scrollBy(0, step);
          if (now - begun < millis) requestAnimationFrame(next);
          else done({ frames, most, reached });
        };
        requestAnimationFrame(next);
      }),
    [step, seconds * 1000],
  );

const documents = await startDocuments({ data });
const browser = await startBrowser();
const results = [];
const note = (measure, unit, ours) => {
  results.push({ measure, unit, better: 'lower', ours: Number(ours.toPrecision(3)), peers: {}, ratio: {} });
  console.log(`      ${measure}: ${results.at(-1).ours} ${unit}`);
};
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, extraHTTPHeaders: { 'test-person': 'bench' } });
  const page = await context.newPage();
  const times = [];
  for (let round = 0; round < openings; round++) times.push(await open(page, documents.url));
  note('page_first_rows', 'ms', quantile(times, 0.5));
  for (const [name, step] of speeds) {
    await open(page, documents.url);
    const { frames, most, reached } = await scroll(page, step);
    console.log(`      ${name}: ${frames.length} frames, as far as row ${reached}`);
    note(`page_${name}_frame_p50`, 'ms', quantile(frames, 0.5));
    note(`page_${name}_frame_p99`, 'ms', quantile(frames, 0.99));
    note(`page_${name}_frames_over_50_ms`, '%', (100 * frames.filter((frame) => frame > 50).length) / frames.length);
    note(`page_${name}_most_rows`, 'rows', most);
  }
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  note('page_heap', 'MiB', usedSize / 2 ** 20);
} finally {
  await browser.close();
  await documents.close();
}
writeFileSync(output, `${JSON.stringify(results, null, 2)}\n`);
