// Brings a program of somebody else up, and the control plane before it, and ends both afterwards.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const installed = join(root, 'target/thirdparty');
/** A program of the tests' own Python. */
export const python = (name) => join(installed, 'python/bin', name);

/** A port that is free now. */
export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Waits until something holds. */
export async function until(what, holds, patienceMillis = 60_000) {
  const end = Date.now() + patienceMillis;
  for (;;) {
    if (await holds()) return;
    if (Date.now() > end) throw new Error(`${what}: not within ${patienceMillis / 1000} seconds`);
    await pause(50);
  }
}

const accepts = (port) =>
  new Promise((answer) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => answer(true) || socket.destroy());
    socket.once('error', () => answer(false));
  });

/** Starts the control plane before `apps`: for each its port, or a function that listens on one that it is given. */
export async function stage(apps) {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-stage-'));
  const processes = [];
  const start = (command, args, options = {}) => {
    const process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const said = [];
    for (const stream of [process.stdout, process.stderr]) stream.on('data', (text) => said.push(text));
    process.on('error', (error) => said.push(error.message));
    processes.push({ process, said: () => Buffer.concat(said.map(Buffer.from)).toString() });
    return process;
  };
  const stop = async () => {
    for (const { process } of processes) {
      if (process.exitCode !== null || process.pid === undefined) continue;
      const ended = new Promise((exit) => process.once('exit', exit));
      process.kill();
      await Promise.race([ended, pause(5_000).then(() => process.kill('SIGKILL'))]);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const given = [];
    for (const [app, begin] of Object.entries(apps)) {
      const port = await freePort();
      await begin({ port, folder, start });
      await until(`${app} listens`, () => accepts(port));
      given.push(`${app}=127.0.0.1:${port}`);
    }
    const port = await freePort();
    start(join(root, 'target/debug/examples/stage'), [`127.0.0.1:${port}`, folder, ...given], {
      env: { ...process.env, RUST_LOG: 'warn', ATOLL_CONSOLE_DIR: join(root, 'controlplane/web/dist') },
    });
    const people = join(folder, 'people.json');
    await until('the stage is ready', () => existsSync(people));
    return {
      folder,
      port,
      people: JSON.parse(readFileSync(people, 'utf8')),
      console: `http://atoll.localhost:${port}`,
      host: (app) => `${app}.atoll.localhost:${port}`,
      origin: (app) => `http://${app}.atoll.localhost:${port}`,
      said: () => processes.map(({ said }) => said()).join('\n'),
      stop,
    };
  } catch (error) {
    console.error(processes.map(({ said }) => said()).join('\n'));
    await stop();
    throw error;
  }
}

/** One request, by address, so that no resolver has to know the name. */
export function ask(stage, app, method, path, { headers = {}, body } = {}) {
  return new Promise((answered, failed) => {
    const request = http.request(
      { host: '127.0.0.1', port: stage.port, method, path, headers: { host: stage.host(app), ...headers } },
      (answer) => {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('error', failed);
        answer.on('end', () =>
          answered({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(pieces).toString() }),
        );
      },
    );
    request.on('error', failed);
    request.end(body);
  });
}

/** The header of Basic with an access token as the password. */
export const basic = (name, token) => ({
  authorization: `Basic ${Buffer.from(`${name}:${token}`).toString('base64')}`,
});
