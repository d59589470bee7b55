import assert from 'node:assert/strict';
import { createServer, request as forward } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import { browser, gateway, screenshot, simulator } from './processes.mjs';
import { answer, event, problem, stream, stub, task, until } from './stub.mjs';

const PATIENCE = 30_000;

let rodin, packaged, chromium, page;
/** Errors in the developer console, and the requests of the page. */
let errors, requests, responses;
let keys = 0;

before(async () => {
  rodin = await simulator({ taskSeconds: 8 });
  packaged = await gateway(rodin.url);
  chromium = await browser();
});

after(async () => {
  await chromium?.close();
  await packaged?.stop();
  await rodin?.stop();
});

afterEach(async () => {
  await page?.close();
  await rodin.reset();
});

const newKey = () => `demo-${process.pid}-${++keys}`;

async function open(address = packaged.url, options = {}) {
  page = await chromium.context.newPage();
  [errors, requests, responses] = [[], [], []];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (failure) => errors.push(String(failure)));
  page.on('request', (request) => requests.push(request));
  page.on('response', (response) => responses.push(response));
  await page.emulateMedia({ colorScheme: 'light', ...options });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error('CSP', event.violatedDirective));
  });
  await page.goto(address);
}

async function watch(key) {
  await page.getByLabel('Task key', { exact: true }).fill(key);
  await page.getByRole('button', { name: 'Watch' }).click();
}

const shows = (locator, text) => page.locator(locator, { hasText: text }).waitFor({ timeout: PATIENCE });
const text = (selector) => page.locator(selector).innerText();
const hints = () => responses.map((response) => `${response.status()} ${new URL(response.url()).pathname.split('/').at(-1)}`);

/** Takes screenshots in light and dark mode, and checks the contrast of all text in both. */
async function picture(name) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    const { darkest, poor } = await page.evaluate(contrasts);
    assert.equal(darkest, colorScheme === 'dark', `${colorScheme} has the wrong paper`);
    assert.deepEqual(poor, [], `cannot be read well in ${colorScheme}`);
    await page.screenshot({ path: screenshot(`${name}-${colorScheme}`) });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Runs in the page. Contrast as defined by WCAG 2; the background is the nearest one that is not transparent. */
function contrasts() {
  const numbers = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const paper = (element) => {
    const color = numbers(getComputedStyle(element).backgroundColor);
    return color[3] === 0 && element.parentElement ? paper(element.parentElement) : color;
  };
  const strength = (element) => (element ? Number(getComputedStyle(element).opacity) * strength(element.parentElement) : 1);
  const poor = [];
  for (const element of document.querySelectorAll('body *')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!hasText || !element.checkVisibility() || element.disabled) continue;
    const back = paper(element);
    const opacity = strength(element);
    const ink = numbers(getComputedStyle(element).color).map((part, i) => (i < 3 ? part * opacity + back[i] * (1 - opacity) : part));
    const [high, low] = [luminance(ink), luminance(back)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) poor.push(`${element.tagName} ${element.textContent.trim()}: ${ratio.toFixed(2)}`);
  }
  return { darkest: luminance(paper(document.body)) < 0.2, poor };
}

test('a task is shown from waiting to done, with the event stream alone', async () => {
  await open();
  await watch(newKey());
  await shows('#headline', 'Waiting');
  assert.match(await text('#when'), /^Watching\. Last news/);
  assert.match(await text('#jobs'), /waiting, queue length \d/);
  await shows('#headline', 'Generating');
  await shows('#progress', '1 of 3 jobs finished, 33 %');
  assert.equal(await page.locator('#bar').evaluate((bar) => bar.value / bar.max), 1 / 3);
  assert.equal(await page.title(), '33 % Generating – Watch a Rodin task');
  await picture('moving');
  await shows('#headline', 'Done');
  assert.equal(await text('#progress'), '3 of 3 jobs done');
  assert.equal(await page.title(), 'Done – Watch a Rodin task');
  assert.deepEqual((await text('#jobs')).match(/done/g)?.length, 3);
  await until(async () => (await page.getByRole('button', { name: 'Stop' }).isDisabled()), 'the watch to end');
  assert.match(await text('#when'), /^Checked/);
  assert.equal(await text('#notice'), '');
  await picture('done');
  assert.deepEqual(hints().filter((hint) => /status|events/.test(hint)), ['200 status', '200 events']);
  assert.deepEqual(errors, []);
});

