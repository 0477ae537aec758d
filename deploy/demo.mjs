// The demonstration's second half: an administrator, the documents app, three sample PDFs and the text read from them.
//
// Node alone, no packages: it runs on a fresh machine. It behaves like a browser where that matters: it keeps cookies by
// host, follows the hand-off from app to console and back, and resolves *.localhost to this machine.
// Run again it finds everything in place, changes nothing and prints the same.

import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const samples = join(root, 'app-images/documents/samples');
const account = join(root, 'target/demo/administrator.json');
const consoleUrl = new URL(process.env.ATOLL_BASE_URL ?? 'http://atoll.localhost:8080');
const app = 'documents';
const appUrl = new URL(consoleUrl);
appUrl.hostname = `${app}.${consoleUrl.hostname}`;

let stepsDone = Number(process.env.ATOLL_STEPS_DONE ?? 0);
const steps = Number(process.env.ATOLL_STEPS ?? 4);
const step = (what) => console.log(`\n[${++stepsDone}/${steps}] ${what} …`);
const say = (what) => console.log(`      ${what}`);

/** What went wrong, in words for the person who typed `make demo`. */
class DemoError extends Error {}

/** Cookies by host: host → name → value. */
const jar = new Map();

function keepCookies(host, lines = []) {
  const cookies = jar.get(host) ?? new Map();
  for (const line of lines) {
    const [pair] = line.split(';');
    const cut = pair.indexOf('=');
    if (/;\s*max-age=0/i.test(line)) cookies.delete(pair.slice(0, cut));
    else cookies.set(pair.slice(0, cut), pair.slice(cut + 1));
  }
  jar.set(host, cookies);
}

