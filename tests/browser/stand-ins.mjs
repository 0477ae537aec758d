// Stand-ins for what is outside the documents app: an AI provider of the OpenAI dialect, and the platform's way out.

import http from 'node:http';
import { json } from 'node:stream/consumers';

async function listen(server) {
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { host: `127.0.0.1:${server.address().port}`, close };
}

/** A provider that takes one key and one model; `asked` has the body of each request that it answered with a description. */
export async function startProvider({ key, model, title }) {
  const asked = [];
  const server = http.createServer(async (request, response) => {
    const body = await json(request);
    const say = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.headers.authorization !== `Bearer ${key}`) {
      return say(401, { error: { message: 'Incorrect API key provided.', code: 'invalid_api_key' } });
    }
    if (body.model !== model) return say(404, { error: { message: `The model '${body.model}' does not exist.` } });
    asked.push(body);
    const description = JSON.stringify({ document_type: 'invoice', title, confidence: {} });
    const choice = { message: { role: 'assistant', content: description }, finish_reason: 'stop' };
    return say(200, { model, choices: [choice], usage: { prompt_tokens: 400, completion_tokens: 60 } });
  });
  return { ...(await listen(server)), asked };
}

/** The platform's way out for plain HTTP: to these hosts, and for any other the refusal that the platform's egress gives. */
export async function startWayOut(listed) {
  const server = http.createServer((request, response) => {
    const { host, hostname, port, pathname } = new URL(request.url);
    if (!listed.includes(host)) return refuse(response, `${hostname}:${port || 80}`);
    const onward = http.request({ hostname, port, path: pathname, method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    return request.pipe(onward);
  });
  server.on('connect', (request, socket) => {
    const answer = new http.ServerResponse(request);
    answer.assignSocket(socket);
    answer.on('finish', () => socket.end());
    refuse(answer, request.url);
  });
  return listen(server);
}

function refuse(response, target) {
  const problem = {
    type: 'urn:atoll:problem:egress-unlisted',
    title: 'Not let out',
    status: 403,
    detail: `\`${target}\` is not on the app's egress list.`,
  };
  response.writeHead(403, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
}