test('an outage of Rodin is shown as a notice until it is over', async () => {
  await open();
  await watch(newKey());
  await shows('#headline', 'Generating');
  await rodin.outage('reset');
  await shows('#notice', 'Rodin cannot be asked at the moment');
  assert.match(await text('#when'), /^Last known, (just now|\d+ seconds ago)$/);
  assert.equal(await text('#headline'), 'Generating');
  assert.equal(await text('#problem'), '');
  await picture('stale');
  await rodin.outage('off');
  await page.locator('#notice:empty').waitFor({ state: 'attached', timeout: PATIENCE });
  await shows('#headline', 'Done');
  assert.deepEqual(errors, []);
});

test('an outage that started before is shown, and then the status', async () => {
  await rodin.outage('refuse-502');
  await open();
  await watch(newKey());
  await shows('#notice', 'Rodin failed (upstream-error). Trying again …');
  await picture('trouble');
  await rodin.outage('off');
  await shows('#headline', /Waiting|Generating|Done/);
  await page.locator('#notice:empty').waitFor({ state: 'attached', timeout: PATIENCE });
  assert.equal(await text('#problem'), '');
});

test('the page waits for a gateway that is unavailable', async () => {
  const passing = await gateway(rodin.url);
  await open(passing.url);
  await watch(newKey());
  await shows('#headline', /Waiting|Generating/);
  await passing.stop();
  await shows('#notice', 'The connection to the gateway is lost. Trying again');
  assert.equal(await page.locator('#task').isVisible(), true, 'what was known is still to be seen');
  assert.match(await text('#when'), /^Not connected\. Last news/);
  const back = await gateway(rodin.url, { QUARKUS_HTTP_PORT: new URL(passing.url).port });
  try {
    await page.locator('#notice:empty').waitFor({ state: 'attached', timeout: PATIENCE });
    await shows('#headline', 'Done');
  } finally {
    await page.close();
    await back.stop();
  }
});