/** One request, without following redirects: `{status, headers, body}` with the body as a string. */
function send(method, url, { headers = {}, body } = {}) {
  const cookies = [...(jar.get(url.hostname) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  const local = url.hostname === 'localhost' || url.hostname.endsWith('.localhost');
  const options = {
    method,
    host: local ? '127.0.0.1' : url.hostname,
    port: url.port || 80,
    path: url.pathname + url.search,
    headers: { host: url.host, origin: url.origin, ...(cookies && { cookie: cookies }), ...headers },
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(options, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        keepCookies(url.hostname, response.headers['set-cookie']);
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces).toString() });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** A call of the console's API. Answers the JSON, or throws what the platform said and its cure. */
async function api(method, path, json, { accept = [] } = {}) {
  const url = new URL(`/api/v1${path}`, consoleUrl);
  const answer = await send(method, url, {
    headers: json ? { 'content-type': 'application/json' } : {},
    body: json && JSON.stringify(json),
  });
  const body = answer.body ? JSON.parse(answer.body) : undefined;
  if (answer.status < 400) return body;
  if (accept.includes(answer.status)) return undefined;
  throw new DemoError(`${method} ${path}: ${body?.detail ?? body?.title ?? answer.status}${body?.cure ? `\n  cure: ${body.cure}` : ''}`);
}

/** The demo administrator's address and password; the password is made once and kept where only we can read it. */
function administrator() {
  if (existsSync(account)) return JSON.parse(readFileSync(account, 'utf8'));
  const made = { name: 'Demo Administrator', email: 'admin@example.com', password: randomBytes(15).toString('base64url') };
  mkdirSync(dirname(account), { recursive: true });
  writeFileSync(account, JSON.stringify(made, null, 2), { mode: 0o600 });
  chmodSync(account, 0o600);
  return made;
}

async function signIn() {
  const { needed } = await api('GET', '/setup');
  if (!needed && !existsSync(account)) {
    throw new DemoError('an administrator exists, but not one that `make demo` made.\n  cure: install the documents app in the console, or start anew: make clean-all demo');
  }
  const { name, email, password } = administrator();
  if (!needed) {
    await api('POST', '/session', { email, password });
    return say(`signed in as ${email}`);
  }
  const printed = execFileSync('docker', ['exec', 'atoll-controlplane', '/atoll-controlplane', 'setup-code'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  await api('POST', '/setup', { code: printed.trim().split(/\s+/).at(-1), name, email, password });
  say(`made administrator ${email}`);
}

/** Installs the app unless it is there, and prints each step as it changes. */
async function install() {
  const view = await api('GET', `/apps/${app}`, undefined, { accept: [404] });
  if (view?.desired === 'running') say('already installed');
  else await watch(view ? await api('POST', `/apps/${app}/start`) : await api('POST', '/apps', { app }));
  await waitUntil('the app is ready', async () => {
    const now = await api('GET', `/apps/${app}`);
    if (now.state === 'failed') throw new DemoError(`${app}: ${now.failure?.message}\n  cure: ${now.failure?.cure}`);
    return now.state === 'ready' ? now : undefined;
  }).then((now) => say(`${app} is ready, its container ${now.verification?.verdict ?? 'not yet verified'}`));
}

async function watch({ id }) {
  const shown = new Map();
  await waitUntil('the installation ends', async () => {
    const operation = await api('GET', `/operations/${id}`);
    for (const { title, state, detail } of operation.steps) {
      if (state === 'pending' || shown.get(title) === state) continue;
      shown.set(title, state);
      if (state !== 'running') say(`${state.padEnd(7)} ${title}${detail ? ` (${detail})` : ''}`);
    }
    if (operation.state === 'failed') throw new DemoError(`${operation.error?.message}\n  cure: ${operation.error?.cure ?? 'see the steps above'}`);
    return operation.state === 'succeeded' || undefined;
  });
}

async function waitUntil(what, attempt, secs = 120) {
  const deadline = Date.now() + secs * 1000;
  for (;;) {
    const value = await attempt();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new DemoError(`waited ${secs} s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Opens the app as a browser does: its origin → the console, which knows us → back with a one-time code → its cookie. */
async function openApp() {
  let url = appUrl;
  for (let hop = 0; hop < 10; hop++) {
    // Because only who asks for a page is sent through the login; a program gets a plain refusal.
    const answer = await send('GET', url, { headers: { accept: 'text/html' } });
    if (answer.status < 300) return;
    if (answer.status >= 400) throw new DemoError(`opening ${app} ended with ${answer.status} at ${url}`);
    url = new URL(answer.headers.location, url);
  }
  throw new DemoError(`opening ${app} went round in circles, last at ${url}`);
}

/** A call of the documents app, on its own origin. */
async function documentsApi(method, path, { headers, body } = {}) {
  const answer = await send(method, new URL(`/api/documents${path}`, appUrl), { headers, body });
  if (answer.status >= 400) throw new DemoError(`${method} /api/documents${path}: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body);
}

/** Uploads the samples that are not there yet (the app knows a file by its hash) and answers all three. */
async function uploadSamples() {
  const files = readdirSync(samples).filter((name) => name.endsWith('.pdf')).sort();
  const { items: documents } = await documentsApi('GET', '');
  const there = new Map(documents.map((document) => [document.sha256, document]));
  const found = [];
  for (const [index, name] of files.entries()) {
    const bytes = readFileSync(join(samples, name));
    const known = there.get(createHash('sha256').update(bytes).digest('hex'));
    say(`${index + 1}/${files.length} ${name}${known ? ' (already there)' : ''}`);
    found.push(known ?? (await upload(name, bytes)));
  }
  return found;
}

async function upload(name, bytes) {
  const form = new FormData();
  form.append('file', new Blob([bytes], { type: 'application/pdf' }), name);
  const encoded = new Response(form);
  const answer = await documentsApi('POST', '', {
    headers: { 'content-type': encoded.headers.get('content-type') },
    body: Buffer.from(await encoded.arrayBuffer()),
  });
  return answer.documents[0];
}

/** Waits until a document has been read, and prints the beginning of its text. */
async function printText({ id, name }) {
  const { pages } = await waitUntil(`${name} has been read`, async () => {
    const document = await documentsApi('GET', `/${id}`);
    if (document.status === 'failed') throw new DemoError(`${name} ${document.failure.reason}`);
    return document.status === 'ready' ? document : undefined;
  });
  const text = (await documentsApi('GET', `/${id}/text`)).pages.join('\n');
  const lines = text.split('\n').filter((line) => line.trim());
  say(`${name}: ${pages} page${pages === 1 ? '' : 's'}, ${text.length} characters`);
  for (const line of lines.slice(0, 6)) say(`  | ${line.slice(0, 100)}`);
  if (lines.length > 6) say(`  | … ${lines.length - 6} more lines`);
}

try {
  step('demo administrator');
  await signIn();
  step(`installing ${app}`);
  await install();
  step('uploading sample PDFs through the gateway');
  await openApp();
  const documents = await uploadSamples();
  step('reading their text');
  for (const document of documents) await printText(document);
  const { email, password } = administrator();
  console.log(`\nAtoll is up.\n\n  console   ${consoleUrl.origin}\n  app       ${appUrl.origin}\n  e-mail    ${email}\n  password  ${password}\n`);
} catch (error) {
  if (!(error instanceof DemoError)) throw error;
  console.error(`\nerror: ${error.message}`);
  process.exitCode = 1;
}
