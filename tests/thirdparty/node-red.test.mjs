// Node-RED behind the gateway: its editor's WebSocket tells of a flow that was deployed, and the flow answers.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { ask, root, stage, until } from './stage.mjs';

let world;
const headers = () => ({ cookie: world.people.ada.cookies.flows });

before(async () => {
  world = await stage({
    flows: ({ port, folder, start }) =>
      start('node', [
        join(root, 'tests/thirdparty/node-red/node_modules/node-red/red.js'),
        '--port', String(port), '--userDir', folder, '-D', 'uiHost=127.0.0.1',
      ]),
  });
});
after(() => world?.stop());

test('the editor is there', async () => {
  const answer = await ask(world, 'flows', 'GET', '/', { headers: headers() });
  assert.equal(answer.status, 200);
  assert.ok(answer.text.includes('Node-RED'), answer.text.slice(0, 300));
});

test('the editor’s socket tells of a deployment, and the deployed flow answers', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${world.port}/comms`, {
    headers: { host: world.host('flows'), ...headers() },
    origin: world.origin('flows'),
  });
  const deployed = new Promise((told, failed) => {
    socket.on('error', failed);
    socket.on('message', (data) => {
      const messages = [JSON.parse(data.toString())].flat();
      if (messages.some(({ topic }) => topic === 'notification/runtime-deploy')) told();
    });
  });
  await new Promise((opened, failed) => socket.once('open', opened).once('error', failed));
  socket.send(JSON.stringify({ subscribe: 'notification/#' }));
  const flow = [
    { id: 'tab', type: 'tab', label: 'Greeting' },
    { id: 'in', z: 'tab', type: 'http in', url: '/hello', method: 'get', wires: [['say']] },
    { id: 'say', z: 'tab', type: 'template', field: 'payload', template: 'hello', output: 'str', wires: [['out']] },
    { id: 'out', z: 'tab', type: 'http response', wires: [] },
  ];
  const answer = await ask(world, 'flows', 'POST', '/flows', {
    headers: { ...headers(), 'content-type': 'application/json', origin: world.origin('flows') },
    body: JSON.stringify(flow),
  });
  assert.equal(answer.status, 204, answer.text);
  await deployed;
  // It tells of the deployment a moment before the flow runs.
  await until('the flow answers', async () => {
    const greeting = await ask(world, 'flows', 'GET', '/hello', { headers: headers() });
    return greeting.status === 200 && greeting.text === 'hello';
  }, 10_000);
  socket.close();
});
