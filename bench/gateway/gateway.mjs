// Measures the gateway and its peers in turn. The proxies have one core and one worker each, the backend and the load the
// other core. Every peer gets the same requests; each figure is the median over the rounds.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { resolve } from 'node:path';

import { backend, peers, versions } from './peers.mjs';

const [out, ...flags] = process.argv.slice(2);
const quick = flags.includes('--quick');
const only = flags.find((flag) => flag.startsWith('--only='))?.slice(7);
const rounds = Number(process.env.ROUNDS ?? (quick ? 1 : 3));
const seconds = Number(process.env.SECONDS_EACH ?? (quick ? 1 : 4));
// Each socket is two connections of a proxy, which keeps some more to the backend; where fewer may be open, the figure is
// scaled to ten thousand.
const descriptors = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })) || 65_536;
const sockets = Math.min(quick ? 1_000 : 10_000, Math.floor((descriptors - 3_000) / 2));
const bigBody = quick ? 512 * 2 ** 20 : 5_000_000_000;
const proxyCore = '0';
const loadCore = '1';
const load = 'target/release/atoll-bench-gateway';
const folder = resolve('target/bench-gateway');
const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

const running = [];
// Because nginx's workers outlive a master that is killed, all are asked to end.
process.on('exit', () => running.forEach((child) => child.kill('SIGTERM')));
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

/** Starts a program on one core; it ends with this one. */
function start(core, command, environment = {}) {
  const child = spawn('taskset', ['-c', core, ...command], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...environment } });
  child.on('exit', (code) => child.wanted || code === null || code === 0 || console.error(`      ${command[0]} ended with ${code}`));
  running.push(child);
  return child;
}

async function listening(port) {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    const open = await new Promise((done) => {
      const socket = connect(port, '127.0.0.1', () => (socket.destroy(), done(true))).on('error', () => done(false));
    });
    if (open) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`nothing listens on ${port}`);
}

/** What a program writes to a file, once it has. */
async function written(path) {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await new Promise((done) => setTimeout(done, 50))) {
    if (existsSync(path) && readFileSync(path).length > 0) return readFileSync(path, 'utf8');
  }
  throw new Error(`${path} was not written`);
}

/** A program on the load's core, to its end: what it printed. */
function run(command) {
  return new Promise((done, failed) => {
    const child = start(loadCore, command);
    let text = '';
    child.stdout.on('data', (piece) => (text += piece));
    child.on('exit', (code) => (code === 0 ? done(text) : failed(new Error(`${command.slice(0, 3).join(" ")} ended with ${code}`))));
  });
}

const milliseconds = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

/** One run of `wrk`: requests per second, latency in ms, how many were answered. Any answer but a good one is an error. */
async function wrk(peer, path, connections, extra = []) {
  const [name, value] = peer.header.split(/: (.*)/s);
  const text = await run([
    'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '20s',
    '-H', `Host: ${peer.host}`, '-H', `${name}: ${value}`, ...extra, `http://127.0.0.1:${peer.port}${path}`,
  ]);
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(text);
  if (bad) throw new Error(`${peer.name} ${path}: ${bad[1]} requests were not answered well`);
  const percentile = (which) => {
    const [, number, unit] = new RegExp(`${which}%\\s+([\\d.]+)(us|ms|s|m)`).exec(text);
    return Number(number) * milliseconds[unit];
  };
  const [, answered] = /(\d+) requests in/.exec(text);
  return { perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]), p50: percentile(50), p99: percentile(99), answered: Number(answered) };
}

/** A process and its children. */
function family(pid) {
  const children = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).filter((entry) => {
    try {
      return readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ')[1].split(' ')[1] === String(pid);
    } catch {
      return false;
    }
  });
  return [pid, ...children.map(Number)];
}

const cpuSeconds = ({ child }) =>
  family(child.pid).reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) / ticks;
  }, 0);

