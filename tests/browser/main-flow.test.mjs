// The main flow as people live it: set-up → install → grant → a user opens the app, uploads a PDF and reads its text →
// the administrator revokes → the user is out. Runs first, on a stack that nobody has set up yet.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { shoot, startBrowser } from './browser.mjs';

const base = process.env.ATOLL_BASE_URL ?? 'http://atoll.localhost:8080';
const documents = base.replace('://', '://documents.');
const samples = fileURLToPath(new URL('../../app-images/documents/samples/', import.meta.url));
const ada = { name: 'Ada Admin', email: 'admin@example.com', password: 'correct horse battery staple' };
const uma = { name: 'Uma User', email: 'uma@example.com', password: 'a long enough password' };

const invoice = { file: 'rechnung-rn-2026-0417.pdf', words: 'RN-2026-0417' };

let browser;
let admin;
let user;

before(async () => {
  browser = await startBrowser();
  admin = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  user = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  for (const page of [admin, user]) page.setDefaultTimeout(20_000);
});
after(() => browser?.close());

const button = (page, name) => page.getByRole('button', { name, exact: true });

test('a new stack asks for the one-time code and makes the first administrator', async () => {
  const code = execFileSync('docker', ['exec', 'atoll-controlplane', '/atoll-controlplane', 'setup-code'], { encoding: 'utf8' });
  await admin.goto(base);
  await admin.waitForURL('**/setup');
  await shoot(admin, 'setup');
  await admin.getByLabel('Set-up code').fill(code.trim().split(/\s+/).at(-1));
  await admin.getByLabel('Name').fill(ada.name);
  await admin.getByLabel('Email').fill(ada.email);
  await admin.getByLabel('Password', { exact: true }).fill(ada.password);
  await admin.locator('button[type=submit]').click();
  await admin.getByRole('heading', { name: 'Your apps' }).waitFor();
  await shoot(admin, 'launcher-empty');
});

test('an administrator installs the documents app with a click and sees each step', async () => {
  await admin.goto(`${base}/admin/catalogue/documents`);
  await shoot(admin, 'catalogue-entry');
  await button(admin, 'Install').click();
  await admin.getByRole('link', { name: /^Open Documents$/ }).waitFor({ timeout: 90_000 });
  await shoot(admin, 'installed');
  await admin.goto(`${base}/admin/apps/documents`);
  await admin.getByText('verified', { exact: false }).first().waitFor();
  await shoot(admin, 'app');
});

test('an administrator adds a user, who sees no app yet', async () => {
  await admin.goto(`${base}/admin/users`);
  await button(admin, 'Add user').click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('Name').fill(uma.name);
  await dialog.getByLabel('Email').fill(uma.email);
  await dialog.getByLabel('First password').fill(uma.password);
  await dialog.getByRole('button', { name: 'Add user' }).click();
  await admin.getByText(uma.email).first().waitFor();

  await user.goto(base);
  await user.waitForURL('**/login*');
  await user.getByLabel('Email').fill(uma.email);
  await user.getByLabel('Password', { exact: true }).fill(uma.password);
  await user.locator('button[type=submit]').click();
  await user.getByText('No apps yet').waitFor();
});

test('without a grant the app does not open', async () => {
  await user.goto(documents);
  assert.equal(await user.locator('input[type=file]').count(), 0, `the app opened: ${user.url()}`);
  assert.ok(!user.url().startsWith(documents) || (await user.title()) !== 'Documents', user.url());
});

test('with a grant the user opens the app from the launcher', async () => {
  await admin.goto(`${base}/admin/apps/documents?tab=access`);
  await admin.getByLabel('Person').first().click();
  await admin.getByRole('option', { name: new RegExp(uma.email) }).click();
  await button(admin, 'Give access').click();
  await button(admin, `Revoke access of ${uma.name}`).waitFor();

  await user.goto(base);
  await user.getByRole('link', { name: /Documents/ }).waitFor();
  await shoot(user, 'launcher');
  await user.getByRole('link', { name: /Documents/ }).first().click();
  await user.waitForURL(`${documents}/**`);
  await user.locator('input[type=file]').first().waitFor({ state: 'attached' });
});

test('the user uploads PDFs and reads their text', async () => {
  const files = readdirSync(samples).filter((name) => name.endsWith('.pdf')).sort();
  assert.ok(files.length >= 3, 'three samples are shipped');
  await user.locator('input[type=file]').first().setInputFiles(files.map((name) => join(samples, name)));
  // A document is called by its title once that is known; the name of its file stays its link's title.
  for (const name of files) await user.locator(`a[title="${name}"]`).waitFor();
  await shoot(user, 'documents');
  await user.locator(`a[title="${invoice.file}"]`).click();
  await user.getByLabel(/^Page 1 of/).getByText(invoice.words).first().waitFor();
  await shoot(user, 'document-text');
});

test('a revoked user is out at once', async () => {
  await button(admin, `Revoke access of ${uma.name}`).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await button(admin, `Revoke access of ${uma.name}`).waitFor({ state: 'detached' });

  const answer = await user.evaluate(async () => (await fetch('/api/documents', { redirect: 'manual' })).status);
  assert.notEqual(answer, 200, 'the app still answers');
  await user.goto(documents);
  assert.equal(await user.locator('input[type=file]').count(), 0, `the app still opens: ${user.url()}`);
  await shoot(user, 'revoked');
});
