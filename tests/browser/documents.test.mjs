// The documents app as people use it: bring in, find, read, correct, sort, throw away. Runs after the main flow, whose
// administrator opens the app; or against any address that lets the browser in: DOCUMENTS_URL=http://127.0.0.1:8081; or, with
// DOCUMENTS_ALONE=1, against a service that it starts for itself.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { shoot, startBrowser } from './browser.mjs';
import { startDocuments } from './documents-alone.mjs';
import { accessible as isAccessible, fits as fitsIn, open as openIn, row as rowIn } from './documents-page.mjs';

const base = process.env.ATOLL_BASE_URL ?? 'http://atoll.localhost:8080';
const alone = process.env.DOCUMENTS_ALONE ? await startDocuments() : undefined;
const direct = process.env.DOCUMENTS_URL ?? alone?.url;
const documents = direct ?? base.replace('://', '://documents.');
const samples = fileURLToPath(new URL('../../app-images/documents/samples/', import.meta.url));
const ada = { email: 'admin@example.com', password: 'correct horse battery staple' };
const invoice = 'rechnung-rn-2026-0417.pdf';

let browser;
let page;
/** What the browser complained about: scripts that failed, and what the page's policy forbade. */
const complaints = [];

before(async () => {
  browser = await startBrowser();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
  });
  if (!direct) {
    await page.goto(`${base}/login`);
    await page.getByLabel('Email').fill(ada.email);
    await page.getByLabel('Password', { exact: true }).fill(ada.password);
    await page.locator('button[type=submit]').click();
    await page.getByRole('heading', { name: 'Your apps' }).waitFor();
    assert.equal(await page.evaluate(manageDocuments, ada.email), 200, 'the administrator may manage the app');
  }
  await page.goto(documents);
  await page.locator('input[type=file]').first().waitFor({ state: 'attached' });
});
after(async () => {
  await browser?.close();
  await alone?.close();
});

/** In the console: gives the person with this address the app's role `admin`. */
async function manageDocuments(email) {
  const { users } = await (await fetch('/api/v1/users')).json();
  const { id } = users.find((user) => user.email === email);
  const grant = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ role: 'admin' }) };
  return (await fetch(`/api/v1/apps/documents/grants/${id}`, grant)).status;
}

const button = (name) => page.getByRole('button', { name, exact: true });
const row = (file) => rowIn(page, file);
const open = (path = '/') => openIn(page, new URL(path, documents).href);
const accessible = (where) => isAccessible(page, where);
const fits = (where) => fitsIn(page, where);

test('PDFs are brought in, several at once, and read', async () => {
  const files = readdirSync(samples).filter((name) => name.endsWith('.pdf'));
  await page.locator('input[type=file]').first().setInputFiles(files.map((name) => join(samples, name)));
  for (const name of files) {
    await row(name).waitFor();
    await row(name).getByText(/Waiting|Reading/).waitFor({ state: 'detached' });
  }
  await shoot(page, 'documents-list');
  await fits('the list');
  await accessible('the list');
});

test('a word finds its document, and shows where it stands', async () => {
  await open();
  await row(invoice).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('Bremsbel');
  await page.locator('mark').first().waitFor();
  assert.equal(await page.locator('li[data-index]').count(), 1);
  assert.match(page.url(), /\?q=Bremsbel$/);
  await shoot(page, 'documents-search');
  await accessible('a search');
  await button('Clear the search').click();
  await page.locator('li[data-index]').nth(1).waitFor();
});

test('a document is read as it looks, its words can be found in it, and as text', async () => {
  await open();
  await row(invoice).locator('a').first().click();
  const sheet = page.getByLabel(/^Page 1 of/);
  await sheet.getByText('RN-2026-0417').first().waitFor();
  await page.getByLabel('Search in this document').fill('rechnung');
  await page.getByText(/^1\/\d+$/).waitFor();
  const drawn = await sheet.locator('canvas').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value, index) => index % 4 === 0 && value < 128);
  });
  assert.ok(drawn, 'the page is not blank');
  await shoot(page, 'documents-reader');
  await fits('the reader');
  await accessible('the reader');
  await page.getByText('Text', { exact: true }).click();
  await page.locator('section[aria-label^="Page 1 of"]').getByText('RN-2026-0417').first().waitFor();
  await accessible('the text');
});