test('a proxy that buffers streams does not block the page', async () => {
  const proxy = createServer((request, response) => {
    const onward = forward(`${packaged.url}${request.url}`, { method: request.method, headers: request.headers }, (answer) => {
      if (request.url.endsWith('/events')) return answer.resume();
      response.writeHead(answer.statusCode, answer.headers);
      return answer.pipe(response);
    });
    response.on('close', () => onward.destroy());
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  try {
    await open(`http://127.0.0.1:${proxy.address().port}`);
    await watch(newKey());
    await shows('#headline', 'Done');
    const waits = requests.filter((request) => request.headers().prefer === 'wait=30');
    assert.ok(waits.length > 0, 'there was no delay');
    assert.ok(waits.length < 12, `${waits.length} long polls for a task of three jobs`);
    assert.deepEqual(errors, []);
  } finally {
    await page.close();
    proxy.closeAllConnections();
    proxy.close();
  }
});

test('an invalid key is reported as such', async () => {
  await open();
  await watch('not a key!');
  await shows('#problem', 'Invalid task key');
  assert.match(await text('#problem'), /The task key must be Rodin's subscription_key.*\n+Code: invalid-key/s);
  assert.equal(await page.getByLabel('Task key', { exact: true }).getAttribute('aria-invalid'), 'true');
  assert.equal(await page.getByRole('button', { name: 'Stop' }).isDisabled(), true);
  assert.equal(await page.locator('#task').isVisible(), false);
  await picture('problem');
  await watch(newKey());
  await shows('#headline', 'Waiting');
  assert.equal(await text('#problem'), '');
  assert.equal(await page.getByLabel('Task key', { exact: true }).getAttribute('aria-invalid'), null);
});

test('an unknown task is reported as such', async () => {
  await open();
  await watch('no-such-task');
  await shows('#notice', 'Rodin does not know this task, or not yet.');
  await shows('#problem', 'Task not found');
  assert.equal(await text('#notice'), '');
  assert.match(await text('#problem'), /Code: task-not-found, NO_SUCH_TASK/);
  assert.equal(await page.getByRole('button', { name: 'Stop' }).isDisabled(), true);
  assert.deepEqual([...new Set(hints().filter((hint) => /status|events/.test(hint)))], ['404 status']);
});

test('an unknown status is shown unmodified, and failures as failures', async () => {
  await open();
  await watch(`unknown-word-${newKey()}`);
  await shows('#jobs', 'says “Packing”');
  await watch(`failed-${newKey()}`);
  await shows('#headline', 'Failed');
  assert.equal((await text('#jobs')).match(/failed/g).length, 3);
  assert.equal(await text('#progress'), '0 of 3 jobs done, 3 failed');
  await picture('failed');
});

test('a watch can be stopped and restarted', async () => {
  await open();
  const key = newKey();
  await watch(key);
  await shows('#headline', 'Waiting');
  const finished = new Promise((resolve) => page.once('requestfailed', resolve));
  await page.getByRole('button', { name: 'Stop' }).click();
  assert.match((await finished).url(), /\/events$/, 'the stream is left open');
  await shows('#notice', 'Stopped. This is what was last known.');
  const stopped = requests.length;
  await page.getByRole('button', { name: 'Watch' }).click();
  await shows('#headline', 'Done');
  assert.ok(requests.length > stopped);
  assert.equal(await text('#notice'), '');
  assert.deepEqual(errors, []);
});

test('another key replaces the first', async () => {
  await open();
  const [first, second] = [newKey(), `failed-${newKey()}`];
  await watch(first);
  await shows('#headline', 'Waiting');
  await watch(second);
  await shows('#headline', 'Failed');
  assert.deepEqual(errors, []);
});

test('everything can be done by keyboard, and the focus is always visible', async () => {
  await open();
  const focused = () => page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return `${document.activeElement.id} ${style.outlineStyle} ${parseFloat(style.outlineWidth) >= 2}`;
  });
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'key solid true');
  await page.keyboard.type(newKey());
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'show solid true');
  await page.keyboard.press('Space');
  assert.equal(await page.locator('#key').getAttribute('type'), 'text');
  assert.equal(await page.getByRole('button', { name: 'Show the key', pressed: true }).count(), 1);
  await page.keyboard.press('Space');
  assert.equal(await page.locator('#key').getAttribute('type'), 'password');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await shows('#headline', 'Waiting');
  for (const expected of ['show', 'watch', 'stop']) {
    await page.keyboard.press('Tab');
    assert.equal(await focused(), `${expected} solid true`);
  }
  await page.keyboard.press('Enter');
  await shows('#notice', 'Stopped');
  assert.equal(await focused(), 'watch solid true', 'the focus is lost with the button');
  await page.keyboard.press('Enter');
  await shows('#headline', 'Generating');
  for (const expected of ['stop', 'copy']) {
    await page.keyboard.press('Tab');
    assert.equal(await focused(), `${expected} solid true`);
  }
  await page.keyboard.press('Enter');
  await page.locator('#copied:not(:empty)').waitFor({ timeout: PATIENCE });
  assert.equal(await focused(), 'copy solid true', 'the focus is lost by copying');
  assert.deepEqual(errors, []);
});

test('changes are announced to screen readers, and elements have accessible names', async () => {
  await open();
  await watch(newKey());
  await shows('#headline', 'Generating');
  const count = (role, options) => page.getByRole(role, options).count();
  assert.equal(await count('heading', { level: 1, name: 'Watch a Rodin task' }), 1);
  assert.equal(await count('textbox', { name: 'Task key' }), 1);
  assert.equal(await count('region', { name: 'Status' }), 1);
  assert.equal(await count('progressbar', { name: 'Status' }), 1);
  assert.equal(await count('list', { name: 'Jobs' }), 1);
  assert.equal(await count('listitem'), 3);
  assert.equal(await page.locator('#headline').getAttribute('role'), 'status');
  assert.equal(await page.locator('#notice').getAttribute('role'), 'status');
  assert.equal(await page.locator('#problem').getAttribute('role'), 'alert');
  assert.equal(await page.locator('[role=status] #when, [role=status] time').count(), 0, 'each second would be read out');
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
});

test('the key stays in the page', async () => {
  const key = newKey();
  await open(`${packaged.url}/#key=${key}`);
  await shows('#headline', /Waiting|Generating/);
  assert.equal(page.url(), `${packaged.url}/`);
  await shows('#headline', 'Done');
  for (const request of requests.filter((request) => request.url().includes(key) && !request.isNavigationRequest())) {
    assert.match(request.url(), new RegExp(`^${packaged.url}/tasks/${key}/(status|events)$`));
    assert.ok(!request.headers().referer, 'there is a referrer');
  }
  const kept = await page.evaluate(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    cookie: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    text: document.body.innerText + document.title,
  }));
  assert.ok(!kept.text.includes(key), 'the key can be read on the page');
  assert.deepEqual({ ...kept, text: '' }, { local: {}, session: {}, cookie: '', databases: 0, caches: 0, text: '' });
  assert.deepEqual(errors, []);
});

