// The settings of the documents app, as an administrator meets them: the AI provider and the way to it, the key that is never shown,
// limits that hold at once, a settings file that somebody broke; and the export, which is for everybody. Needs the service
// alone: DOCUMENTS_ALONE=1.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { shoot, startBrowser } from './browser.mjs';
import { startDocuments } from './documents-alone.mjs';
import { accessible as isAccessible, cutsNothingOff, fits as fitsIn, open as openIn, row as rowIn } from './documents-page.mjs';
import { pdf, unzip } from './files.mjs';
import { startProvider, startWayOut } from './stand-ins.mjs';

const skip = process.env.DOCUMENTS_ALONE ? false : 'it starts the service itself: DOCUMENTS_ALONE=1';
const KEY = 'sk-0123456789wxyz';
const MODEL = 'small-but-fine';

let provider;
let wayOut;
let service;
let browser;
let page;
/** What the browser was told, in full, since the key was entered. */
const told = [];

before(async () => {
  if (skip) return;
  provider = await startProvider({ key: KEY, model: MODEL, title: 'Two lamps for the studio' });
  wayOut = await startWayOut([provider.host]);
  service = await startDocuments({ env: { HTTP_PROXY: `http://${wayOut.host}`, HTTPS_PROXY: `http://${wayOut.host}` } });
  browser = await startBrowser();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true })).newPage();
  page.setDefaultTimeout(20_000);
  page.on('response', async (response) => {
    if (response.url().includes('/admin/api/')) told.push(await response.text().catch(() => ''));
  });
});
after(async () => {
  await browser?.close();
  await service?.close();
  wayOut?.close();
  provider?.close();
});

const button = (name) => page.getByRole('button', { name, exact: true });
const row = (file) => rowIn(page, file);
const open = (path = '/') => openIn(page, new URL(path, service.url).href);
const accessible = (where) => isAccessible(page, where);
const fits = async (where) => {
  await fitsIn(page, where);
  await cutsNothingOff(page, where);
};

/** The settings as the file has them. */
const stored = () => JSON.parse(readFileSync(join(service.data, 'settings.json'), 'utf8'));

async function save() {
  await button('Save').click();
  await page.getByText(/^Saved/).first().waitFor();
}

/** Tests the connection and answers with what the page then says. */
async function testConnection() {
  const [answer] = await Promise.all([page.waitForResponse('**/admin/api/settings/test'), button('Test connection').click()]);
  const { message } = await answer.json();
  const status = page.getByRole('status').filter({ hasText: message });
  await status.waitFor();
  return status;
}

test('the settings begin with the built-in rules alone', { skip }, async () => {
  await open('/admin/');
  await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
  assert.equal(await page.getByLabel('Provider', { exact: true }).inputValue(), '');
  assert.equal(await button('Test connection').count(), 0, 'there is nothing to test');
  await shoot(page, 'documents-settings-none');
  await fits('the settings without a provider');
  await accessible('the settings without a provider');
});

test('a provider that the platform does not let the app reach is named with the line that the operator has to add', { skip }, async () => {
  await page.getByLabel('Provider', { exact: true }).selectOption('anthropic');
  await page.getByLabel(/^Model/).fill(MODEL);
  await page.getByLabel('API key').fill(KEY);
  await page.getByLabel('The provider is in our own network').check();
  for (const [address, line] of [
    ['https://api.anthropic.com', 'egress: [{host: api.anthropic.com, port: 443}]'],
    ['http://192.168.1.20:11434', 'egress: [{host: 192.168.1.20, port: 11434}]'],
  ]) {
    await page.getByLabel(/^Base URL/).fill(address);
    await (await testConnection()).getByText(/does not let this app reach the provider/).waitFor();
    const alert = page.getByRole('alert').filter({ hasText: 'The operator has to add a line' });
    await alert.getByText(line, { exact: true }).waitFor();
  }
  await shoot(page, 'documents-settings-unlisted', { fullPage: true });
  await fits('the line for the operator');
  await accessible('the line for the operator');
});

test('a provider that refuses is quoted in its own words', { skip }, async () => {
  await page.getByLabel('Provider', { exact: true }).selectOption('openai');
  await page.getByLabel(/^Base URL/).fill(`http://${provider.host}/v1`);
  await page.getByLabel('API key').fill('sk-wrong');
  await (await testConnection()).getByText(/Incorrect API key provided/).waitFor();
  await page.getByLabel('API key').fill(KEY);
  await page.getByLabel(/^Model/).fill('unheard-of');
  await (await testConnection()).getByText(/The model 'unheard-of' does not exist/).waitFor();
  await shoot(page, 'documents-settings-refused', { fullPage: true });
  await fits('a refused connection');
  await accessible('a refused connection');
});

test('a provider that answers is stored with its prompt and its key, which is shown as a mask from then on', { skip }, async () => {
  await page.getByLabel(/^Model/).fill(MODEL);
  await page.getByLabel('Price of a million tokens read').fill('1.00');
  await page.getByLabel('Price of a million tokens written').fill('5.00');
  await page.getByLabel('Additional instructions').fill('Lamps belong to the studio.');
  await (await testConnection()).getByText(/described the sample: “Two lamps for the studio”.*cost/).waitFor();
  await shoot(page, 'documents-settings-tested', { fullPage: true });
  await accessible('a connection that works');
  assert.throws(stored, 'a test stores nothing');
  await save();
  await page.getByText('Stored: ****wxyz').waitFor();
  assert.equal(await page.getByLabel('API key').inputValue(), '');
  assert.deepEqual([stored().ai.api_key, stored().prompt], [KEY, 'Lamps belong to the studio.']);
  await open('/admin/');
  await page.getByText('Stored: ****wxyz').waitFor();
  await page.getByLabel(/^Longest answer/).fill('90');
  await save();
  assert.deepEqual([stored().ai.api_key, stored().ai.timeout_secs], [KEY, 90], 'another change keeps the key');
  assert.ok(told.length > 5 && told.every((answer) => !answer.includes(KEY)), 'the key left the service');
});

