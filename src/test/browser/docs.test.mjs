import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { allowing, browser, gateway, simulator } from './house.mjs';

/** The examples of docs/frontends.md, run as they are in the page of another origin. */
const GUIDE = readFileSync(new URL('docs/frontends.md', import.meta.url), 'utf8');
const EXAMPLES = new Map([...GUIDE.matchAll(/<!-- example: (\w+) -->\n```js\n(.*?)```/gs)].map(([, name, code]) => [name, code]));
const WRITTEN_FOR = 'http://localhost:8080';

let rodin, house, strict, chromium, page, site;
let exchanges;
let keys = 0;

before(async () => {
  rodin = await simulator({ taskSeconds: 3 });
  site = createServer((request, response) => {
    const name = request.url.slice(1).split('.')[0];
    const script = name === 'rodin-task' ? readFileSync(new URL('watch-page/rodin-task.js', import.meta.url)) : code(name);
    response.writeHead(200, { 'Content-Type': script ? 'text/javascript' : 'text/html' });
    response.end(script ?? '<!doctype html><title>A frontend</title><link rel="icon" href="data:,">');
  });
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  site.url = `http://127.0.0.1:${site.address().port}`;
  house = await gateway(rodin.url, allowing(site.url));
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
  await house?.stop();
  await strict?.stop();
  await rodin?.stop();
  site?.closeAllConnections();
  site?.close();
});

const code = (name) => EXAMPLES.get(name)?.replaceAll(WRITTEN_FOR, house.url);

/** Calls a function that an example exports, until it comes to something, and returns all that it told. */
function run(name, call, key = `demo-${process.pid}-${++keys}`) {
  exchanges = [];
  return page.evaluate(
    async ([module, body, argument]) => {
      const example = await import(module);
      const shown = [];
      const outcome = await new Function('example', 'key', 'shown', `return (async () => ${body})()`)(example, argument, shown);
      return { shown, outcome };
    },
    [`/${name}.js`, call, key],
  );
}

const asked = (what) => exchanges.filter((exchange) => exchange.what === what);
const failing = (call) => `${call}.then(() => 'nothing', (failure) => failure.message)`;

/** Each status once, in order. */
const words = (tasks) => [...new Set(tasks.map((task) => task.status))];

test('every example of the guide is one of those below, and written for the address that is replaced', () => {
  assert.deepEqual([...EXAMPLES.keys()].sort(), ['client', 'events', 'polling', 'waiting']);
  assert.equal(GUIDE.match(/^```/gm).length, EXAMPLES.size * 2, 'a block of code without a name is not run');
  for (const [name, example] of EXAMPLES) assert.ok(example.includes(WRITTEN_FOR), `${name} is written for another address`);
});

test('the client follows a task, and says why one cannot be followed', async () => {
  const { shown, outcome } = await run('client', 'example.follow(key, (line) => shown.push(line))');
  assert.equal(outcome.status, 'done');
  assert.equal(shown[0], 'waiting, 0 %');
  assert.ok(shown.includes('generating, 33 %'), shown.join('\n'));
  assert.equal(shown.at(-1), 'done, 100 %');
  assert.deepEqual(exchanges.map(({ what, status }) => `${status} ${what}`), ['200 status', '200 events']);
  const unknown = await run('client', 'example.follow(key, (line) => shown.push(line))', 'no-such-task');
  assert.equal(unknown.outcome, null);
  assert.match(unknown.shown[0], /^Task not found: Rodin does not know this task/);
  const left = await run('client', failing('example.follow(key, () => {}, AbortSignal.abort(new Error("the view is gone")))'));
  assert.equal(left.outcome, 'the view is gone');
});

test('polling sees a task through, by its tag', async () => {
  const { shown, outcome } = await run('polling', 'example.poll(key, (task) => shown.push(task))');
  assert.equal(outcome.status, 'done');
  assert.deepEqual(words(shown), ['waiting', 'generating', 'done']);
  const [first, ...others] = asked('status');
  assert.equal(first.headers['if-none-match'], undefined);
  assert.ok(others.every((request) => request.headers['if-none-match']), 'the tag could not be read');
  assert.ok(others.length < 12, `${others.length} look-ups of a task of 3 s and a freshness of 0.5 s`);
  assert.equal((await run('polling', failing('example.poll(key, () => {})'), 'no-such-task')).outcome, 'task-not-found');
});

test('waiting sees each change', async () => {
  const { shown, outcome } = await run('waiting', 'example.wait(key, (task) => shown.push(task))');
  assert.equal(outcome.status, 'done');
  assert.deepEqual(words(shown), ['waiting', 'generating', 'done']);
  const [, ...others] = asked('status');
  assert.ok(others.every((request) => request.headers.prefer === 'wait=30'));
  assert.ok(others.every((request) => request.status === 200), 'it came back for nothing');
  assert.equal((await run('waiting', failing('example.wait(key, () => {})'), 'no-such-task')).outcome, 'task-not-found');
});

test('an EventSource hears each change and does not come back', async () => {
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

test('an EventSource is not told why it is refused', async () => {
  const { outcome } = await run('events', 'new Promise((resolve) => example.listen(key, () => {}, resolve))', 'no-such-task');
  assert.equal(outcome, 'refused');
  assert.deepEqual(exchanges.map(({ what, status }) => `${status} ${what}`), ['404 events']);
});

test('another origin reads the hints of an answer if it is allowed to, and nothing otherwise', async () => {
  const ask = (address) => page.evaluate(async (url) => {
    const { getStatus } = await import('/rodin-task.js');
    try {
      const first = await getStatus('demo-hints', { base: url });
      const second = await getStatus('demo-hints', { base: url, etag: first.etag });
      const plain = await fetch(`${url}/tasks/demo-hints/status`, { headers: { Prefer: 'wait=1' }, cache: 'no-store' });
      const names = ['ETag', 'Age', 'Cache-Status', 'Retry-After', 'Preference-Applied'];
      return { etag: first.etag, status: second.status, hints: second.hints, read: names.filter((name) => plain.headers.has(name)) };
    } catch (failure) {
      return String(failure);
    }
  }, address);
  const allowed = await ask(house.url);
  assert.match(allowed.etag ?? '', /^W\/"/);
  assert.equal(allowed.status, null, 'the tag did not hold');
  assert.equal(typeof allowed.hints.pollAfterMs, 'number');
  assert.match(allowed.hints.checkedAt, /^\d{4}-/);
  assert.deepEqual(allowed.read, ['ETag', 'Age', 'Cache-Status', 'Retry-After', 'Preference-Applied']);
  assert.equal(await ask(strict.url), 'TypeError: Failed to fetch');
});