test('a corrected title stays, with its author and its history', async () => {
  await open();
  await row(invoice).locator('a').first().focus();
  await page.keyboard.press('e');
  const title = page.getByRole('dialog').getByLabel('Title');
  await title.fill('Repair of the delivery bikes');
  await title.press('Enter');
  await page.getByRole('button', { name: 'Title: Repair of the delivery bikes. Edit' }).waitFor();
  await page.getByText('you', { exact: true }).waitFor();
  await button('History').click();
  await page.getByText(/the title .*Repair of the delivery bikes/).waitFor();
  await page.keyboard.press('Escape');
  await open();
  await page.getByRole('link', { name: 'Repair of the delivery bikes', exact: true }).waitFor();
});

test('a category is made, given to several at once, and filters the list', async () => {
  await open('/#/categories');
  await button('New category').click();
  await page.getByLabel(/^Name/).fill('Workshop');
  await shoot(page, 'documents-category');
  await accessible('a new category');
  await button('Create').click();
  await page.getByText('Filled by hand').waitFor();
  await page.keyboard.press('Escape');

  await open();
  await page.getByRole('checkbox').nth(0).check();
  await page.getByRole('checkbox').nth(1).check();
  const bar = page.getByRole('region', { name: 'Selected documents' });
  await bar.getByText('2 selected').waitFor();
  await shoot(page, 'documents-selected');
  await fits('the selection');
  await accessible('the selection');
  await bar.getByRole('button', { name: 'Categories' }).click();
  await page.getByRole('menuitem', { name: 'Workshop' }).first().waitFor();
  await shoot(page, 'documents-selected-categories');
  await accessible('the categories to give');
  await page.getByRole('menuitem', { name: 'Workshop' }).first().click();
  await page.getByText('Added to “Workshop”: 2 documents.').waitFor();

  await button('Filters').click();
  await page.getByLabel('Category', { exact: true }).selectOption({ label: 'Workshop (2)' });
  await button('Done').click();
  await page.getByText('2 matches').waitFor();
  await button('Remove the filter Workshop').click();
  await page.getByText('3 documents').waitFor();
});

test('what is thrown away can be taken back', async () => {
  await open();
  await row(invoice).getByRole('button', { name: /^Move to trash/ }).click();
  await button('Undo').click();
  await row(invoice).getByRole('button', { name: /^Move to trash/ }).click();
  await row(invoice).waitFor({ state: 'detached' });
  await open('/?trashed=true');
  await row(invoice).waitFor();
  await shoot(page, 'documents-trash');
  await accessible('the trash');
  await row(invoice).getByRole('button', { name: /^Restore/ }).click();
  await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
  await open();
  await row(invoice).waitFor();
});

test('the keyboard is enough', async () => {
  await open();
  await row(invoice).waitFor();
  await page.keyboard.press('j');
  await page.locator('li[data-index="0"] a:focus').first().waitFor();
  await page.keyboard.press('j');
  await page.locator('li[data-index="1"] a:focus').first().waitFor();
  await page.keyboard.press('x');
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await help.waitFor();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
  await page.keyboard.press('k');
  await page.locator('li[data-index="0"] a:focus').first().waitFor();
  await page.keyboard.press('Enter');
  // Once it has come, the dialog is called by the document's title.
  await page.getByRole('dialog').getByLabel(/^Page 1 of/).waitFor();
});

test('an administrator sees the settings, and what a provider needs', async () => {
  await open('/admin/');
  await page.getByLabel('Provider', { exact: true }).selectOption('anthropic');
  await page.getByLabel(/^Base URL/).waitFor();
  await shoot(page, 'documents-settings');
  await fits('the settings');
  await accessible('the settings');
});

test('the browser had nothing to complain about', () => {
  assert.deepEqual(complaints, []);
});