test('the stored key goes to no other server, and another address asks for it again', { skip }, async () => {
  await page.getByLabel(/^Base URL/).fill('https://elsewhere.example');
  await button('Save').click();
  await page.getByRole('alert').filter({ hasText: 'Not saved' }).waitFor();
  await shoot(page, 'documents-settings-not-saved', { fullPage: true });
  await fits('settings that were not saved');
  await accessible('settings that were not saved');
  assert.equal(stored().ai.base_url, `http://${provider.host}/v1`);
});

test('a document that comes now is described by the provider, with the prompt, and says what that cost', { skip }, async () => {
  await open();
  await page.getByLabel('Choose PDFs').first().setInputFiles({ name: 'lamps.pdf', mimeType: 'application/pdf', buffer: pdf('Two lamps, 118.00 EUR') });
  await row('lamps.pdf').getByText('Two lamps for the studio').waitFor();
  assert.match(JSON.stringify(provider.asked.at(-1).messages), /Lamps belong to the studio/);
  await row('lamps.pdf').locator('a').first().click();
  await page.getByRole('dialog').getByText(MODEL).first().waitFor();
  await shoot(page, 'documents-described');
  await fits('what the provider found');
  await accessible('what the provider found');
});

test('a smaller limit holds for the next file', { skip }, async () => {
  await open('/admin/');
  await page.getByLabel('Largest file, in MiB').fill('1');
  await save();
  await open();
  await page.getByLabel('Choose PDFs').first().setInputFiles({ name: 'big.pdf', mimeType: 'application/pdf', buffer: pdf('Too large', 2 ** 21) });
  await page.getByText(/is larger than 1 MiB, the most that one file may have/).waitFor();
  await shoot(page, 'documents-too-large');
  await accessible('a file that is too large');
});

test('a settings file that somebody broke says so where it is, keeps what held before, and is mended by saving', { skip }, async () => {
  writeFileSync(join(service.data, 'settings.json'), '{"trash_days": 7,');
  await open('/admin/');
  const alert = page.getByRole('alert').filter({ hasText: 'The settings file is broken' });
  for (let tries = 0; (await alert.count()) === 0 && tries < 10; tries += 1) {
    await page.waitForTimeout(1000);
    await open('/admin/');
    await page.getByLabel('Days in the trash').waitFor();
  }
  assert.match(await alert.innerText(), /no JSON at line 1, column 17.*The last good settings hold/s);
  assert.equal(await page.getByLabel('Days in the trash').inputValue(), '30');
  assert.equal(await page.getByLabel('Largest file, in MiB').inputValue(), '1');
  await page.getByText('Stored: ****wxyz').waitFor();
  await shoot(page, 'documents-settings-broken', { fullPage: true });
  await fits('a broken settings file');
  await accessible('a broken settings file');
  await save();
  await alert.waitFor({ state: 'detached' });
  assert.deepEqual([stored().trash_days, stored().ai.api_key], [30, KEY]);
});

test('who is no administrator sees neither the settings nor a way to them', { skip }, async () => {
  const context = await browser.newContext({ extraHTTPHeaders: { 'test-person': 'ben' }, viewport: { width: 1280, height: 800 } });
  const his = await context.newPage();
  await his.goto(`${service.url}/admin/`);
  await his.getByText('Settings are for administrators').waitFor();
  await shoot(his, 'documents-settings-refused-person');
  await fitsIn(his, 'the refusal');
  await isAccessible(his, 'the refusal');
  assert.equal(await his.getByRole('link', { name: 'Settings', exact: true }).count(), 0);
  for (const [path, method] of [['', 'GET'], ['', 'PUT'], ['/test', 'POST']]) {
    const status = await his.evaluate(async ([path, method]) => {
      const body = method === 'GET' ? undefined : JSON.stringify({ trash_days: 1 });
      return (await fetch(`/admin/api/settings${path}`, { method, headers: { 'content-type': 'application/json' }, body })).status;
    }, [path, method]);
    assert.equal(status, 403, `${method} ${path}`);
  }
  await context.close();
});

test('everything that a person has is exported: the files as they came, and what is known of each', { skip }, async () => {
  await open();
  const second = pdf('A second one for the archive');
  await page.getByLabel('Choose PDFs').first().setInputFiles({ name: 'second.pdf', mimeType: 'application/pdf', buffer: second });
  await row('second.pdf').getByText(/Waiting|Reading/).waitFor({ state: 'detached' });
  await row('lamps.pdf').getByRole('button', { name: /^Move to trash/ }).click();
  await row('lamps.pdf').waitFor({ state: 'detached' });
  await button('Menu').click();
  await shoot(page, 'documents-menu');
  await accessible('the menu');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Export everything' }).click()]);
  assert.equal(download.suggestedFilename(), 'documents-export.zip');
  const files = unzip(readFileSync(await download.path()));
  const documents = JSON.parse(files['documents.json'].toString());
  const byName = Object.fromEntries(documents.map((document) => [document.name, document]));
  assert.deepEqual(Object.keys(byName).sort(), ['lamps.pdf', 'second.pdf']);
  assert.deepEqual(files[byName['second.pdf'].file], second, 'the bytes that were uploaded');
  assert.ok(byName['lamps.pdf'].trashed_at && !byName['second.pdf'].trashed_at, 'the trash is there too, and marked');
  assert.equal(byName['lamps.pdf'].classification.title.value, 'Two lamps for the studio');
  assert.equal(Object.keys(files).length, 3, Object.keys(files).join());
});
