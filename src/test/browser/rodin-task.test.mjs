import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { answer, cut, event, notModified, problem, silence, stream, stub, task, until } from './stub.mjs';
import { eventsOf, getStatus, TaskProblem, watchTask } from './watch-page/rodin-task.js';

const FAST = { opens: 300, silence: 400, answer: 500, wait: 1000, retry: 20, longest: 200 };

/** Watches with everything noted, against a scripted gateway that is gone afterwards. */
async function watched(scripts, proof, options = {}) {
  const gateway = await stub(scripts);
  const control = new AbortController();
  const news = [];
  const troubles = [];
  const ended = watchTask('a.key', {
    base: gateway.base,
    signal: control.signal,
    onStatus: (status) => news.push(status),
    onTrouble: (trouble, pause) => troubles.push({ trouble, pause }),
    timing: { ...FAST, ...options },
  });
  ended.catch(() => {}); // looked at by each proof below
  try {
    await proof({ gateway, control, news, troubles, ended });
  } finally {
    control.abort();
    await gateway.close();
  }
}

const words = (news) => news.map((status) => status.status);

async function parsed(...pieces) {
  const body = new ReadableStream({
    start(controller) {
      pieces.forEach((piece) => controller.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece));
      controller.close();
    },
  });
  const events = [];
  for await (const one of eventsOf(body)) events.push(one);
  return events;
}

test('a look-up has the status, the tag and the hints', async () => {
  const gateway = await stub({ status: [answer(task('waiting'), 'one')] });
  const looked = await getStatus('a key/with?odd#characters', { base: gateway.base });
  assert.equal(looked.etag, 'W/"one"');
  assert.deepEqual(looked.status, task('waiting'));
  assert.equal(looked.hints.pollAfterMs, 20);
  assert.equal(gateway.seen[0].url, '/tasks/a%20key%2Fwith%3Fodd%23characters/status');
  assert.equal(gateway.seen[0].headers['if-none-match'], undefined);
  assert.equal(gateway.seen[0].headers.prefer, undefined);
  await gateway.close();
});

test('a look-up with a tag asks whether it still holds, and has the hints when it does', async () => {
  const gateway = await stub({
    status: [
      notModified('one', { Age: '90', 'Retry-After': '3', 'Cache-Status': 'rodin-gateway; hit; ttl=-88; detail=stale' }),
    ],
  });
  const looked = await getStatus('a.key', { base: gateway.base, etag: 'W/"one"', wait: 7 });
  assert.equal(looked.status, null);
  assert.equal(looked.etag, 'W/"one"');
  assert.equal(looked.hints.stale, true);
  assert.equal(looked.hints.pollAfterMs, 3000);
  const age = Date.now() - Date.parse(looked.hints.checkedAt);
  assert.ok(age >= 90_000 && age < 95_000, `the age is ${age}`);
  assert.equal(gateway.seen[0].headers['if-none-match'], 'W/"one"');
  assert.equal(gateway.seen[0].headers.prefer, 'wait=7');
  await gateway.close();
});

test('a look-up that fails throws the problem', async () => {
  const gateway = await stub({
    status: [
      problem(404, 'task-not-found'),
      problem(503, 'upstream-throttled', { 'Retry-After': '7' }),
      (response) => response.writeHead(502, { 'Content-Type': 'text/html' }).end('<html>bad gateway</html>'),
    ],
  });
  const failure = () => getStatus('a.key', { base: gateway.base }).then(assert.fail, (thrown) => thrown);
  const unknown = await failure();
  assert.ok(unknown instanceof TaskProblem);
  assert.equal(unknown.problem.code, 'task-not-found');
  assert.equal(unknown.final, true);
  const throttled = await failure();
  assert.equal(throttled.final, false);
  assert.equal(throttled.retryAfterMs, 7000);
  const foreign = await failure();
  assert.equal(foreign.problem.code, 'http-502');
  assert.equal(foreign.final, false);
  await gateway.close();
});

