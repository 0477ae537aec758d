// The service as a whole, by HTTP: from the upload until the text is found by a search, and how much memory it holds.
// Nobody else measures this for these files, so there are no peers.
//
//   node service.mjs PROGRAM BOOK OUTPUT   ROUNDS (3) says how often; the medians count

import { spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [program, book, output] = process.argv.slice(2);
const rounds = Number(process.env.ROUNDS ?? 3);
const leaflet = fileURLToPath(new URL('../../app-images/documents/samples/manual-mahlwerk-m2.pdf', import.meta.url));
const median = (values) => values.toSorted((one, other) => one - other)[values.length >> 1];

/** Stands for the platform: publishes a key, and signs who asks. */
function platform() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = 'bench';
  const jwks = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] });
  const server = createServer((_, answer) => answer.setHeader('content-type', 'application/json').end(jwks));
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const input = `${part({ alg: 'RS256', kid })}.${part({ sub: 'bench', aud: 'documents', exp, name: 'Bench' })}`;
  const token = `${input}.${sign('RSA-SHA256', Buffer.from(input), privateKey).toString('base64url')}`;
  return { server, token };
}

/** Starts the service on an empty volume and waits until it says where it listens. */
async function service(data, jwksPort) {
  const child = spawn(program, ['serve', '--listen', '127.0.0.1:0', '--web-dir', '/nowhere', '--data', data], {
    env: { ATOLL_JWKS_URL: `http://127.0.0.1:${jwksPort}/` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const address = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
    lines.on('line', (line) => {
      const { address } = JSON.parse(line);
      if (address) resolve(address);
    });
  });
  return { child, address };
}

const residentMiB = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

async function measure() {
  const { server, token } = platform();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const data = mkdtempSync(join(tmpdir(), 'bench-documents-'));
  const { child, address } = await service(data, server.address().port);
  const headers = { 'atoll-identity': token, 'sec-fetch-site': 'same-origin' };
  const ask = async (path, init = {}) => {
    const answer = await fetch(`http://${address}${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };

  /** Milliseconds from the first byte of the upload until a search finds what it says. */
  async function searchable(file, word, round) {
    const form = new FormData();
    // A comment behind the end makes it another file, and changes nothing that is read.
    const bytes = Buffer.concat([readFileSync(file), Buffer.from(`\n% ${round}\n`)]);
    form.append('file', new Blob([bytes], { type: 'application/pdf' }), `${round}.pdf`);
    const before = (await ask(`/api/documents?q=${word}`)).total;
    const began = performance.now();
    await ask('/api/documents', { method: 'POST', body: form });
    const deadline = began + 60_000;
    while ((await ask(`/api/documents?q=${word}`)).total === before) {
      if (performance.now() > deadline) throw new Error(`${file} is not found after a minute`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return performance.now() - began;
  }

  try {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const idle = residentMiB(child.pid);
    const [leaflets, books] = [[], []];
    for (let round = 1; round <= rounds; round += 1) {
      leaflets.push(await searchable(leaflet, 'hopper', round));
      books.push(await searchable(book, '%22chapter%20350%22', round));
      console.log(`      round ${round} of ${rounds}`);
    }
    return { idle, leaflet: median(leaflets), book: median(books), after: residentMiB(child.pid) };
  } finally {
    child.kill('SIGTERM');
    server.close();
    rmSync(data, { recursive: true, force: true });
  }
}

const measured = await measure();
const row = (measure, unit, ours) => ({ measure, unit, better: 'lower', ours: Number(ours.toFixed(1)), peers: {}, ratio: {} });
const rows = [
  row('upload to searchable text, 2 pages', 'ms', measured.leaflet),
  row('upload to searchable text, 350 pages', 'ms', measured.book),
  row('memory of the service, idle', 'MiB', measured.idle),
  row('memory of the service, after these uploads', 'MiB', measured.after),
];
writeFileSync(output, `${JSON.stringify(rows, null, 2)}\n`);
for (const { measure, unit, ours } of rows) console.log(`      ${measure.padEnd(46)}${ours} ${unit}`);
