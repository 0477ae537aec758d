// What every test of the documents app's page asks of it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const web = createRequire(new URL('../../app-images/documents/web/package.json', import.meta.url));
const axe = readFileSync(web.resolve('axe-core/axe.min.js'), 'utf8');

/** The row of the document with this file name. */
export const row = (page, file) => page.locator('li[data-index]', { has: page.locator(`a[title="${file}"]`) });

/** Opens an address of the page, anew even where it differs in its fragment alone. */
export async function open(page, url) {
  await page.goto(url);
  await page.reload();
}

/** axe has nothing to object to, in the light and in the dark. */
export async function accessible(page, where) {
  await page.evaluate(axe);
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
    // Colours that are on their way from one to the other are none that anybody reads.
    await page.evaluate(() => Promise.allSettled(
      document.getAnimations().filter((each) => each instanceof CSSTransition).map(({ finished }) => finished),
    ));
    // pdf.js measures fonts on a canvas of no size that it puts beside the page.
    const { violations } = await page.evaluate(() => window.axe.run({ exclude: ['.hiddenCanvasElement'] }));
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    assert.deepEqual(found, [], `${where}, ${colorScheme}`);
  }
}

/** Nothing sticks out of a phone's screen. */
export async function fits(page, where) {
  const over = await atPhoneWidth(page, () => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `${where} is ${over} pixels too wide at 360`);
}

/** No box of a phone's screen hides, without a sign of it, what is too wide for it. */
export async function cutsNothingOff(page, where) {
  const cut = await atPhoneWidth(page, () => {
    const hides = (element) => {
      const { overflowX, textOverflow, position } = getComputedStyle(element);
      return ['hidden', 'clip'].includes(overflowX) && textOverflow !== 'ellipsis' && position !== 'absolute';
    };
    const isTooNarrow = (element) => element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1;
    const boxes = [...document.body.querySelectorAll('*')].filter((each) => each.textContent.trim() !== '');
    return boxes.filter((each) => isTooNarrow(each) && hides(each)).map((each) => each.textContent.slice(0, 60));
  });
  assert.deepEqual(cut, [], `${where} is cut off at 360`);
}

async function atPhoneWidth(page, look) {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  const seen = await page.evaluate(look);
  await page.setViewportSize(size);
  return seen;
}
