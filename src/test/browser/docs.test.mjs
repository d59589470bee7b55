import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { contractGateway } from './contract.mjs';
import { allowing, browser, gateway, simulator } from './processes.mjs';
import { until } from './stub.mjs';

/** The examples of docs/frontends.md, run unmodified in a page of another origin. */
const GUIDE = readFileSync(new URL('docs/frontends.md', import.meta.url), 'utf8');
const EXAMPLES = new Map([...GUIDE.matchAll(/<!-- example: ([\w-]+) -->\n```jsx?\n(.*?)```/gs)].map(([, name, code]) => [name, code]));
const WRITTEN_FOR = 'http://localhost:8080';
const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Mounts a component, so that a test can call an example's hook. */
const MOUNT = `
export { createElement } from 'react';
import { createElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
export function mount(component, props) {
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  root.render(createElement(StrictMode, null, createElement(component, props)));
  return () => root.unmount();
}
export { QueryClient, QueryClientProvider } from '@tanstack/react-query';`;

let rodin, packaged, strict, contract, chromium, page, site;
let exchanges;
let keys = 0;
const bundles = new Map();

before(async () => {
  rodin = await simulator({ taskSeconds: 3 });
  site = createServer(async (request, response) => {
    const [name, from] = request.url.slice(1).split('.js?');
    const script = from && (await bundle(name, decodeURIComponent(from)));
    response.writeHead(200, { 'Content-Type': script ? 'text/javascript' : 'text/html' });
    response.end(script || '<!doctype html><title>A frontend</title><link rel="icon" href="data:,">');
  });
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  site.url = `http://127.0.0.1:${site.address().port}`;
  packaged = await gateway(rodin.url, allowing(site.url));
  strict = await gateway(rodin.url);
  chromium = await browser();
  page = await chromium.context.newPage();
  page.on('response', async (response) => {
    const what = response.url().split('/').at(-1);
    const request = response.request();
    if (/^(status|events)$/.test(what)) exchanges.push({ what, status: response.status(), headers: request.headers() });
  });
  await page.goto(site.url);
});

after(async () => {
  await chromium?.close();
  await packaged?.stop();
  await strict?.stop();
  await rodin?.stop();
  site?.closeAllConnections();
  site?.close();
});

afterEach(async () => {
  await page?.goto(site.url); // ends hooks, and restores what a test has replaced
  await contract?.close();
  contract = undefined;
});

/** Bundles an example, with the gateway's address replaced and a component that mounts its hook. */
function bundle(name, from) {
  const id = `${name} ${from}`;
  if (!bundles.has(id)) {
    bundles.set(id, build({
      stdin: { contents: `export * from 'example:${name}';\n${/use\w*Task/.test(EXAMPLES.get(name)) ? MOUNT : ''}`, resolveDir: HERE },
      bundle: true,
      write: false,
      format: 'esm',
      jsx: 'automatic',
      define: { 'process.env.NODE_ENV': '"development"' },
      plugins: [{
        name: 'examples',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^(example:|\.\/look-up\.js$)/ }, ({ path }) => ({ path: path.replace(/^example:|^\.\/|\.js$/g, ''), namespace: 'example' }));
          onLoad({ filter: /./, namespace: 'example' }, ({ path }) =>
            ({ contents: EXAMPLES.get(path).replaceAll(WRITTEN_FOR, from), loader: 'jsx', resolveDir: HERE }));
        },
      }],
    }).then(({ outputFiles }) => outputFiles[0].text));
  }
  return bundles.get(id);
}

/** Calls a function that an example exports, and returns its outcome and everything it has shown. */
function run(name, call, key = `demo-${process.pid}-${++keys}`) {
  exchanges = [];
  return page.evaluate(
    async ([module, body, argument]) => {
      const example = await import(module);
      const shown = [];
      globalThis.shownBy ??= {};
      const outcome = await new Function('example', 'key', 'shown', `return (async () => ${body})()`)(example, argument, shown);
      return { shown, outcome };
    },
    [`/${name}.js?${encodeURIComponent(contract?.url ?? packaged.url)}`, call, key],
  );
}

const requestsFor = (what) => exchanges.filter((exchange) => exchange.what === what);
const SPEED = 30;
/** Runs a call with delays that are shorter than it requests. */
const faster = (call) => `(async (delay) => {
  globalThis.setTimeout = (callback, ms, ...rest) => delay(callback, ms / ${SPEED}, ...rest);
  return ${call};
})(setTimeout)`;
const failing = (call) => `${call}.then(() => 'nothing', (failure) => failure.message)`;

