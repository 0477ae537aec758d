// The documents app without the platform: starts the service behind a proxy that vouches for everybody, as the gateway
// vouches for those who are signed in. For tests and for working on the page; never for anything that others can reach.
//
//   node tests/browser/documents-alone.mjs [PORT] [DATA FOLDER]        http://127.0.0.1:8081 and a fresh folder, else
//
// The person is the administrator Ada; the header `test-person: ben` makes it somebody else, who is none.

import { spawn } from 'node:child_process';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const KEYS = '/.well-known/jwks.json';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/**
 * Starts both; `close` ends both, and takes away the data unless the caller named its folder. `env` is what the service's
 * environment has beside what it needs.
 */
export async function startDocuments({ port = 0, data, env = {} } = {}) {
  const folder = data ?? mkdtempSync(join(tmpdir(), 'documents-'));
  let service;
  const proxy = http.createServer((request, response) => {
    if (request.url === KEYS) response.end(JSON.stringify({ keys: [jwk()] }));
    else pass(request, response, service?.address);
  });
  await new Promise((listening) => proxy.listen(port, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${proxy.address().port}`;
  service = await startService(folder, { ...env, ATOLL_JWKS_URL: url + KEYS });
  const close = async () => {
    proxy.close();
    proxy.closeAllConnections();
    await service.stop();
    if (!data) rmSync(folder, { recursive: true, force: true });
  };
  return { url, data: folder, close };
}

/** Starts the service and waits until it says where it listens. */
async function startService(data, env) {
  const binary = process.env.DOCUMENTS_BIN ?? join(root, 'target/debug/atoll-documents');
  const web = process.env.DOCUMENTS_WEB_DIR ?? join(root, 'app-images/documents/web/dist');
  const options = ['serve', '--listen', '127.0.0.1:0', '--web-dir', web, '--data', data, '--webhooks-on-loopback'];
  const child = spawn(binary, options, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const address = await new Promise((resolve, reject) => {
    child.once('error', reject);
    void ended.then((code) => reject(new Error(`the service ended with ${code}`)));
    createInterface(child.stdout).on('line', (line) => {
      const said = JSON.parse(line).address;
      if (said) resolve(said);
    });
  });
  const stop = () => {
    child.kill();
    return ended;
  };
  return { address, stop };
}

function pass(request, response, address) {
  if (!address) {
    response.writeHead(503).end();
    return;
  }
  const [host, port] = address.split(':');
  const headers = { ...request.headers, 'atoll-identity': token(request.headers['test-person'] ?? 'ada') };
  const onward = http.request({ host, port, path: request.url, method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

function jwk() {
  return { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'alone' };
}

/** What the platform says of a person, for the next minute. */
function token(person) {
  const name = person[0].toUpperCase() + person.slice(1);
  const now = Math.floor(Date.now() / 1000);
  const roles = person === 'ada' ? ['user', 'admin'] : ['user'];
  const claims = { iss: 'alone', aud: 'documents', sub: person, name, email: `${person}@example.com`, roles, iat: now, exp: now + 60, jti: '1' };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'RS256', typ: 'JWT', kid: 'alone' })}.${part(claims)}`;
  return `${input}.${createSign('RSA-SHA256').update(input).sign(privateKey, 'base64url')}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { url, close } = await startDocuments({ port: Number(process.argv[2] ?? 8081), data: process.argv[3] });
  console.log(url);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, close);
}
