// A hostile app's page in a real browser, whose person is an administrator: it can neither read nor change the console or
// another app, nor frame them, nor plant cookies for them.

import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { stage } from './stage.mjs';

let world;
let browser;
let page;
let context;
const servers = [];
/** What the innocent app was asked, with the cookies that came along. */
const asked = [];

const listen = (port, answer) => servers.push(http.createServer(answer).listen(port, '127.0.0.1'));

before(async () => {
  world = await stage({
    evil: ({ port }) =>
      listen(port, (request, response) => {
        response.setHeader('content-type', 'text/html');
        response.setHeader('set-cookie', [
          'tossed=1; Domain=atoll.localhost; Path=/',
          '__Host-atoll-session=tossed; Path=/; Secure',
          '__Host-atoll-app=tossed; Path=/; Secure',
        ]);
        // Would empty the whole site's jar, or let others read.
        response.setHeader('clear-site-data', '"cookies"');
        response.end('<!doctype html><title>Evil</title>');
      }),
    good: ({ port }) =>
      listen(port, (request, response) => {
        asked.push({ method: request.method, url: request.url, cookie: request.headers.cookie ?? '' });
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><title>Good</title><p id="secret">a secret</p>');
      }),
  });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Because Chromium refuses its sandbox to root.
    args: [...(process.getuid() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  context = await browser.newContext();
  page = await context.newPage();
  await signIn();
  await page.goto(`${world.origin('good')}/`);
  assert.equal(await page.title(), 'Good');
  await page.goto(`${world.origin('evil')}/`);
  assert.equal(await page.title(), 'Evil');
});
after(async () => {
  await browser?.close();
  for (const server of servers) server.close();
  await world?.stop();
});

async function signIn() {
  const { email, password } = world.people.ada;
  await page.goto(`${world.console}/login`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.locator('button[type=submit]').click();
  await page.getByRole('heading', { name: 'Your apps' }).waitFor();
}

const stillSignedIn = async () => {
  const other = await context.newPage();
  const answer = await other.goto(`${world.console}/api/v1/session`);
  const status = answer.status();
  await other.close();
  return status === 200;
};

/** Runs in the hostile page: what a script there gets of `url`. */
const reads = (url, init) =>
  page.evaluate(
    async ([url, init]) => {
      try {
        const answer = await fetch(url, { credentials: 'include', ...init });
        return `${answer.type} ${answer.status} ${await answer.text()}`;
      } catch (error) {
        return `refused: ${error.message}`;
      }
    },
    [url, init],
  );

test('it reads nothing of the console and of another app', async () => {
  for (const url of [`${world.console}/api/v1/users`, `${world.console}/api/v1/session`, `${world.origin('good')}/`]) {
    assert.match(await reads(url, {}), /^refused: /, url);
    assert.match(await reads(url, { mode: 'no-cors' }), /^(opaque 0 $|refused: )/, url);
  }
});

test('it changes nothing of them, by script or by form', async () => {
  const body = JSON.stringify({ name: 'Mallory', email: 'mallory@example.com', password: 'long enough to pass', role: 'admin' });
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
    await reads(`${world.console}/api/v1/users`, { method: 'POST', mode: 'no-cors', headers: { 'content-type': type }, body });
  }
  await reads(`${world.console}/api/v1/session`, { method: 'DELETE', mode: 'no-cors' });
  const before = asked.length;
  await reads(`${world.origin('good')}/change`, { method: 'POST', mode: 'no-cors', body: 'x' });
  for (const action of [`${world.console}/api/v1/users`, `${world.origin('good')}/change`]) {
    await page.evaluate((action) => {
      document.body.innerHTML = `<form method="post" enctype="text/plain" action="${action}"><input name="a" value="b"></form>`;
      document.forms[0].submit();
    }, action);
    await page.waitForURL(action);
    await page.goto(`${world.origin('evil')}/`);
  }
  assert.deepEqual(asked.slice(before), [], 'something arrived at the other app');
  assert.ok(await stillSignedIn());
  const other = await context.newPage();
  await other.goto(`${world.console}/api/v1/users`);
  assert.ok(!(await other.textContent('body')).includes('mallory'));
  await other.close();
});

test('it frames neither the console nor another app’s data, and opens no window that it could look into', async () => {
  const framed = await page.evaluate(async (url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    document.body.append(frame);
    await new Promise((loaded) => (frame.onload = loaded));
    try {
      return frame.contentDocument?.body?.textContent ?? 'out of reach';
    } catch {
      return 'out of reach';
    }
  }, `${world.console}/`);
  assert.match(framed, /^(out of reach)?$/);
  const looked = await page.evaluate(async (url) => {
    const opened = window.open(url);
    await new Promise((later) => setTimeout(later, 1_000));
    try {
      return opened?.document?.body?.textContent ?? 'out of reach';
    } catch {
      return 'out of reach';
    }
  }, `${world.console}/api/v1/session`);
  assert.match(looked, /^(out of reach)?$/);
});

test('it plants no cookie and empties no jar', async () => {
  await page.goto(`${world.origin('evil')}/`);
  await page.evaluate(() => {
    document.cookie = 'script=1; domain=atoll.localhost; path=/';
    document.cookie = '__Host-atoll-session=tossed; path=/; secure';
    document.cookie = '__Host-atoll-session=tossed; domain=atoll.localhost; path=/; secure';
  });
  assert.ok(await stillSignedIn(), 'the console’s cookie was overwritten or removed');
  const before = asked.length;
  const other = await context.newPage();
  await other.goto(`${world.origin('good')}/after`);
  assert.equal(await other.title(), 'Good', 'the session at the other app was lost');
  await other.close();
  const [{ cookie }] = asked.slice(before);
  // What a script sets for the parent domain a browser sends along; what the platform's header could stop, it has.
  assert.ok(!cookie.includes('tossed') && !cookie.includes('__Host-'), cookie);
});