test('a look-up that is not answered ends by itself, and by its signal', async () => {
  const gateway = await stub({ status: [silence, silence] });
  await assert.rejects(getStatus('a.key', { base: gateway.base, timeout: 100 }), /did not answer in time/);
  const control = new AbortController();
  const looked = getStatus('a.key', { base: gateway.base, signal: control.signal });
  control.abort(new Error('enough'));
  await assert.rejects(looked, /enough/);
  await gateway.close();
});

test('events are read in whatever pieces they come', async () => {
  const text = 'retry: 1500\n\n: a comment\n\nevent: status\nid: é€😀\ndata: {"a":\ndata:"ü😀"}\n\nevent: cut short\ndata: x';
  const bytes = new TextEncoder().encode(text);
  const whole = await parsed(text);
  assert.equal(whole[0].retry, 1500);
  assert.deepEqual(
    { name: whole[2].name, id: whole[2].id, data: whole[2].data },
    { name: 'status', id: 'é€😀', data: '{"a":\n"ü😀"}' },
  );
  assert.equal(whole.length, 3, 'an event that is cut short is none');
  for (let size = 1; size < 9; size++) {
    const pieces = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
    assert.deepEqual(await parsed(...pieces), whole, `in pieces of ${size}`);
  }
});

test('all ends of line are known, also where a piece ends between the two of one', async () => {
  const expected = await parsed('event: a\ndata: 1\n\ndata: 2\n\n');
  assert.equal(expected.length, 2);
  assert.deepEqual(await parsed('event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n'), expected);
  assert.deepEqual(await parsed('event: a\rdata: 1\r\rdata: 2\r\r'), expected);
  assert.deepEqual(await parsed('event: a\r', '\ndata: 1\r', '\n', '\r', '\ndata: 2\r\n\r', '\n'), expected);
  assert.deepEqual(await parsed('\ufeffevent: a\ndata:1\n\ndata:2\n\n'), expected);
});

test('an event without end is refused', async () => {
  await assert.rejects(parsed(...Array(20).fill(`data: ${'x'.repeat(100_000)}`)), /without end/);
});

test('a task is watched by the stream until it ends', () =>
  watched(
    {
      status: [answer(task('waiting'), 'one')],
      events: [stream(['retry: 50\n\n', event(task('generating'), 'two'), event(task('done'), 'three')])],
    },
    async ({ gateway, news, troubles, ended }) => {
      assert.equal((await ended).status, 'done');
      assert.deepEqual(words(news), ['waiting', 'generating', 'done']);
      assert.deepEqual(troubles, []);
      assert.equal(gateway.of('events')[0].headers['last-event-id'], 'one');
    },
  ));

test('a task that has ended is not streamed', () =>
  watched({ status: [answer(task('failed'), 'one')] }, async ({ news, ended }) => {
    assert.equal((await ended).status, 'failed');
    assert.deepEqual(words(news), ['failed']);
  }));

test('a stream that breaks is taken up again where it was, after the time the gateway names', () =>
  watched(
    {
      status: [
        answer(task('waiting'), 'one'),
        notModified('two', { 'Cache-Status': 'rodin-gateway; hit; ttl=-9; detail=stale', Age: '9' }),
        notModified('two', { 'Cache-Status': 'rodin-gateway; hit; ttl=1', Age: '1' }),
      ],
      events: [
        stream(['retry: 150\n\n', event(task('generating'), 'two')]),
        (response) => {
          stream(['retry: 150\n\n'], { open: true })(response);
          setTimeout(() => cut(response), 50);
        },
        stream([event(task('done'), 'three')]),
      ],
    },
    async ({ gateway, news, troubles, ended }) => {
      assert.equal((await ended).status, 'done');
      assert.deepEqual(words(news), ['waiting', 'generating', 'generating', 'generating', 'done']);
      assert.deepEqual(news.map((status) => status.stale), [false, false, true, false, false]);
      assert.equal(gateway.of('status')[1].headers['if-none-match'], 'W/"two"');
      assert.deepEqual(gateway.of('events').map((request) => request.headers['last-event-id']), ['one', 'two', 'two']);
      assert.ok(gateway.of('status')[1].at - gateway.of('events')[0].at >= 145, 'it came back too early');
      assert.equal(troubles.length, 1, 'a stream that ends in order is no trouble, one that is cut is');
    },
  ));

