import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build, createServer, preview } from 'vite';
import { contractGateway } from './contract.mjs';
import { browser } from './processes.mjs';
import { until } from './stub.mjs';

const ROOT = fileURLToPath(new URL('vite-app', import.meta.url));
const PAGE = '<!doctype html><title>A frontend</title><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/main.js"></script>';
const MAIN = `
import { createElement, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { useRodinTask } from '@rodin-gateway/client/react';

function Task({ taskKey, token }) {
  // New options with each render must not start another watch.
  const { task, problem, trouble, watching, restart } = useRodinTask(taskKey, { onStatus: ({ status }) => window.received.push(status), notFoundGraceMs: 0, token });
  const shown = { key: taskKey, status: task?.status, stale: task?.stale, problem: problem?.code, trouble: trouble?.error.code, watching };
  window.rendered.push(shown);
  return createElement('p', null, JSON.stringify(shown), createElement('button', { id: 'restart', onClick: restart }, 'Restart'));
}

function App() {
  const [key, setKey] = useState('first');
  const [token, setToken] = useState();
  window.setKey = setKey;
  window.setToken = setToken;
  return key === 'none' ? createElement('p', null, 'nothing') : createElement(Task, { taskKey: key === 'idle' ? null : key, token });
}

window.rendered = [];
window.received = [];
createRoot(document.getElementById('root')).render(createElement(StrictMode, null, createElement(App)));
`;

let contract, chromium, page, errors;

before(async () => {
  rmSync(ROOT, { recursive: true, force: true });
  mkdirSync(ROOT);
  writeFileSync(`${ROOT}/index.html`, PAGE);
  writeFileSync(`${ROOT}/main.js`, MAIN);
  chromium = await browser();
});

after(() => chromium?.close());

beforeEach(async () => {
  contract = await contractGateway();
});

afterEach(async () => {
  await page?.close();
  await contract.close();
});

/** The page as served by Vite's development server, and as built; the gateway is behind Vite's own proxy. */
const served = {
  async 'dev server'() {
    const server = await createServer({ ...settings(), server: { port: 0, host: '127.0.0.1', proxy: proxy() } });
    await server.listen();
    return { url: server.resolvedUrls.local[0], close: () => server.close() };
  },
  async build() {
    await build(settings());
    const server = await preview({ ...settings(), preview: { port: 0, host: '127.0.0.1', proxy: proxy() } });
    return { url: server.resolvedUrls.local[0], close: () => server.close() };
  },
};
const settings = () => ({ root: ROOT, configFile: false, logLevel: 'silent', clearScreen: false });
const proxy = () => ({ '/tasks': contract.url });

async function open(url) {
  errors = [];
  page = await chromium.context.newPage();
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (failure) => errors.push(String(failure)));
  await page.goto(url);
}

const shows = (text) => page.locator('p', { hasText: text }).waitFor({ timeout: 20_000 });
const requested = () => contract.seen.map(({ what }) => what);

for (const [name, serve] of Object.entries(served)) {
  test(`a component follows its task: Vite, ${name}`, { timeout: 60_000 }, async () => {
    const site = await serve();
    try {
      await open(site.url);
      await shows('"status":"waiting"');
      await until(() => requested().includes('events'), 'the stream');
      contract.move({ status: 'generating' });
      await shows('"status":"generating","stale":false');
      contract.move({ stale: true });
      await shows('"status":"generating","stale":true');
      contract.move({ stale: false, status: 'done' });
      await shows('"status":"done","stale":false,"watching":false');
      assert.deepEqual(requested(), ['status', 'events'], 'strict mode, or a render, started another watch');
      assert.deepEqual(await page.evaluate(() => window.received), ['waiting', 'generating', 'generating', 'done']);
      assert.deepEqual(errors, []);
    } finally {
      await page.close();
      await site.close();
    }
  });
}

test('the hook follows its key, and ends its watch', { timeout: 60_000 }, async () => {
  const site = await served['dev server']();
  try {
    await open(site.url);
    await shows('"status":"waiting"');
    await until(() => contract.streams() === 1, 'the stream');
    await page.evaluate(() => window.setKey('second'));
    await shows('"key":"second","status":"waiting"');
    const first = await page.evaluate(() => JSON.stringify(window.rendered.find(({ key }) => key === 'second')));
    assert.deepEqual(JSON.parse(first), { key: 'second', watching: true }, 'another task is shown under this key');
    await until(() => contract.seen.filter(({ what }) => what === 'events').length === 2, 'the stream of the second');
    await until(() => contract.streams() === 1, 'the stream of the first to end');
    await page.evaluate(() => window.setKey('idle'));
    await shows('"key":null,"watching":false');
    await until(() => contract.streams() === 0, 'the stream of the second to end');
    contract.move({ refusal: { status: 404, code: 'task-not-found', retryAfter: '0' } });
    await page.evaluate(() => window.setKey('third'));
    await shows('"problem":"task-not-found","watching":false');
    contract.move({ refusal: null });
    await page.locator('#restart').click();
    await shows('"key":"third","status":"waiting","stale":false,"watching":true');
    await until(() => contract.streams() === 1, 'the stream of the third');
    await page.evaluate(() => window.setKey('none'));
    await until(() => contract.streams() === 0, 'the stream of the third to end');
    assert.deepEqual(errors.filter((error) => !/404/.test(error)), []);
  } finally {
    await page.close();
    await site.close();
  }
});

test('a supplier of tokens may be passed later, and replaced', { timeout: 60_000 }, async () => {
  const site = await served['dev server']();
  const tokens = () => contract.seen.map(({ headers }) => headers.authorization);
  try {
    contract.move({ refusal: { status: 503, code: 'upstream-unavailable', retryAfter: '1' } });
    await open(site.url);
    await until(() => tokens().length === 1, 'the first look-up');
    for (const token of ['first', 'second']) {
      await page.evaluate((name) => window.setToken(() => () => name), token);
      await until(() => tokens().at(-1) === `Bearer ${token}`, `a look-up with the ${token} token`);
    }
    assert.equal(tokens()[0], undefined);
  } finally {
    await page.close();
    await site.close();
  }
});