test('no foreign script runs in the page, and it cannot be framed', async () => {
  await open();
  assert.deepEqual(errors, []);
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken over"';
    document.head.append(script);
  });
  await until(() => errors.some((error) => error.startsWith('CSP script-src')), 'the inline script to be refused');
  assert.equal(await page.title(), 'Watch a Rodin task');
  const reached = await page.evaluate((elsewhere) => fetch(elsewhere).then(() => true, () => false), rodin.url);
  assert.equal(reached, false);
  const framed = createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end(`<iframe src="${packaged.url}/"></iframe>`);
  });
  await new Promise((resolve) => framed.listen(0, '127.0.0.1', resolve));
  await page.goto(`http://127.0.0.1:${framed.address().port}/`);
  await until(() => errors.some((error) => /frame-ancestors/.test(error)), 'the frame to be blocked');
  await page.goto('about:blank');
  framed.closeAllConnections();
  framed.close();
});

test('the page fits a phone', async () => {
  await open();
  await page.setViewportSize({ width: 320, height: 640 });
  await watch(`unknown-word-${newKey()}`);
  await shows('#jobs', 'says “Packing”');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'it scrolls sideways');
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('input, button')].filter((control) => control.getBoundingClientRect().height < 44).map(({ id }) => id));
  assert.deepEqual(small, [], 'too small for a finger');
  await page.screenshot({ path: screenshot('phone-light') });
});

/** Opens the page with a scripted gateway behind it. */
async function openScripted(scripts, options) {
  const scripted = await stub(scripts);
  await open(packaged.url, options);
  await page.route('**/tasks/**', (route) => route.continue({ url: scripted.base + new URL(route.request().url()).pathname }));
  return scripted;
}

const jobList = (...states) => states.map((status, i) => ({ id: `job-${i}`, status }));
const ended = (status, states) =>
  task(status, { jobs: jobList(...states), progress: { finished: states.length, total: states.length, percent: 100 } });

test('the page does not scroll sideways, whatever the status that Rodin sends', async () => {
  const word = 'W'.repeat(64);
  const long = { title: word.repeat(2), status: 400, detail: word.repeat(3), code: 'invalid-request', upstreamCode: word };
  const jobs = [{ id: word.repeat(2), status: 'unknown', reported: word, queueLength: 12345678 }, { status: 'unknown', reported: word }];
  const scripted = await openScripted({
    status: [
      answer(task('generating', { jobs, progress: { finished: 0, total: 2, percent: 0 } }), 'one'),
      (response) => response.writeHead(400, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify(long)),
    ],
    events: [stream(['retry: 60000\n'], { open: true })],
  });
  await page.setViewportSize({ width: 360, height: 740 });
  const overflowing = () => page.evaluate(() => [...document.querySelectorAll('body, body *')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth || element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
    .map(({ tagName, id }) => `${tagName} ${id}`));
  await watch(newKey());
  await shows('#jobs', word);
  assert.deepEqual(await overflowing(), []);
  await page.screenshot({ path: screenshot('long-words-360'), fullPage: true });
  await page.getByRole('button', { name: 'Watch' }).click();
  await shows('#problem', word);
  assert.deepEqual(await overflowing(), []);
  await page.screenshot({ path: screenshot('long-problem-360'), fullPage: true });
  await scripted.close();
});

for (const [status, states, expected] of [
  ['done', ['done', 'done', 'done'], '3 of 3 jobs done'],
  ['failed', ['done', 'failed', 'done'], '2 of 3 jobs done, 1 failed'],
  ['canceled', ['canceled', 'done'], '1 of 2 jobs done, 1 canceled'],
  ['failed', ['failed', 'canceled', 'failed'], '0 of 3 jobs done, 2 failed, 1 canceled'],
  ['failed', ['failed'], '0 of 1 job done, 1 failed'],
]) {
  test(`the final status is described correctly: ${expected}`, async () => {
    const scripted = await openScripted({ status: [answer(ended(status, states), 'one')] });
    await watch(newKey());
    await shows('#progress', expected);
    assert.equal(await text('#progress'), expected);
    assert.equal(await page.title(), `${status[0].toUpperCase()}${status.slice(1)} – Watch a Rodin task`);
    assert.equal(await page.locator('#bar').isVisible(), status === 'done');
    assert.ok(!(await text('main')).includes('%'), 'there is no progress in what has ended');
    await scripted.close();
  });
}

test('in forced colors the bar shows the progress, and the controls are visible', async () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const [finished, percent] of [[0, 0], [1, 33], [3, 100]]) {
      const states = Array.from({ length: 3 }, (_, i) => (i < finished ? 'done' : 'waiting'));
      const status = task(finished === 3 ? 'done' : 'generating', { jobs: jobList(...states), progress: { finished, total: 3, percent } });
      const scripted = await openScripted({ status: [answer(status, 'one')], events: [stream([':\n'], { open: true })] },
        { colorScheme, forcedColors: 'active' });
      await watch(newKey());
      await shows('#progress', `${finished} of 3`);
      const [left, right] = await barColors();
      assert.equal(left === right, finished !== 1, `at ${percent} % the bar is ${left} and ${right}`);
      const canvas = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.equal(left === canvas, finished === 0, `at ${percent} % the bar begins ${left} on ${canvas}`);
      await page.screenshot({ path: screenshot(`forced-colors-${colorScheme}-${percent}`) });
      await scripted.close();
      await page.close();
    }
  }
});

