// Server-sent events: each arrives when it is sent, and the stream ends with the right to see it.

import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { ask, stage } from './stage.mjs';

let world;
let server;
let source;

before(async () => {
  world = await stage({
    events: ({ port }) => {
      server = http.createServer((request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.flushHeaders();
        source = response;
      });
      server.listen(port, '127.0.0.1');
    },
  });
});
after(async () => {
  server?.closeAllConnections();
  server?.close();
  await world?.stop();
});

/** Opens the stream; `next` gives the text of what comes next, or `null` at its end. */
function open() {
  return new Promise((opened, failed) => {
    const headers = { host: world.host('events'), authorization: `Bearer ${world.people.ben.tokens.events}` };
    http
      .get({ host: '127.0.0.1', port: world.port, path: '/', headers }, (answer) => {
        const pieces = [];
        let wake = () => {};
        const put = (piece) => {
          pieces.push(piece);
          wake();
        };
        answer.on('data', (piece) => put(piece.toString()));
        answer.on('error', () => {});
        answer.on('close', () => put(null));
        const next = async () => {
          while (pieces.length === 0) await new Promise((woken) => (wake = woken));
          return pieces.shift();
        };
        opened({ status: answer.statusCode, next });
      })
      .on('error', failed);
  });
}

test('an event arrives before the next one is sent', async () => {
  const stream = await open();
  assert.equal(stream.status, 200);
  for (let count = 1; count <= 20; count++) {
    source.write(`data: ${count}\n\n`);
    assert.equal(await stream.next(), `data: ${count}\n\n`);
  }
  source.end();
  assert.equal(await stream.next(), null);
});

test('a grant that is taken ends the stream within a second', async () => {
  const stream = await open();
  source.write('data: there\n\n');
  await stream.next();
  const { ada, ben } = world.people;
  const session = await fetchConsole('POST', '/api/v1/session', { email: ada.email, password: ada.password });
  const begun = Date.now();
  const taken = await fetchConsole('DELETE', `/api/v1/apps/events/grants/${ben.id}`, undefined, session.headers['set-cookie'][0]);
  assert.equal(taken.status, 204, taken.text);
  assert.equal(await stream.next(), null);
  assert.ok(Date.now() - begun < 1_000, `${Date.now() - begun} ms`);
});

function fetchConsole(method, path, body, cookie) {
  const headers = { host: `atoll.localhost:${world.port}`, origin: world.console, 'content-type': 'application/json' };
  if (cookie) headers.cookie = cookie.split(';')[0];
  return ask(world, 'events', method, path, { headers, body: body && JSON.stringify(body) });
}
