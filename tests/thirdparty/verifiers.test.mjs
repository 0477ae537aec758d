// The verifiers of docs/app-authors.md, as they stand there, against identities that a real gateway signed.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { ask, python, root, stage } from './stage.mjs';

const run = promisify(execFile);
const servers = [];
let world;
let identity;
let jwks;

/** The example in `language`, with what prints the claims of the token that is its argument. */
function example(language, driver) {
  const page = readFileSync(join(root, 'docs/app-authors.md'), 'utf8');
  const code = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page);
  assert.ok(code, `docs/app-authors.md has no example in ${language}`);
  return `${code[1]}\n${driver}\n`;
}

const languages = [
  {
    name: 'Python',
    write: (folder) => {
      writeFileSync(join(folder, 'verify.py'), example('python', 'import json, sys\nprint(json.dumps(who(sys.argv[1])))'));
      return [python('python'), join(folder, 'verify.py')];
    },
  },
  {
    name: 'Node',
    write: (folder) => {
      symlinkSync(join(root, 'tests/thirdparty/node_modules'), join(folder, 'node_modules'));
      writeFileSync(
        join(folder, 'verify.mjs'),
        example('js', 'console.log(JSON.stringify(await who(process.argv[2])));'),
      );
      return [process.execPath, join(folder, 'verify.mjs')];
    },
  },
];

before(async () => {
  const told = (port, answer) => servers.push(http.createServer(answer).listen(port, '127.0.0.1'));
  world = await stage({
    notes: ({ port }) =>
      told(port, (request, response) => response.end(JSON.stringify(request.headers))),
    other: ({ port }) =>
      told(port, (request, response) => response.end(JSON.stringify(request.headers))),
  });
  const keys = http.createServer((_, response) => response.end(readFileSync(join(world.folder, 'jwks.json'))));
  await new Promise((listening) => keys.listen(0, '127.0.0.1', listening));
  servers.push(keys);
  jwks = `http://127.0.0.1:${keys.address().port}/.well-known/jwks.json`;
  const identityAt = async (app) => {
    const answer = await ask(world, app, 'GET', '/', { headers: { cookie: world.people.ada.cookies[app] } });
    return JSON.parse(answer.text)['atoll-identity'];
  };
  identity = { notes: await identityAt('notes'), other: await identityAt('other') };
});
after(async () => {
  for (const server of servers) server.close();
  await world?.stop();
});

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

for (const { name, write } of languages) {
  test(`the example in ${name} takes a good identity and no other`, async () => {
    const [command, ...args] = write(world.folder);
    const env = { ...process.env, ATOLL_APP: 'notes', ATOLL_JWKS_URL: jwks, NO_PROXY: '127.0.0.1' };
    const verify = (token) => run(command, [...args, token], { env });
    const claims = JSON.parse((await verify(identity.notes)).stdout);
    assert.equal(claims.sub, world.people.ada.id);
    assert.deepEqual([claims.email, claims.roles], ['ada@example.com', ['user']]);
    const [head, body, signature] = identity.notes.split('.');
    const { kid } = JSON.parse(Buffer.from(head, 'base64url'));
    const raised = encode({ ...claims, roles: ['admin'] });
    for (const [what, token] of Object.entries({
      'for another app': identity.other,
      'with other claims': `${head}.${raised}.${signature}`,
      unsigned: `${encode({ alg: 'none', kid, typ: 'JWT' })}.${raised}.`,
      'of an unknown key': `${encode({ alg: 'RS256', kid: 'unknown', typ: 'JWT' })}.${body}.${signature}`,
      'that is none': 'x',
    })) {
      await assert.rejects(verify(token), /./, `it took a token ${what}`);
    }
  });
}