const residentMib = ({ child }) =>
  family(child.pid).reduce((sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024, 0);

const target = (peer) => [`127.0.0.1:${peer.port}`, '--host', peer.host, '--header', peer.header];

/** How many MiB a peer takes while ten thousand sockets say nothing. */
async function idleSockets(peer) {
  const before = residentMib(peer);
  const holder = start(loadCore, [load, 'idle', ...target(peer), '--sockets', String(sockets)]);
  await new Promise((done, failed) => {
    holder.stdout.on('data', (text) => String(text).includes('open') && done());
    holder.on('exit', () => failed(new Error(`${peer.name} does not hold ${sockets} sockets`)));
  });
  const held = residentMib(peer);
  holder.removeAllListeners('exit');
  holder.stdin.end();
  await new Promise((done) => holder.on('exit', done));
  return before + ((held - before) / sockets) * 10_000;
}

/** By how many MiB a peer grows while one very large body passes, `upload` or `download`. */
async function growth(peer, way) {
  const before = residentMib(peer);
  let most = before;
  const looking = setInterval(() => (most = Math.max(most, residentMib(peer))), 50);
  await run([load, way, ...target(peer), '--bytes', String(bigBody)]);
  clearInterval(looking);
  return most - before;
}

const measures = new Map();

function note(measure, unit, better, peer, value) {
  const known = measures.get(measure) ?? { measure, unit, better, values: new Map() };
  known.values.set(peer.name, [...(known.values.get(peer.name) ?? []), value]);
  measures.set(measure, known);
}

const uploads = resolve(folder, 'upload.lua');

/** Every kind of load: its name, and what it notes of one peer. */
const kinds = {
  ...Object.fromEntries(
    [['', 128], ['_16_connections', 16], ['_1024_connections', 1024]].map(([suffix, connections]) => [
      `1k${suffix}`,
      async (peer) => {
        const before = cpuSeconds(peer);
        const { perSecond, p50, p99, answered } = await wrk(peer, '/', connections);
        const spent = cpuSeconds(peer) - before;
        note(`requests_per_second_1k${suffix}`, 'requests/s', 'higher', peer, perSecond);
        note(`p50_1k${suffix}`, 'ms', 'lower', peer, p50);
        note(`p99_1k${suffix}`, 'ms', 'lower', peer, p99);
        note(`cpu_seconds_per_100k_requests${suffix}`, 's', 'lower', peer, (spent / answered) * 100_000);
      },
    ]),
  ),
  large: async (peer) => note('mib_per_second_1m_bodies', 'MiB/s', 'higher', peer, (await wrk(peer, '/large', 16)).perSecond),
  uploads: async (peer) => note('mib_per_second_10m_uploads', 'MiB/s', 'higher', peer, 10 * (await wrk(peer, '/upload', 8, ['-s', uploads])).perSecond),
  new: async (peer) => note('new_connections_per_second', 'connections/s', 'higher', peer, (await wrk(peer, '/', 64, ['-H', 'Connection: close'])).perSecond),
  echo: async (peer) => note('websocket_messages_per_second', 'messages/s', 'higher', peer, Number(await run([load, 'echo', ...target(peer), '--seconds', String(seconds)]))),
};
/** What is measured once, because it takes long or is about memory. */
const once = {
  memory: (peer) => note('memory_after_load', 'MiB', 'lower', peer, residentMib(peer)),
  upload: async (peer) => note('memory_growth_large_upload', 'MiB', 'lower', peer, await growth(peer, 'upload')),
  download: async (peer) => note('memory_growth_large_download', 'MiB', 'lower', peer, await growth(peer, 'download')),
  idle: async (peer) => note('memory_idle_websockets', 'MiB', 'lower', peer, await idleSockets(peer)),
};

async function all() {
  rmSync(folder, { recursive: true, force: true });
  const every = peers(folder);
  writeFileSync(uploads, 'wrk.method = "POST"\nwrk.body = string.rep("x", 10 * 1024 * 1024)\n');
  start(loadCore, [load, 'backend', backend]);
  for (const peer of every) peer.child = start(proxyCore, peer.command, peer.environment);
  await Promise.all(every.map(({ port }) => listening(port)));
  for (const peer of every) if (peer.cookie) peer.header = `Cookie: ${await written(peer.cookie)}`;
  for (let round = 1; round <= rounds; round++) {
    for (const [kind, measure] of Object.entries(kinds).filter(([kind]) => !only || kind === only)) {
      for (const peer of every) await measure(peer);
      console.log(`      round ${round}/${rounds}: ${kind}`);
    }
  }
  for (const [kind, measure] of Object.entries(once).filter(([kind]) => !only || kind === only)) {
    // Because a verdict per request has nothing to do with what a socket or a stream takes, the plain peers are enough.
    for (const peer of every.filter(({ name }) => kind === 'memory' || ['ours', 'nginx', 'haproxy', 'caddy'].includes(name))) await measure(peer);
    console.log(`      ${kind}`);
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const round = (value) => (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

function result({ measure, unit, better, values }) {
  const medians = Object.fromEntries([...values].map(([name, list]) => [name, median(list)]));
  const { ours, ...others } = medians;
  const of = (pick) => Object.fromEntries(Object.entries(others).map(([name, value]) => [name, pick(value)]));
  return { measure, unit, better, ours: round(ours), peers: of(round), ratio: of((value) => (value === 0 ? null : Number((ours / value).toFixed(2)))) };
}

if (!quick && sockets < 10_000) console.log(`      ${sockets} idle sockets, because ${descriptors} files may be open; scaled to 10,000`);
versions().forEach((version) => console.log(`      ${version}`));
await all();
const results = [...measures.values()].map(result);
writeFileSync(out, `${JSON.stringify(results, null, 2)}\n`);
for (const { measure, unit, ours, ratio } of results) {
  console.log(`      ${measure}: ${ours} ${unit} (${Object.entries(ratio).map(([name, times]) => `${times} × ${name}`).join(', ')})`);
}
process.exit(0);
