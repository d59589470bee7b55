import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as forward } from 'node:http';
import { connect, createServer as listenOn } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fetchEventSource } from '@microsoft/fetch-event-source';
import { getTask, getTasks, watchTask } from '@rodin-gateway/client';
import compression from 'compression';
import express from 'express';
import { contractGateway } from './contract.mjs';
import { gateway, simulator } from './processes.mjs';
import { until } from './stub.mjs';

let rodin, packaged;
let keys = 0;
const newKey = () => `demo-${process.pid}-${++keys}`;

before(async () => {
  rodin = await simulator({ taskSeconds: 3 });
  packaged = await gateway(rodin.url);
});

after(async () => {
  await packaged?.stop();
  await rodin?.stop();
});

async function freePort() {
  const server = listenOn().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A real proxy, with compression and whatever buffers it has by default. */
async function daemon(command, args, configuration) {
  const directory = mkdtempSync(join(tmpdir(), 'rodin-gateway-proxy-'));
  const port = await freePort();
  const file = join(directory, 'proxy.conf');
  writeFileSync(file, configuration(port, directory));
  let output = '';
  const child = spawn(command, args(file, directory), { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  child.once('error', (failure) => (output += failure.message));
  const listens = () => new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.pid === undefined) reject(new Error(`${command} has ended:\n${output}`));
    const socket = connect(port, '127.0.0.1', () => resolve(socket.end()));
    socket.once('error', () => resolve(false));
  });
  await until(listens, command);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      child.kill('SIGKILL');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const nginx = (target) => daemon('/usr/sbin/nginx', (file, directory) => ['-p', directory, '-c', file], (port, directory) => `
daemon off;
master_process off;
pid ${directory}/pid;
error_log stderr;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${directory}/${name};`).join('\n  ')}
  gzip on;
  gzip_min_length 0;
  gzip_proxied any;
  gzip_types application/json text/event-stream;
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass ${target}; proxy_http_version 1.1; proxy_set_header Connection ""; }
    location /rodin/ { proxy_pass ${target}/; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
`);

const haproxy = (target) => daemon('/usr/sbin/haproxy', (file) => ['-db', '-f', file], (port) => `
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend all
  bind 127.0.0.1:${port}
  compression algo gzip
  compression type application/json text/event-stream
  http-request replace-path /rodin/(.*) /\\1
  default_backend gateway
backend gateway
  server gateway ${new URL(target).host}
`);

/** The compression that webpack-dev-server and Next.js use in front of their proxies. */
async function expressCompression(target) {
  const app = express();
  app.use(compression({ threshold: 0 }));
  app.use((request, response) => {
    const path = request.url.replace(/^\/rodin\//, '/');
    const headers = { ...request.headers, host: new URL(target).host };
    delete headers['accept-encoding']; // as proxies that compress responses do
    const onward = forward(target + path, { method: request.method, headers }, (reply) => {
      response.writeHead(reply.statusCode, reply.headers);
      reply.pipe(response);
    });
    response.on('close', () => onward.destroy());
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  const server = createServer(app);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

for (const [name, proxy] of Object.entries({ nginx, haproxy, 'Express with compression()': expressCompression })) {
  test(`events pass immediately through ${name}`, async () => {
    const contract = await contractGateway();
    const front = await proxy(contract.url);
    try {
      const statuses = [];
      const troubles = [];
      const ended = watchTask('a.key', { base: front.url, onStatus: ({ status }) => statuses.push(status), onTrouble: (trouble) => troubles.push(trouble) });
      for (const status of ['generating', 'done']) {
        await until(() => contract.seen.some(({ what }) => what === 'events'), 'the stream');
        await new Promise((resolve) => setTimeout(resolve, 200)); // for the stream to be open on both sides
        contract.move({ status });
        const moved = Date.now();
        await until(() => statuses.includes(status), `the change to ${status}`);
        assert.ok(Date.now() - moved < 1000, `${status} took ${Date.now() - moved} ms`);
      }
      await ended;
      assert.deepEqual(contract.seen.map(({ what }) => what), ['status', 'events'], 'the stream was replaced by long polls');
      assert.deepEqual(troubles, []);
    } finally {
      await front.close();
      await contract.close();
    }
  });

  test(`a task is followed through ${name}, under a path prefix, too`, async () => {
    const front = await proxy(packaged.url);
    try {
      for (const base of [front.url, `${front.url}/rodin/`]) {
        const urls = [];
        const counting = (url, init) => (urls.push(url), fetch(url, init));
        const seen = new Map();
        const ended = await watchTask(newKey(), { base, fetch: counting, onStatus: ({ status }) => seen.set(status, seen.get(status) ?? Date.now()) });
        assert.equal(ended.status, 'done');
        assert.deepEqual([...seen.keys()], ['waiting', 'generating', 'done']);
        const ahead = seen.get('done') - seen.get('generating');
        assert.ok(ahead > 500, `events were held back: the last came ${ahead} ms after the one before`);
        assert.deepEqual(urls.map((url) => url.split('/').at(-1)), ['status', 'events'], 'the stream was replaced by long polls');
        const results = await getTasks([newKey(), 'not a key!'], { base });
        assert.deepEqual(results.map(({ task, problem }) => task?.status ?? problem.code), ['waiting', 'invalid-key']);
        const waiting = await getTask(newKey(), { base });
        const next = await getTask('demo-waits', { base, known: waiting, waitSeconds: 1 });
        assert.ok(next.status);
      }
    } finally {
      await front.close();
    }
  });
}

/** Reads a stream with a client that treats every message as an event, to which `first` is what the first one leads to. */
async function readEveryMessage(url, first = () => {}) {
  Object.assign(globalThis, { document: Object.assign(new EventTarget(), { hidden: false }), window: globalThis }); // it requires a page
  const opened = [];
  const statuses = [];
  try {
    const ended = fetchEventSource(`${url}/tasks/${newKey()}/events`, {
      openWhenHidden: true,
      fetch: (address, init) => (opened.push(address), fetch(address, init)),
      onmessage: (message) => statuses.push(JSON.parse(message.data).status),
      onerror: (failure) => {
        throw failure;
      },
    });
    ended.catch(() => {}); // awaited below
    await Promise.race([ended, until(() => statuses.length, 'the first event')]);
    first();
    await ended;
    return { opened: opened.length, statuses: [...new Set(statuses)] };
  } finally {
    delete globalThis.document;
    delete globalThis.window;
  }
}

// What the gateway sends besides events must not count as a message: this client would fail on it, and reconnect forever.
test('a client that treats every message as an event reads the stream once', async () => {
  assert.deepEqual(await readEveryMessage(packaged.url), { opened: 1, statuses: ['waiting', 'generating', 'done'] });
});

test('a client that treats every message as an event reads the stream of the contract once', async () => {
  const contract = await contractGateway();
  try {
    const read = await readEveryMessage(contract.url, () => contract.move({ status: 'done' }));
    assert.deepEqual(read, { opened: 1, statuses: ['waiting', 'done'] });
  } finally {
    await contract.close();
  }
});