/** The colors of the bar, as painted near its beginning and end. */
async function barColors() {
  const image = (await page.locator('#bar').screenshot()).toString('base64');
  return page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    canvas.drawImage(bitmap, 0, 0);
    return [0.05, 0.95].map((x) => {
      const [r, g, b] = canvas.getImageData(Math.round(bitmap.width * x), Math.round(bitmap.height / 2), 1, 1).data;
      return `rgb(${r}, ${g}, ${b})`;
    });
  }, image);
}

test('an API key that Rodin refuses is a problem, which is shown once and not retried forever', async () => {
  const refused = problem(502, 'upstream-credentials');
  const scripted = await openScripted({ status: Array(40).fill(refused) });
  await watch(newKey());
  await shows('#notice', 'Title of upstream-credentials (upstream-credentials). Trying again …');
  assert.equal((await text('main')).match(/Title of upstream-credentials/g).length, 1);
  await shows('#problem', 'Title of upstream-credentials');
  assert.equal((await text('main')).match(/Title of upstream-credentials/g).length, 1, 'it is shown twice');
  assert.equal(await text('#notice'), '');
  assert.equal(await page.getByRole('button', { name: 'Stop' }).isDisabled(), true);
  assert.ok(scripted.seen.length < 10, `${scripted.seen.length} look-ups`);
  await scripted.close();
});

test('without JavaScript there is no form', async () => {
  const plain = await browser({ javaScriptEnabled: false });
  try {
    page = await plain.context.newPage();
    await page.goto(packaged.url);
    assert.equal(await page.locator('form').isVisible(), false);
    assert.match(await text('main'), /This page needs JavaScript/);
  } finally {
    await plain.close();
  }
});

test('the page works behind a path prefix', async () => {
  const proxy = createServer((request, response) => {
    if (!request.url.startsWith('/tools/rodin/')) return response.writeHead(404).end();
    const onward = forward(`${packaged.url}${request.url.slice('/tools/rodin'.length)}`, { method: request.method, headers: request.headers }, (reply) => {
      response.writeHead(reply.statusCode, reply.headers);
      reply.pipe(response);
    });
    response.on('close', () => onward.destroy());
    onward.on('error', () => response.destroy());
    return request.pipe(onward);
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const site = `http://127.0.0.1:${proxy.address().port}`;
  try {
    const key = newKey();
    await chromium.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: site });
    await open(`${site}/tools/rodin/#key=${key}`);
    await shows('#headline', /Waiting|Generating/);
    assert.equal(page.url(), `${site}/tools/rodin/`);
    assert.deepEqual(errors, []);
    assert.ok(requests.every((request) => request.url().startsWith(`${site}/tools/rodin/`)), 'there is a request to the root');
    await page.getByRole('button', { name: 'Copy link' }).click();
    await shows('#copied', 'Copied');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${site}/tools/rodin/#key=${key}`);
  } finally {
    await page.close();
    proxy.closeAllConnections();
    proxy.close();
  }
});

