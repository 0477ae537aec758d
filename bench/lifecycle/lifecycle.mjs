// Measures, in turn in one run: Atoll installing an app until its first answer through the gateway, and the bare engine
// doing the same by its raw API (network, volume, container, start, first 200 from the container's address).

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';

const rounds = Number(process.env.ROUNDS ?? 15);
const [out] = process.argv.slice(2);
const base = new URL(process.env.ATOLL_BASE_URL);
const app = 'probe-crash';
const appUrl = new URL(`http://${app}.${base.host}/healthz`);
const admin = { name: 'Bench', email: 'bench@example.com', password: 'correct horse battery staple' };

const jar = new Map();

/** One request over TCP or over the engine's socket: `{status, headers, body}`. */
function send(method, url, { json, headers = {}, socketPath } = {}) {
  const body = json === undefined ? undefined : JSON.stringify(json);
  const cookies = [...(jar.get(url.hostname) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  const options = {
    method,
    path: url.pathname + url.search,
    headers: { host: url.host, origin: url.origin, ...(cookies && { cookie: cookies }), ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }), ...headers },
    ...(socketPath ? { socketPath } : { host: url.hostname, port: url.port || 80 }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => (text += piece)).on('error', reject);
      response.on('end', () => {
        const kept = jar.get(url.hostname) ?? new Map();
        for (const line of response.headers['set-cookie'] ?? []) kept.set(...line.split(';')[0].split(/=(.*)/s).slice(0, 2));
        jar.set(url.hostname, kept);
        resolve({ status: response.statusCode, headers: response.headers, body: text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function must(answer, what) {
  const { status, body } = await answer;
  if (status >= 400) throw new Error(`${what}: ${status} ${body}`);
  return body ? JSON.parse(body) : undefined;
}

const api = (method, path, json) => must(send(method, new URL(`/api/v1${path}`, base), { json }), `${method} ${path}`);
const engine = (method, path, json) =>
  must(send(method, new URL(`http://engine/v1.41${path}`), { json, socketPath: '/run/docker.sock' }), `${method} ${path}`);

/** Asks every 2 ms until the answer is 200. */
async function firstAnswer(url) {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    const answer = await send('GET', url).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`${url} did not answer in 30 s`);
}

async function ended({ id }) {
  for (;;) {
    const operation = await api('GET', `/operations/${id}`);
    if (operation.state === 'failed') throw new Error(JSON.stringify(operation));
    if (operation.state === 'succeeded') return operation;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Opens the app once by the hand-off; its cookie then outlives the app's removal and serves every later round. */
async function open() {
  let url = new URL('/', appUrl);
  for (let hop = 0; hop < 8; hop++) {
    const { status, headers } = await send('GET', url, { headers: { accept: 'text/html' } });
    if (status < 300) return;
    url = new URL(headers.location, url);
  }
  throw new Error(`could not open the app; stuck at ${url}`);
}

async function ours() {
  const began = performance.now();
  const operation = await api('POST', '/apps', { app });
  await firstAnswer(appUrl);
  const ms = performance.now() - began;
  await ended(operation);
  await ended(await api('DELETE', `/apps/${app}?volumes=delete`));
  return ms;
}

/** The same island by hand, with a host address on the bridge, since here the host itself asks. */
async function bare() {
  const began = performance.now();
  await engine('POST', '/networks/create', { Name: 'bench', Driver: 'bridge', Internal: true, IPAM: { Config: [{ Subnet: '10.98.0.0/28' }] } });
  await engine('POST', '/volumes/create', { Name: 'bench' });
  await engine('POST', '/containers/create?name=bench', {
    Image: 'atoll-test/probe:1',
    User: '10002:10002',
    HostConfig: {
      NetworkMode: 'bench', Memory: 64 << 20, MemorySwap: 64 << 20, NanoCpus: 5e8, PidsLimit: 48, ReadonlyRootfs: true, CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges=true'], Init: true, LogConfig: { Type: 'local' }, Tmpfs: { '/tmp': 'size=16m' },
      Mounts: [{ Type: 'volume', Source: 'bench', Target: '/data' }],
    },
  });
  await engine('POST', '/containers/bench/start');
  await firstAnswer(new URL('http://10.98.0.2:8080/healthz'));
  const ms = performance.now() - began;
  await engine('DELETE', '/containers/bench?force=1');
  await engine('DELETE', '/networks/bench');
  await engine('DELETE', '/volumes/bench');
  return ms;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const round = (value) => Math.round(value * 100) / 100;
const docker = (...words) => execFileSync('docker', words, { encoding: 'utf8' }).trim();

/** Resident memory of a container's first process, in MiB. */
function residentMib(container) {
  const pid = docker('inspect', '--format', '{{.State.Pid}}', container);
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return round(kib / 1024);
}

const imageMib = (image) => round(Number(docker('image', 'inspect', '--format', '{{.Size}}', image)) / 2 ** 20);
const alone = (measure, unit, value) => ({ measure, unit, better: 'lower', ours: value, peers: {}, ratio: {} });

const code = docker('exec', 'atoll-controlplane', '/atoll-controlplane', 'setup-code').split(/\s+/).at(-1);
await api('POST', '/setup', { code, ...admin });
const results = [
  alone('idle memory of the socket proxy', 'MiB', residentMib('atoll-socket-proxy')),
  alone('idle memory of the control plane', 'MiB', residentMib('atoll-controlplane')),
  ...['atoll/socket-proxy:dev', 'atoll/controlplane:dev', 'atoll/documents:1.0.0'].map((image) => alone(`size of ${image}`, 'MiB', imageMib(image))),
];
await ended(await api('POST', '/apps', { app }));
await open();
await ended(await api('DELETE', `/apps/${app}?volumes=delete`));

const times = { ours: [], bare: [] };
for (let number = 1; number <= rounds; number++) {
  times.ours.push(await ours());
  times.bare.push(await bare());
  console.log(`      round ${number}/${rounds}: ours ${times.ours.at(-1).toFixed(0)} ms, bare engine ${times.bare.at(-1).toFixed(0)} ms`);
}
const [our, bares] = [median(times.ours), median(times.bare)];
results.unshift({
  measure: 'install to first answer', unit: 'ms', better: 'lower', ours: round(our), peers: { 'bare engine': round(bares) }, ratio: { 'bare engine': round(our / bares) },
});
results.push(
  alone('memory of the socket proxy after the rounds', 'MiB', residentMib('atoll-socket-proxy')),
  alone('memory of the control plane after the rounds', 'MiB', residentMib('atoll-controlplane')),
);
writeFileSync(out, `${JSON.stringify(results, null, 2)}\n`);
for (const { measure, unit, ours: value, ratio } of results) {
  console.log(`      ${measure}: ${value} ${unit}${Object.entries(ratio).map(([peer, times]) => ` (${times} × ${peer})`).join('')}`);
}
