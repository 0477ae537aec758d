// The proxies that are measured: how each is started and what a request to it must carry.

import { execFileSync } from 'node:child_process';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const backend = '127.0.0.1:18400';
const [backendHost, backendPort] = backend.split(':');
const host = 'notes.atoll.localhost:8080';

// Buffers off and connections kept, so that nginx does no more than the others.
const nginx = (port, auth) => `
worker_processes 1; daemon off; pid nginx-${port}.pid; error_log stderr crit;
events { worker_connections 40000; }
http {
  access_log off; client_max_body_size 0; keepalive_requests 1000000000;
  client_body_temp_path body-${port}; proxy_temp_path proxy-${port};
  fastcgi_temp_path f-${port}; uwsgi_temp_path u-${port}; scgi_temp_path s-${port};
  map $http_upgrade $upgrade { default ""; websocket upgrade; }
  upstream backend { server ${backend}; keepalive 1100; keepalive_requests 1000000000; }
  proxy_http_version 1.1; proxy_request_buffering off; proxy_max_temp_file_size 0; proxy_read_timeout 1h;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      ${auth ? 'auth_request /auth; auth_request_set $user $upstream_http_x_forwarded_user; proxy_set_header X-Forwarded-User $user;' : ''}
      proxy_set_header Host $host; proxy_set_header Connection $upgrade; proxy_set_header Upgrade $http_upgrade;
      proxy_pass http://backend;
    }
    location = /auth {
      internal; proxy_pass http://backend/auth; proxy_pass_request_body off;
      proxy_set_header Content-Length ""; proxy_set_header Connection "";
    }
  }
}`;

const haproxy = (port, key) => `
global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout tunnel 1h
frontend front
  bind 127.0.0.1:${port} backlog 4096
${key === undefined ? '' : `  http-request set-var(txn.bearer) http_auth_bearer
  http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')
  http-request deny unless { var(txn.alg) -m str RS256 }
  http-request deny unless { var(txn.bearer),jwt_verify(txn.alg,"${key}") -m int 1 }
  http-request set-header X-Forwarded-User %[var(txn.bearer),jwt_payload_query('$.sub')]
`}  default_backend back
backend back
  http-reuse always
  server one ${backend}
`;

const caddy = (port, auth) => `
{
  admin off
  auto_https off
  log {
    level ERROR
  }
}
http://:${port} {
  bind 127.0.0.1
  ${auth ? `forward_auth ${backend} {
    uri /auth
    copy_headers X-Forwarded-User
    transport http {
      keepalive_idle_conns 1100
      keepalive_idle_conns_per_host 1100
    }
  }` : ''}
  reverse_proxy ${backend} {
    flush_interval -1
    transport http {
      keepalive_idle_conns 1100
      keepalive_idle_conns_per_host 1100
    }
  }
}
`;

/** A token of the kind that ours are, but with a key of 2,048 bits, which is the cheaper one to verify. */
function token(folder) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(folder, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: 'bench', sub: 'ada', iat: now, exp: now + 28_800 })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
}

/** Every proxy: `{name, port, host, header, command}`. `header` says who asks; those that check nobody get it too. */
export function peers(folder) {
  mkdirSync(folder, { recursive: true });
  const bearer = `Authorization: Bearer ${token(folder)}`;
  const file = (name, text) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const peer = (name, port, command, environment = {}) => ({ name, port, host, header: bearer, command, environment });
  const nginxAt = (name, port, auth) => peer(name, port, ['nginx', '-p', folder, '-e', 'stderr', '-c', file(`${name}.conf`, nginx(port, auth))]);
  const haproxyAt = (name, port, key) => peer(name, port, ['haproxy', '-q', '-db', '-f', file(`${name}.cfg`, haproxy(port, key))]);
  const caddyAt = (name, port, auth) =>
    peer(name, port, ['caddy', 'run', '--adapter', 'caddyfile', '--config', file(`${name}.caddyfile`, caddy(port, auth))], { GOMAXPROCS: '1', HOME: folder });
  return [
    { ...peer('ours', 18401, ['target/release/examples/gateway', '127.0.0.1:18401', backend, join(folder, 'ours')]), cookie: join(folder, 'ours/cookie') },
    nginxAt('nginx', 18402, false),
    nginxAt('nginx_auth_request', 18403, true),
    haproxyAt('haproxy', 18404),
    haproxyAt('haproxy_rs256', 18405, join(folder, 'key.pem')),
    caddyAt('caddy', 18406, false),
    caddyAt('caddy_forward_auth', 18407, true),
  ];
}

/** The versions that were measured, for the record. */
export function versions() {
  const first = (command, ...words) => execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).split('\n')[0];
  return [first('sh', '-c', 'nginx -v 2>&1'), first('haproxy', '-v'), first('caddy', 'version')];
}

export { backendHost, backendPort };