for (const clipboard of [true, false]) {
  test(`a link to the task is copied, ${clipboard ? 'with' : 'without'} the clipboard's own interface`, async () => {
    await open();
    await chromium.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: packaged.url });
    const key = newKey();
    await watch(key);
    await shows('#headline', 'Waiting');
    await page.evaluate(() => navigator.clipboard.writeText('something else'));
    if (!clipboard) await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))));
    await page.getByRole('button', { name: 'Copy link' }).click();
    await shows('#copied', 'Copied. Whoever has the link can see the task.');
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(link, `${packaged.url}/#key=${key}`);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'copy');
    assert.ok(!(await text('main')).includes(key), 'the key can be read on the page');
    await page.goto('about:blank');
    await page.goto(link);
    await shows('#headline', /Waiting|Generating/);
    assert.deepEqual(errors, []);
  });
}

test('counts are shown above a list of many jobs, but not of few', async () => {
  const states = [...Array(9).fill('done'), ...Array(2).fill('failed'), ...Array(20).fill('generating'), 'unknown', ...Array(8).fill('waiting')];
  const many = task('generating', { jobs: jobList(...states), progress: { finished: 11, total: 40, percent: 27 } });
  const scripted = await openScripted({
    status: [answer(many, 'one'), answer(task('generating', { jobs: jobList('done', 'waiting'), progress: { finished: 1, total: 2, percent: 50 } }), 'two')],
    events: Array(2).fill(stream([':\n'], { open: true })),
  });
  await watch(newKey());
  await shows('#counts', '40 jobs: 9 done, 2 failed, 20 generating, 8 waiting, 1 unknown');
  assert.equal(await text('#progress'), '11 of 40 jobs finished, 27 %; 2 failed');
  const [above, list] = [await page.locator('#counts').boundingBox(), await page.locator('#jobs').boundingBox()];
  assert.ok(above.y + above.height <= list.y, 'the counts are not above the list');
  await page.setViewportSize({ width: 360, height: 740 });
  await picture('many-360');
  await page.getByRole('button', { name: 'Watch' }).click();
  await shows('#progress', '1 of 2 jobs finished, 50 %');
  assert.equal(await text('#counts'), '');
  await scripted.close();
});

test('the change of a queue and the elapsed time are shown', async () => {
  const queued = (queueLength) => task('waiting', { jobs: [{ id: 'a', status: 'waiting', queueLength }] });
  let say;
  const scripted = await openScripted({
    status: [answer(queued(7), 'one'), answer(queued(9), 'five')],
    events: [
      (response) => {
        stream([':\n'], { open: true })(response);
        say = (status, id) => response.write(event(status, id));
      },
      stream([':\n'], { open: true }),
    ],
  });
  await watch(newKey());
  await shows('#jobs', /waiting, queue length 7$/);
  await until(() => say, 'the stream');
  say(queued(4), 'two');
  await shows('#jobs', /queue length 4, down from 7$/);
  say({ ...queued(4), stale: true }, 'three');
  await shows('#notice', 'Rodin cannot be asked');
  await shows('#jobs', /queue length 4, down from 7$/);
  say(queued(5), 'four');
  await shows('#jobs', /queue length 5, up from 4$/);
  await shows('#elapsed', /^Watched for [1-9]\d* s$/);
  await page.getByRole('button', { name: 'Stop' }).click();
  await shows('#notice', 'Stopped');
  const took = await text('#elapsed');
  await page.waitForTimeout(2100); // two ticks of the page's clock
  assert.equal(await text('#elapsed'), took, 'the time advances after the end');
  await page.getByRole('button', { name: 'Watch' }).click();
  await shows('#jobs', /queue length 9$/);
  await scripted.close();
});

test('a hidden page closes its connection, and continues when it is shown', async () => {
  const scripted = await openScripted({
    status: [answer(task('waiting'), 'one'), answer(task('generating'), 'two')],
    events: [stream([':\n'], { open: true }), stream([event(task('done'), 'three')])],
  });
  const see = (hidden) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  await watch(newKey());
  await until(() => scripted.of('events').length === 1, 'the stream');
  await see(true);
  await shows('#headline', 'Waiting');
  await until(() => scripted.of('events')[0].closed, 'the stream to be given back', 15_000);
  assert.equal(scripted.seen.length, 2);
  assert.equal(await text('#notice'), '', 'there was no failure');
  await see(false);
  await shows('#headline', 'Done');
  assert.deepEqual(scripted.seen.map(({ what }) => what), ['status', 'events', 'status', 'events']);
  assert.deepEqual(errors, []);
  await scripted.close();
});