test('204 means that the task has ended with what is known', () =>
  watched(
    {
      status: [answer(task('generating'), 'one'), answer(task('done'), 'two')],
      events: [(response) => response.writeHead(204).end()],
    },
    async ({ news, ended }) => {
      assert.equal((await ended).status, 'done');
      assert.deepEqual(words(news), ['generating', 'done']);
    },
  ));

for (const [how, blocked] of Object.entries({
  'says nothing': silence,
  'is held back': (response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders(),
  'is something else': stream(['<html>'], { type: 'text/html', open: true }),
  'is not found': problem(404, 'not-found'),
  'is not acceptable': problem(406, 'not-acceptable'),
  'is not implemented': problem(501, 'http-501'),
})) {
  test(`a stream that ${how} is replaced by long polls`, () =>
    watched(
      {
        status: [
          answer(task('waiting'), 'one'),
          notModified('one', { 'Retry-After': '0' }),
          answer(task('generating'), 'two'),
          answer(task('done'), 'three'),
        ],
        events: [blocked],
      },
      async ({ gateway, news, troubles, ended }) => {
        assert.equal((await ended).status, 'done');
        assert.deepEqual(words(news), ['waiting', 'waiting', 'generating', 'done']);
        assert.deepEqual(gateway.of('status').map((request) => request.headers.prefer), [undefined, 'wait=1', 'wait=1', 'wait=1']);
        assert.deepEqual(
          gateway.of('status').map((request) => request.headers['if-none-match']),
          [undefined, 'W/"one"', 'W/"one"', 'W/"two"'],
        );
        assert.deepEqual(troubles, []);
        await until(() => gateway.of('events')[0].closed, 'the blocked stream to be given up');
      },
    ));
}

test('a long poll that is answered at once is not asked again at once', () =>
  watched(
    {
      status: [
        answer(task('waiting', { pollAfterMs: 200 }), 'one'),
        answer(task('waiting', { pollAfterMs: 200 }), 'one'),
        answer(task('done'), 'two'),
      ],
      events: [problem(404, 'not-found')],
    },
    async ({ gateway, ended }) => {
      await ended;
      const [, second, third] = gateway.of('status');
      assert.ok(third.at - second.at >= 190, `asked again after ${third.at - second.at} ms`);
    },
  ));

test('a task that is unknown, and a wrong key, end the watch', async () => {
  for (const [status, code] of [[404, 'task-not-found'], [400, 'invalid-key'], [403, 'http-403']]) {
    await watched({ status: [problem(status, code)] }, async ({ gateway, news, troubles, ended }) => {
      await assert.rejects(ended, (thrown) => thrown instanceof TaskProblem && thrown.problem.code === code);
      assert.deepEqual([news, troubles], [[], []]);
      assert.equal(gateway.seen.length, 1);
    });
  }
});

test('a task that gets unknown while it is watched ends the watch', () =>
  watched(
    {
      status: [answer(task('waiting'), 'one')],
      events: [
        stream(['event: problem\ndata: {"title":"Task not found","status":404,"detail":"","code":"task-not-found"}\n\n']),
      ],
    },
    async ({ ended }) => {
      await assert.rejects(ended, (thrown) => thrown instanceof TaskProblem && thrown.problem.code === 'task-not-found');
    },
  ));

test('what passes is told and tried again, after growing pauses and never before Retry-After', () =>
  watched(
    {
      status: [
        cut,
        problem(502, 'upstream-error'),
        problem(500, 'internal-error'),
        (response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('<html>a portal</html>'),
        problem(503, 'upstream-throttled', { 'Retry-After': '1' }),
        problem(429, 'http-429'),
        answer(task('done'), 'one'),
      ],
    },
    async ({ gateway, troubles, ended }) => {
      assert.equal((await ended).status, 'done');
      assert.deepEqual(
        troubles.map(({ trouble }) => trouble.problem?.code ?? trouble.name),
        ['TypeError', 'upstream-error', 'internal-error', 'SyntaxError', 'upstream-throttled', 'http-429'],
      );
      const pauses = troubles.map(({ pause }) => pause);
      [20, 40, 80, 160].forEach((most, i) =>
        assert.ok(pauses[i] >= most / 2 && pauses[i] <= most, `pause ${i} is ${pauses[i]} of ${most}`));
      assert.ok(pauses[4] >= 1000 && pauses[4] <= 1200, `after Retry-After: 1 it is ${pauses[4]}`);
      assert.ok(pauses[5] <= 200, `the longest is ${pauses[5]}`);
      gateway.seen.slice(1).forEach((request, i) =>
        assert.ok(request.at - gateway.seen[i].at >= pauses[i] - 5, `request ${i + 1} came too early`));
    },
  ));

test('pauses begin small again after a success', () =>
  watched(
    {
      status: [cut, cut, cut, answer(task('waiting'), 'one'), cut, answer(task('done'), 'two')],
      events: [stream(['retry: 20\n\n'])],
    },
    async ({ troubles, ended }) => {
      await ended;
      assert.equal(troubles.length, 4);
      assert.ok(troubles[3].pause <= 20, `the pause is ${troubles[3].pause}`);
    },
  ));

test('a stream refused for want of room is trouble, and looked up meanwhile', () =>
  watched(
    {
      status: [answer(task('waiting'), 'one'), answer(task('done'), 'two')],
      events: [problem(503, 'too-many-watchers', { 'Retry-After': '0' })],
    },
    async ({ news, troubles, ended }) => {
      await ended;
      assert.deepEqual(words(news), ['waiting', 'done']);
      assert.equal(troubles[0].trouble.problem.code, 'too-many-watchers');
    },
  ));

test('a stream that falls silent is dead, and one that only comments is not', () =>
  watched(
    {
      status: [answer(task('waiting'), 'one'), answer(task('done'), 'two')],
      events: [
        (response) => {
          stream(['retry: 20\n\n'], { open: true })(response);
          let beats = 0;
          const heart = setInterval(() => (++beats > 5 ? clearInterval(heart) : response.write(':\n\n')), 100);
        },
      ],
    },
    async ({ gateway, troubles, ended }) => {
      await ended;
      const lived = gateway.of('status')[1].at - gateway.of('events')[0].at;
      assert.ok(lived >= 850 && lived < 3000, `it was given up after ${lived} ms`);
      assert.match(troubles[0].trouble.message, /did not answer in time/);
    },
  ));

for (const [when, scripts, ready] of [
  ['looking up', { status: [silence] }, ({ gateway }) => gateway.seen.length === 1],
  ['streaming', { status: [answer(task('waiting'), 'one')], events: [stream([':\n\n'], { open: true })] }, ({ gateway }) => gateway.seen.length === 2],
  ['pausing', { status: [problem(503, 'upstream-throttled', { 'Retry-After': '60' })] }, ({ troubles }) => troubles.length === 1],
]) {
  test(`an abort while ${when} ends the watch and its connection`, () =>
    watched(scripts, async ({ gateway, control, ended, ...rest }) => {
      await until(() => ready({ gateway, ...rest }));
      control.abort(new Error('enough'));
      await assert.rejects(ended, /enough/);
      await until(() => gateway.seen.at(-1).closed);
    }, { opens: 5000, answer: 5000, silence: 5000 }));
}

test('an abort before the beginning asks nothing', async () => {
  const gateway = await stub({});
  await assert.rejects(watchTask('a.key', { base: gateway.base, signal: AbortSignal.abort(new Error('enough')) }), /enough/);
  assert.equal(gateway.seen.length, 0);
  await gateway.close();
});

test('a failure of the caller is told as the caller\'s, and not tried again', async () => {
  const gateway = await stub({ status: [answer(task('done'), 'one')] });
  const program = `import { watchTask } from './watch-page/rodin-task.js';
    process.on('uncaughtException', (failure) => console.log('uncaught:', failure.message));
    const onStatus = () => { throw new Error('a bug of the caller'); };
    console.log('ended:', (await watchTask('a.key', { base: '${gateway.base}', onStatus })).status);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: new URL('.', import.meta.url),
    timeout: 10_000,
  });
  assert.equal(stdout, 'uncaught: a bug of the caller\nended: done\n');
  await gateway.close();
});
