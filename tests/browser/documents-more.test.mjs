// What the page of documents offers beyond the daily round: folders, many uploads, uploads in pieces, views, everything that a
// filter matches, ZIPs, imports, webhooks, and what it does where something fails. Needs the service alone: DOCUMENTS_ALONE=1.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { shoot, startBrowser } from './browser.mjs';
import { startDocuments } from './documents-alone.mjs';
import { accessible as isAccessible, fits as fitsIn, open as openIn, row as rowIn } from './documents-page.mjs';
import { pdf, zip } from './files.mjs';

const manual = fileURLToPath(new URL('../../app-images/documents/samples/manual-mahlwerk-m2.pdf', import.meta.url));
const skip = process.env.DOCUMENTS_ALONE ? false : 'it starts the service itself: DOCUMENTS_ALONE=1';

let service;
let browser;
let page;
let folder;

before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), 'documents-browser-'));
  service = await startDocuments();
  browser = await startBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
});
after(async () => {
  await browser?.close();
  await service?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const button = (name) => page.getByRole('button', { name, exact: true });
const row = (file) => rowIn(page, file);
const open = (path = '/') => openIn(page, new URL(path, service.url).href);
const accessible = (where) => isAccessible(page, where);
const fits = (where) => fitsIn(page, where);

/** Puts a file on the disk, in folders of its own where its name has them. */
function file(name, bytes) {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

test('an empty library says what to do, and where those who come from elsewhere begin', { skip }, async () => {
  await open();
  await page.getByRole('heading', { name: 'Bring in your first PDFs' }).waitFor();
  await shoot(page, 'documents-empty');
  await fits('the empty library');
  await accessible('the empty library');
  await page.getByRole('link', { name: /paperless-ngx/ }).click();
  await page.getByRole('dialog', { name: 'Import from paperless-ngx' }).waitFor();
});

test('an export of paperless-ngx comes in, and what was left out is named with its reason', { skip }, async () => {
  await open('/#/import');
  await button('Choose a ZIP file').waitFor();
  await shoot(page, 'documents-import');
  await fits('the import');
  await accessible('the import');
  const input = page.locator('input[accept^=".zip"]');
  await input.setInputFiles({ name: 'no.zip', mimeType: 'application/zip', buffer: Buffer.from('no zip') });
  await page.getByText(/no export of paperless-ngx: it is not a ZIP file/).waitFor();
  await button('Try again').click();

  const document = (name, title) => ({
    model: 'documents.document', pk: 1, __exported_file_name__: name,
    fields: { title, created: '2024-12-24', correspondent: 1, tags: [], original_filename: name },
  });
  const manifest = [
    { model: 'documents.correspondent', pk: 1, fields: { name: 'Stadtwerke' } },
    document('bill.pdf', 'The bill'), document('notes.txt', 'Notes'), document('copy.pdf', 'The bill again'),
  ];
  const bill = pdf('A bill from paperless');
  const archive = zip({ 'manifest.json': JSON.stringify(manifest), 'bill.pdf': bill, 'notes.txt': 'no pdf', 'copy.pdf': bill });
  await input.setInputFiles({ name: 'export.zip', mimeType: 'application/zip', buffer: archive });
  await page.getByText('1 document imported').waitFor();
  const left = page.getByRole('list', { name: 'Left out' });
  await left.getByText('notes.txt', { exact: true }).waitFor();
  assert.match(await left.innerText(), /not a PDF/);
  await page.getByRole('list', { name: 'Here before' }).getByRole('link', { name: 'copy.pdf' }).waitFor();
  await shoot(page, 'documents-imported');
  await fits('the result of an import');
  await accessible('the result of an import');
  await page.getByRole('link', { name: 'copy.pdf' }).click();
  await page.getByRole('button', { name: 'Sender: Stadtwerke. Edit' }).waitFor();
});

test('a webhook is added, tried, shows what came of it, and is deleted', { skip }, async () => {
  const told = [];
  const receiver = http.createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      told.push({ headers: request.headers, body: JSON.parse(Buffer.concat(pieces)) });
      response.writeHead(told.length === 1 ? 500 : 204).end();
    });
  });
  await new Promise((listening) => receiver.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${receiver.address().port}/hook`;
  await open('/#/webhooks');
  await button('New webhook').click();
  await page.getByLabel(/^Address/).fill('https://elsewhere.example/hook');
  await button('Add').click();
  await page.getByText(/it must begin with http:\/\//).waitFor();
  await page.getByLabel(/^Address/).fill(url);
  assert.match(await page.getByLabel(/^Secret/).inputValue(), /^[0-9a-f]{64}$/);
  await shoot(page, 'documents-webhook');
  await fits('a new webhook');
  await accessible('a new webhook');
  await button('Add').click();
  await page.getByText('Nothing was sent yet').waitFor();
  await button(`Test ${url}`).click();
  await page.getByText(/answered 500/).waitFor();
  await shoot(page, 'documents-webhooks');
  await fits('the webhooks');
  await accessible('the webhooks');
  await button(`Test ${url}`).click();
  await page.getByText(/^Delivered/).waitFor();
  assert.deepEqual(told[1].body, { event: 'test' });
  assert.match(told[1].headers['documents-signature'], /^sha256=[0-9a-f]{64}$/);
  await button(`Delete ${url}`).click();
  await button('Delete').click();
  await page.getByRole('list', { name: 'Webhooks' }).waitFor({ state: 'detached' });
  receiver.close();
  receiver.closeAllConnections();
});

test('a folder is taken with its folders, and what is no PDF is left out and counted', { skip }, async () => {
  await open();
  file('in/one.pdf', pdf('The first in a folder'));
  file('in/deeper/two.pdf', pdf('The second, deeper'));
  file('in/readme.txt', 'no pdf');
  await page.getByLabel('Choose a folder').setInputFiles(join(folder, 'in'));
  await page.getByText('1 file in the folder left out: only PDFs are taken.').waitFor();
  await row('one.pdf').waitFor();
  await row('two.pdf').waitFor();
});

test('dropped files are uploaded, and the same bytes again lead to the document that is there', { skip }, async () => {
  await open();
  const drop = async (name, bytes) => {
    const transfer = await page.evaluateHandle(([name, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name, { type: 'application/pdf' }));
      return data;
    }, [name, bytes.toString('base64')]);
    await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
    await page.getByText('Drop your PDFs or folders here').waitFor();
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  };
  await drop('dropped.pdf', pdf('Dropped on the page'));
  await row('dropped.pdf').waitFor();
  await drop('again.pdf', pdf('Dropped on the page'));
  await page.getByRole('list', { name: 'Uploads' }).getByRole('link', { name: 'Open it' }).click();
  await page.getByRole('dialog').getByLabel(/^Page 1 of/).waitFor();
});

test('two hundred files are sent, each with its progress, and all are there', { skip }, async () => {
  await open();
  const files = Array.from({ length: 200 }, (_, number) => file(`many/many-${number}.pdf`, pdf(`Number ${number} of many`)));
  await page.getByLabel('Choose PDFs').setInputFiles(files);
  await page.getByRole('list', { name: 'Uploads' }).waitFor();
  await shoot(page, 'documents-uploading');
  await page.getByRole('list', { name: 'Uploads' }).waitFor({ state: 'detached', timeout: 120_000 });
  await page.getByText('204 documents').waitFor({ timeout: 60_000 });
});

test('of a long list only the rows near the screen exist, and scrolling reaches its end', { skip }, async () => {
  await open('/?sort=oldest');
  await row('bill.pdf').waitFor();
  let most = 0;
  for (let reached = 0; reached < 203; ) {
    const rows = await page.locator('li[data-index]').evaluateAll((all) => all.map((each) => Number(each.dataset.index)));
    most = Math.max(most, rows.length);
    reached = Math.max(reached, ...rows);
    await page.mouse.wheel(0, 1500);
  }
  assert.ok(most < 50, `${most} rows at once`);
  await page.keyboard.press('j');
  await page.locator('li[data-index] a:focus').waitFor();
});

test('a large file goes on where the connection broke', { skip }, async () => {
  await open();
  const offsets = [];
  let broken = false;
  await page.route('**/api/uploads/*', async (route) => {
    const request = route.request();
    if (request.method() !== 'PATCH') return route.continue();
    offsets.push(Number(request.headers()['upload-offset']));
    if (offsets.length !== 2 || broken) return route.continue();
    broken = true;
    return route.abort('connectionreset');
  });
  // Comments behind a PDF's end are part of the file, not of the document.
  const bytes = Buffer.concat([pdf('A large one'), Buffer.alloc(30 * 2 ** 20, '%\n')]);
  await page.getByLabel('Choose PDFs').setInputFiles(file('large.pdf', bytes));
  await row('large.pdf').waitFor({ timeout: 60_000 });
  await page.unroute('**/api/uploads/*');
  const piece = 8 * 2 ** 20;
  assert.deepEqual(offsets, [0, piece, piece, 2 * piece, 3 * piece]);
});

test('a large file that is chosen again after the page was loaded anew goes on where it stopped', { skip }, async () => {
  await open();
  const offsets = [];
  let cut = true;
  await page.route('**/api/uploads/*', async (route) => {
    const request = route.request();
    if (request.method() !== 'PATCH') return route.continue();
    const offset = Number(request.headers()['upload-offset']);
    if (cut && offset > 0) return route.abort('connectionreset');
    offsets.push(offset);
    return route.continue();
  });
  const path = file('reloaded.pdf', Buffer.concat([pdf('A large one before a reload'), Buffer.alloc(20 * 2 ** 20, '%\n')]));
  await Promise.all([
    page.waitForEvent('requestfailed', (request) => request.url().includes('/api/uploads/')),
    page.getByLabel('Choose PDFs').setInputFiles(path),
  ]);
  await open();
  cut = false;
  await page.getByLabel('Choose PDFs').setInputFiles(path);
  await row('reloaded.pdf').waitFor({ timeout: 60_000 });
  await page.unroute('**/api/uploads/*');
  const piece = 8 * 2 ** 20;
  assert.deepEqual(offsets, [0, piece, 2 * piece]);
  await row('reloaded.pdf').getByRole('button', { name: /^Move to trash/ }).click();
  await row('reloaded.pdf').waitFor({ state: 'detached' });
});

test('a view keeps a search under a name', { skip }, async () => {
  await open('/?q=many');
  await page.getByText('200 matches').waitFor();
  await button('Saved views').click();
  await page.getByRole('menuitem', { name: 'Save this view' }).click();
  await page.getByLabel(/^Name/).fill('Many');
  await button('Save').click();
  await open();
  await button('Saved views').click();
  await page.getByRole('menuitem', { name: 'Many', exact: true }).waitFor();
  await shoot(page, 'documents-views');
  await fits('the saved views');
  await accessible('the saved views');
  await page.getByRole('menuitem', { name: 'Many', exact: true }).click();
  await page.getByText('200 matches').waitFor();
});

test('everything that a filter matches is read again, downloaded and thrown away at once, and nothing else', { skip }, async () => {
  await open('/?q=many');
  await page.getByText('200 matches').waitFor();
  await page.getByRole('checkbox').first().check();
  await button('Select all 200').click();
  const bar = page.getByRole('region', { name: 'Selected documents' });
  await bar.getByText('All 200 selected').waitFor();
  await bar.getByRole('button', { name: 'Read again' }).click();
  await page.getByText('Put in line to be read again: 200 documents.').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), bar.getByRole('button', { name: 'Download' }).click()]);
  const bytes = readFileSync(await download.path());
  assert.equal(bytes.subarray(0, 2).toString(), 'PK');
  assert.equal(bytes.toString('latin1').split('many-').length - 1, 400, 'each name stands in its entry and in the directory');
  await bar.getByRole('button', { name: 'Move to trash' }).click();
  await page.getByText('Moved to the trash: 200 documents.').waitFor();
  await open();
  await page.getByText('5 documents').waitFor();
  await open('/?trashed=true');
  await page.getByText('201 documents').waitFor();
  await page.getByRole('checkbox').first().check();
  await button('Select all 201').click();
  await button('Delete for good').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
  await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
});

test('a rule fills its category as soon as a document that fits is read', { skip }, async () => {
  await open('/#/categories');
  await button('New category').click();
  await page.getByLabel(/^Name/).fill('Harbour');
  await button('Add a rule').click();
  await page.getByLabel('Look at').selectOption('text');
  await page.getByLabel('Words').fill('hafen');
  await button('Create').click();
  await page.getByText('Text contains “hafen”').waitFor();
  await open();
  await page.getByLabel('Choose PDFs').setInputFiles(file('harbour.pdf', pdf('Am HAFEN ist es windig')));
  await row('harbour.pdf').getByText('Harbour').waitFor();
});

test('where pdf.js cannot show a file, the service’s own pictures are shown', { skip }, async () => {
  await open();
  await page.getByLabel('Choose PDFs').setInputFiles(manual);
  await row('manual-mahlwerk-m2.pdf').getByText(/Waiting|Reading/).waitFor({ state: 'detached' });
  await page.route('**/api/documents/*/file', (route) => route.fulfill({ status: 200, body: 'no pdf', contentType: 'application/pdf' }));
  await row('manual-mahlwerk-m2.pdf').locator('a').first().click();
  const picture = page.getByRole('dialog').getByRole('img', { name: /Page 1/ }).first();
  await picture.waitFor();
  await page.waitForFunction((image) => image.complete && image.naturalWidth > 100, await picture.elementHandle());
  await page.unroute('**/api/documents/*/file');
});

test('where the server sends parts of a file, only the parts that a page needs are asked for', { skip }, async () => {
  const bytes = pdf('A large file with one small page', 6 * 2 ** 20);
  await open();
  await page.getByLabel('Choose PDFs').setInputFiles(file('sparse.pdf', bytes));
  await row('sparse.pdf').getByText(/Waiting|Reading/).waitFor({ state: 'detached' });
  let asked = 0;
  await page.route('**/api/documents/*/file', (route) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(route.request().headers().range ?? '');
    const headers = { 'content-type': 'application/pdf', 'accept-ranges': 'bytes' };
    if (!range) return route.fulfill({ status: 200, headers: { ...headers, 'content-length': String(bytes.length) }, body: bytes });
    const body = bytes.subarray(Number(range[1]), Number(range[2]) + 1);
    asked += body.length;
    return route.fulfill({ status: 206, headers: { ...headers, 'content-range': `bytes ${range[1]}-${Number(range[1]) + body.length - 1}/${bytes.length}` }, body });
  });
  await row('sparse.pdf').locator('a').first().click();
  await page.getByLabel(/^Page 1 of/).getByText('A large file with one small page').waitFor();
  assert.ok(asked > 0 && asked < bytes.length / 4, `${asked} of ${bytes.length} bytes`);
  await page.unroute('**/api/documents/*/file');
});

test('what cannot be reached says so, and can be tried again', { skip }, async () => {
  await page.route('**/api/documents?*', (route) => route.abort('connectionrefused'));
  await open();
  await page.getByText('The list could not be loaded').waitFor();
  await shoot(page, 'documents-unreachable');
  await page.unroute('**/api/documents?*');
  await button('Try again').click();
  await row('harbour.pdf').waitFor();
});

test('what happens in another window shows at once, and what a person typed outlives reading', { skip }, async () => {
  await open();
  await row('harbour.pdf').waitFor();
  const elsewhere = await (await browser.newContext()).newPage();
  await openIn(elsewhere, service.url);
  await rowIn(elsewhere, 'harbour.pdf').locator('a').first().click();
  await elsewhere.getByRole('button', { name: /^(Add Sender|Sender: .*Edit)$/ }).click();
  await elsewhere.getByRole('dialog').getByLabel('Sender', { exact: true }).fill('Harbour office');
  await elsewhere.keyboard.press('Enter');
  await row('harbour.pdf').getByText(/Harbour office/).waitFor();
  await elsewhere.getByRole('button', { name: 'Read again' }).click();
  await elsewhere.getByRole('button', { name: 'Sender: Harbour office. Edit' }).waitFor();
  await elsewhere.getByRole('button', { name: 'Sender: use what was read instead' }).click();
  await elsewhere.getByRole('button', { name: 'Sender: Harbour office. Edit' }).waitFor({ state: 'detached' });
  await elsewhere.context().close();
});

test('who is no administrator finds no settings', { skip }, async () => {
  const context = await browser.newContext({ extraHTTPHeaders: { 'test-person': 'ben' } });
  const his = await context.newPage();
  await his.goto(`${service.url}/admin/`);
  await his.getByText('Settings are for administrators').waitFor();
  await his.goto(service.url);
  await his.getByRole('heading', { name: 'Bring in your first PDFs' }).waitFor();
  await context.close();
});