/** Returns each status once, in order. */
const words = (tasks) => [...new Set(tasks.map((task) => task.status))];

test('every example of the guide is tested below, and contains the address that is replaced', () => {
  assert.deepEqual([...EXAMPLES.keys()].sort(), ['client', 'events', 'hook', 'iteration', 'list', 'look-up', 'query', 'swr', 'table', 'waiting']);
  assert.equal(GUIDE.match(/^```/gm).length, EXAMPLES.size * 2, 'a code block without a name is not run');
  for (const [name, example] of EXAMPLES) assert.ok(/look-up\.js/.test(example) || example.includes(WRITTEN_FOR), `${name} is written for another address`);
});

test('the client follows a task, and reports why it cannot', async () => {
  const { shown, outcome } = await run('client', 'example.follow(key, (line) => shown.push(line))');
  assert.equal(outcome.status, 'done');
  assert.equal(shown[0], 'waiting, 0 %');
  assert.ok(shown.includes('generating, 33 %'), shown.join('\n'));
  assert.equal(shown.at(-1), 'done, 100 %');
  assert.deepEqual(exchanges.map(({ what, status }) => `${status} ${what}`), ['200 status', '200 events']);
  const wrong = await run('client', 'example.follow(key, (line) => shown.push(line))', 'not a key!');
  assert.equal(wrong.outcome, null);
  assert.match(wrong.shown[0], /^Invalid task key: The task key must be/);
  const left = await run('client', failing('example.follow(key, () => {}, AbortSignal.abort(new Error("the view is gone")))'));
  assert.equal(left.outcome, 'the view is gone');
});

test('a loop over a watch can be ended early', async () => {
  const { outcome } = await run('iteration', 'example.untilBegun(key)');
  assert.equal(outcome, 'generating');
});

test('plain fetch follows a task to its end, with the tag in the browser cache', async () => {
  const { shown, outcome } = await run('look-up', 'example.poll(key, (task) => shown.push(task))');
  assert.equal(outcome.status, 'done');
  assert.deepEqual(words(shown), ['waiting', 'generating', 'done']);
  const looks = requestsFor('status');
  assert.ok(looks.length < 14, `${looks.length} look-ups of a task of 3 s and a freshness of 0.5 s`);
  assert.equal((await run('look-up', faster(failing('example.poll(key, () => {})')), 'no-such-task')).outcome, 'Task not found');
});

test('long polls return each change', async () => {
  const { shown, outcome } = await run('waiting', 'example.wait(key, (task) => shown.push(task))');
  assert.equal(outcome.status, 'done');
  assert.deepEqual(words(shown), ['waiting', 'generating', 'done']);
  const [, ...others] = requestsFor('status');
  assert.ok(others.every((request) => request.headers.prefer === 'wait=30'));
  assert.ok(others.every((request) => request.status === 200), 'it came back for nothing');
  assert.equal((await run('waiting', faster(failing('example.wait(key, () => {})')), 'no-such-task')).outcome, 'Task not found');
});

test('an EventSource receives each change and does not reconnect', async () => {
  const { shown, outcome } = await run('events', `new Promise((resolve, reject) => {
    let opened;
    globalThis.EventSource = class extends EventSource { constructor(url) { opened = super(url); } };
    const look = () => resolve(opened.readyState === EventSource.CLOSED);
    example.listen(key, (task) => { shown.push(task); if (task.terminal) setTimeout(look); }, reject);
  })`);
  assert.equal(outcome, true, 'it is still open');
  assert.deepEqual(words(shown), ['waiting', 'generating', 'done']);
  assert.deepEqual(exchanges.map(({ what, status }) => `${status} ${what}`), ['200 events']);
});

test('an EventSource does not learn why it is rejected', async () => {
  const { outcome } = await run('events', 'new Promise((resolve) => example.listen(key, () => {}, resolve))', 'no-such-task');
  assert.equal(outcome, 'refused');
  assert.deepEqual(exchanges.map(({ what, status }) => `${status} ${what}`), ['404 events']);
});

test('a list returns each task in its position', async () => {
  const { outcome } = await run('list', "example.lookUpAll([key, 'no-such-task', 'not a key!', key])");
  assert.deepEqual(outcome, ['waiting', 'task-not-found', 'invalid-key', 'waiting']);
  assert.equal((await run('list', failing('example.lookUpAll([])'))).outcome, 'invalid-request');
});

test('a table handles a list of any length', async () => {
  const { outcome } = await run('table', "example.table([...Array.from({ length: 101 }, () => 'not a key!'), key, 'no-such-task'])");
  assert.deepEqual(outcome.slice(-2), ['waiting', 'task-not-found']);
  assert.equal(outcome.length, 103);
});

const HOOK = `new Promise((resolve, reject) => {
  const client = example.QueryClient && new example.QueryClient();
  function Show() {
    const { data, error } = example.useTask(key);
    if (data && shown.at(-1) !== data) shown.push(data);
    if (data?.terminal) resolve(data);
    if (error?.status === 400) reject(error);
    return example.createElement('p', null, data?.status);
  }
  example.mount(client ? () => example.createElement(example.QueryClientProvider, { client }, example.createElement(Show)) : Show);
})`;
const COMPONENT = `new Promise((resolve) => {
  const unmount = example.mount(example.Task, { taskKey: key });
  const root = document.body.lastElementChild;
  new MutationObserver(() => {
    const text = root.textContent;
    if (/^\\w+, \\d/.test(text)) shown.push({ status: text.split(',')[0], stale: text.includes('last known') });
    if (text.startsWith('done')) resolve(unmount());
  }).observe(root, { childList: true, subtree: true, characterData: true });
})`;
const FOLLOW = `example.follow(key, (line) => shown.push({ status: line.split(',')[0], stale: line.includes('last known') }))`;

/** Returns the sequence of what is shown, without repetitions. */
const turns = (shown) => shown.filter(({ status }) => !status.startsWith('Refused')).map(({ status, stale }) => `${status}${stale ? ' stale' : ''}`).filter((turn, i, all) => turn !== all[i - 1]);

for (const [name, call, { polls = false, tags = polls } = {}] of [
  ['client', FOLLOW],
  ['hook', COMPONENT],
  ['look-up', 'example.poll(key, (task) => shown.push(task))', { polls: true }],
  ['swr', HOOK, { polls: true }],
  ['query', HOOK, { polls: true }],
  ['waiting', 'example.wait(key, (task) => shown.push(task))', { tags: true }],
]) {
  test(`the start and the end of an outage are shown: ${name}`, async () => {
    const pollAfterMs = 400;
    contract = await contractGateway({ pollAfterMs });
    const looks = () => contract.seen.filter(({ what }) => what === 'status');
    // At first no status is known, and no request may be repeated before the time that the gateway requests.
    contract.move({ refusal: { status: 503, code: 'upstream-unavailable', retryAfter: '1' } });
    const ran = run(name, call);
    ran.catch(() => {}); // awaited below
    await Promise.race([ran, until(() => looks().length === 1, 'the first look-up')]);
    contract.move({ refusal: null });
    await Promise.race([ran, until(() => looks().length > 1, 'the second look-up')]);
    const pause = looks()[1].at - looks()[0].at;
    assert.ok(pause >= 990, `it came back after ${pause} ms`);
    for (const change of [{ status: 'generating' }, { stale: true }, { stale: false }, { status: 'done' }]) {
      const before = contract.seen.length;
      await until(() => contract.seen.length >= before + 2 || !polls, 'two look-ups');
      await new Promise((resolve) => setTimeout(resolve, polls ? 0 : 400)); // until notifications have arrived
      contract.move(change);
    }
    const { shown } = await ran;
    assert.deepEqual(turns(shown), ['waiting', 'generating', 'generating stale', 'generating', 'done']);
    if (polls) {
      const times = looks().filter(({ status }) => status < 400).map(({ at }) => at);
      const shortest = Math.min(...times.slice(1).map((at, i) => at - times[i]));
      assert.ok(shortest >= pollAfterMs * 0.9, `repeated after ${shortest} ms`);
    }
    if (tags) assert.ok(looks().some(({ headers }) => headers['if-none-match']), 'no tag is sent');
    if (polls) assert.ok(looks().some(({ status }) => status === 304), 'nothing was saved');
    const settled = contract.seen.length;
    await new Promise((resolve) => setTimeout(resolve, 2 * pollAfterMs));
    assert.equal(contract.seen.length, settled, 'there are requests after the end');
  });
}

const FOLLOWING = {
  'look-up': 'example.poll(key, (task) => shown.push(task))',
  swr: HOOK,
  query: HOOK,
  waiting: 'example.wait(key, (task) => shown.push(task))',
};

test('an outage of Rodin behind the packaged gateway is shown, and then the end of the task', { timeout: 60_000 }, async () => {
  const calls = Object.entries({ client: FOLLOW, hook: COMPONENT, ...FOLLOWING });
  const shownTo = () => page.evaluate(() => Object.values(globalThis.shownBy ?? {}));
  const ran = Promise.all(calls.map(([name, call]) => run(name, `(globalThis.shownBy[key] = shown, ${call})`)));
  ran.catch(() => {}); // awaited below
  try {
    await until(async () => (await shownTo()).filter((shown) => shown.length).length === calls.length, 'each first status');
    await rodin.outage('reset');
    await until(async () => (await shownTo()).filter((shown) => shown.some(({ stale }) => stale)).length === calls.length, 'the outage');
  } finally {
    await rodin.outage('off');
  }
  (await ran).forEach(({ shown }, i) => {
    const [last, ...earlier] = turns(shown).reverse();
    assert.equal(last, 'done', calls[i][0]);
    assert.ok(earlier.some((turn) => turn.endsWith(' stale')), `${calls[i][0]}: ${earlier}`);
  });
});

for (const [name, call] of Object.entries(FOLLOWING)) {
  test(`an invalid key is looked up once: ${name}`, async () => {
    contract = await contractGateway();
    contract.move({ refusal: { status: 400, code: 'invalid-key', retryAfter: '0' } });
    const { outcome } = await run(name, failing(call));
    assert.equal(outcome, 'Refused');
    await new Promise((resolve) => setTimeout(resolve, 1500)); // longer than the delay after a failure
    assert.equal(contract.seen.length, 1);
  });

  const briefly = [[404, 'task-not-found'], [502, 'upstream-credentials'], [502, 'upstream-account']];
  for (const [status, code] of name === 'look-up' ? briefly : briefly.slice(0, 1)) { // they share a function
    test(`a look-up that is rejected with ${code} is repeated for 30 s: ${name}`, async () => {
      contract = await contractGateway();
      contract.move({ refusal: { status, code, retryAfter: '0' } });
      run(name, faster(failing(call))).catch(() => {}); // the hooks show the failure and do not end
      const requests = name === 'swr' ? 5 : 6; // SWR counts from one
      await until(() => contract.seen.length === requests, 'the last attempt');
      const took = (contract.seen.at(-1).at - contract.seen[0].at) * SPEED;
      assert.ok(took >= 29_000 && took < 45_000, `they took ${took} ms`);
      await new Promise((resolve) => setTimeout(resolve, 35_000 / SPEED)); // longer than the longest delay
      assert.equal(contract.seen.length, requests);
    });
  }

  test(`a Retry-After that is a date does not cause a request at once: ${name}`, async () => {
    contract = await contractGateway();
    contract.move({ refusal: { status: 503, code: 'upstream-unavailable', retryAfter: new Date().toUTCString() } });
    run(name, failing(call)).catch(() => {});
    await until(() => contract.seen.length === 2, 'the second look-up');
    const pause = contract.seen[1].at - contract.seen[0].at;
    assert.ok(pause >= 990, `it came back after ${pause} ms`);
  });
}

test('another origin can read the headers of a response if it is allowed to, and nothing otherwise', async () => {
  const fetchFrom = (address) => page.evaluate(async (url) => {
    try {
      const first = await fetch(`${url}/tasks/demo-hints/status`, { cache: 'no-store' });
      const etag = first.headers.get('ETag');
      const headers = { 'If-None-Match': etag, Prefer: 'wait=1' };
      const second = await fetch(`${url}/tasks/demo-hints/status`, { headers, cache: 'no-store' });
      const names = ['ETag', 'Age', 'Cache-Status', 'Retry-After', 'Preference-Applied'];
      return { etag, status: second.status, read: names.filter((name) => second.headers.has(name)) };
    } catch (failure) {
      return String(failure);
    }
  }, address);
  const allowed = await fetchFrom(packaged.url);
  assert.match(allowed.etag ?? '', /^W\/"/);
  assert.ok([200, 304].includes(allowed.status), `it is ${allowed.status}`);
  assert.deepEqual(allowed.read, ['ETag', 'Age', 'Cache-Status', 'Retry-After', 'Preference-Applied']);
  assert.equal(await fetchFrom(strict.url), 'TypeError: Failed to fetch');
});
