// Git's own server behind the gateway, and git itself before it, with an access token as the password.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { stage } from './stage.mjs';

const run = promisify(execFile);
const backend = '/usr/lib/git-core/git-http-backend';
let world;
let server;
/** What the server was told of each request. */
const seen = [];

/** A web server that knows one program: CGI (RFC 3875), as far as git needs it. */
function cgi(projects, request, response) {
  const url = new URL(request.url, 'http://git');
  seen.push(request.headers);
  const child = spawn(backend, [], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: projects,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      ...(request.headers['content-length'] && { CONTENT_LENGTH: request.headers['content-length'] }),
      GIT_PROTOCOL: request.headers['git-protocol'] ?? '',
      REMOTE_USER: request.headers['x-forwarded-user'] ?? '',
    },
  });
  request.pipe(child.stdin);
  let head = Buffer.alloc(0);
  child.stdout.on('data', (piece) => {
    if (response.headersSent) return response.write(piece);
    head = Buffer.concat([head, piece]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const fields = Object.fromEntries(
      head.subarray(0, end).toString().split('\r\n').map((line) => line.split(/:\s*/, 2)),
    );
    const { Status: status = '200', ...headers } = fields;
    response.writeHead(parseInt(status, 10), headers);
    response.write(head.subarray(end + 4));
  });
  child.stdout.on('end', () => response.end());
}

before(async () => {
  world = await stage({
    git: async ({ port, folder }) => {
      const projects = join(folder, 'projects');
      mkdirSync(projects);
      await run('git', ['init', '--quiet', '--bare', join(projects, 'notes.git')]);
      server = http.createServer((request, response) => cgi(projects, request, response)).listen(port, '127.0.0.1');
    },
  });
});
after(async () => {
  server?.close();
  await world?.stop();
});

const quiet = { GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
const git = (folder, ...args) =>
  run('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'http.proxy=', ...args], {
    env: { ...process.env, ...quiet, no_proxy: '*' },
  });
const remote = (password) => `http://ada:${password}@${world.host('git')}/notes.git`;

test('a commit of three mebibytes is pushed and comes back the same in a clone', async () => {
  const [here, there] = [join(world.folder, 'here'), join(world.folder, 'there')];
  const content = randomBytes(3 << 20);
  await run('git', ['init', '--quiet', '-b', 'main', here]);
  writeFileSync(join(here, 'data.bin'), content);
  await git(here, 'add', '.');
  await git(here, 'commit', '--quiet', '-m', 'Add data');
  const url = remote(world.people.ada.tokens.git);
  await git(here, 'push', '--quiet', url, 'main');
  await git(world.folder, 'clone', '--quiet', '-b', 'main', url, there);
  assert.ok(readFileSync(join(there, 'data.bin')).equals(content));
});

test('the server learns who pushes, and never the token', () => {
  const told = JSON.stringify(seen);
  assert.ok(seen.length > 3 && seen.every((headers) => headers['x-forwarded-user'] === world.people.ada.id), told);
  assert.ok(!told.includes('atoll_pat_') && !told.includes('authorization'), told);
});

test('without a token, or with the password that people sign in with, nothing is read', async () => {
  const before = seen.length;
  for (const password of ['', encodeURIComponent(world.people.ada.password), 'atoll_pat_nonsense']) {
    await assert.rejects(git(world.folder, 'ls-remote', remote(password)), /Authentication failed|terminal prompts disabled/);
  }
  assert.equal(seen.length, before);
});
