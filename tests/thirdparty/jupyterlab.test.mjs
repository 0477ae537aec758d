// JupyterLab behind the gateway: its page, its API with its own token against forgery, and a kernel over a WebSocket.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { ask, python, stage } from './stage.mjs';

let world;
const own = () => world.people.ada.cookies.lab;

before(async () => {
  world = await stage({
    lab: ({ port, folder, start }) =>
      start(
        python('jupyter'),
        [
          'lab', '--no-browser', '--allow-root', '--ip=127.0.0.1', `--port=${port}`, `--notebook-dir=${folder}`,
          '--IdentityProvider.token=', '--ServerApp.allow_remote_access=True',
        ],
        { env: { ...process.env, HOME: folder, JUPYTER_CONFIG_DIR: folder, PATH: `${python('')}:${process.env.PATH}` } },
      ),
  });
});
after(() => world?.stop());

let xsrf;
test('the page comes with the app’s own cookie, and the platform’s stay out of it', async () => {
  const answer = await ask(world, 'lab', 'GET', '/lab', { headers: { cookie: own() } });
  assert.equal(answer.status, 200, answer.text.slice(0, 500));
  assert.ok(answer.text.includes('JupyterLab'));
  const set = answer.headers['set-cookie'].join('\n');
  xsrf = /_xsrf=([^;]+)/.exec(set)[1];
  assert.ok(!/domain=/i.test(set) && !set.includes('__Host-atoll'), set);
});

test('a kernel computes, asked over a WebSocket', async () => {
  const cookie = `${own()}; _xsrf=${xsrf}`;
  const begun = await ask(world, 'lab', 'POST', '/api/kernels', {
    headers: { cookie, 'x-xsrftoken': xsrf, 'content-type': 'application/json', origin: world.origin('lab') },
    body: '{"name": "python3"}',
  });
  assert.equal(begun.status, 201, begun.text);
  const { id } = JSON.parse(begun.text);
  const socket = new WebSocket(`ws://127.0.0.1:${world.port}/api/kernels/${id}/channels`, {
    headers: { host: world.host('lab'), cookie },
    origin: world.origin('lab'),
  });
  const header = { msg_id: randomUUID(), msg_type: 'execute_request', username: '', session: randomUUID(), version: '5.3', date: '' };
  const content = { code: '6 * 7', silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
  const result = new Promise((told, failed) => {
    socket.on('error', failed);
    socket.on('close', () => failed(new Error('the socket closed')));
    socket.on('open', () =>
      socket.send(JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: 'shell', buffers: [] })),
    );
    socket.on('message', (data, isBinary) => {
      const message = isBinary ? {} : JSON.parse(data.toString());
      if (message.msg_type === 'execute_result') told(message.content.data['text/plain']);
    });
  });
  assert.equal(await result, '42');
  socket.close();
});

test('a page of another app gets no socket to a kernel', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${world.port}/api/kernels/x/channels`, {
    headers: { host: world.host('lab'), cookie: own() },
    origin: world.origin('other'),
  });
  const status = await new Promise((told) => {
    socket.on('unexpected-response', (_, answer) => told(answer.statusCode));
    socket.on('open', () => told('open'));
  });
  assert.equal(status, 403);
});
