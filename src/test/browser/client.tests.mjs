import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { getTask, getTasks, TaskProblem, watchTask } from '@rodin-gateway/client';
import { answer, cut, event, notModified, problem, silence, stream, stub, task, until } from './stub.mjs';

const FAST = { opening: 300, silence: 400, request: 500, wait: 1000, retry: 20, maxRetry: 200, hidden: 50 };

/** Watches a task on a scripted gateway and records all callbacks. */
async function watched(scripts, verify, { timing, ...options } = {}) {
  const gateway = await stub(scripts);
  const control = new AbortController();
  const statuses = [];
  const troubles = [];
  const ended = watchTask('a.key', {
    base: gateway.base,
    signal: control.signal,
    notFoundGraceMs: 0,
    onStatus: (status) => statuses.push(status),
    onTrouble: (trouble, pause) => troubles.push({ trouble, pause }),
    timing: { ...FAST, ...timing },
    ...options,
  });
  ended.catch(() => {}); // awaited by each test below
  try {
    await verify({ gateway, control, statuses, troubles, ended });
  } finally {
    control.abort();
    await gateway.close();
  }
}

const words = (statuses) => statuses.map((status) => status.status);
const bytes = (text) => new TextEncoder().encode(text);

/** Returns what the client receives from a stream that arrives in these pieces, and the failure with which it ends. */
async function streamed(pieces) {
  const statuses = [];
  const answers = [
    new Response(JSON.stringify(task('waiting')), { headers: { 'Content-Type': 'application/json', ETag: 'W/"zero"' } }),
    new Response(new ReadableStream({
      start(controller) {
        pieces.forEach((piece) => controller.enqueue(piece));
        controller.close();
      },
    }), { headers: { 'Content-Type': 'text/event-stream' } }),
  ];
  const requests = [];
  const ended = watchTask('a.key', {
    base: 'http://gateway.invalid',
    timing: { ...FAST, retry: 0 },
    onStatus: (status) => statuses.push(status.jobs[0].id),
    fetch: async (url, { headers }) => {
      requests.push(headers);
      // The request after the stream contains the last id, and its response ends the watch.
      return answers.shift() ?? new Response(JSON.stringify({ title: 'Over', status: 400, detail: '', code: 'over' }),
        { status: 400, headers: { 'Content-Type': 'application/problem+json' } });
    },
  });
  const failure = await ended.then(() => undefined, (thrown) => thrown);
  return { statuses: statuses.slice(1), tag: requests[2]?.['If-None-Match'], failure: failure?.code ?? failure?.message };
}

test('a look-up returns the status', async () => {
  const gateway = await stub({ status: [answer(task('waiting'), 'one')] });
  assert.deepEqual(await getTask('a key/with?odd#characters', { base: gateway.base }), task('waiting'));
  assert.equal(gateway.seen[0].url, '/tasks/a%20key%2Fwith%3Fodd%23characters/status');
  assert.equal(gateway.seen[0].headers['if-none-match'], undefined);
  assert.equal(gateway.seen[0].headers.prefer, undefined);
  assert.equal(gateway.seen[0].headers.authorization, undefined);
  assert.equal(gateway.seen[0].headers['x-request-id'], undefined);
  await gateway.close();
});

test('a base may have a path, and slashes at its end', async () => {
  for (const [end, expected] of [['', ''], ['/', ''], ['//', ''], ['/rodin', '/rodin'], ['/rodin/', '/rodin'], ['/a/b//', '/a/b']]) {
    const gateway = await stub({ status: [answer(task('waiting'), 'one'), answer(task('done'), 'two')] });
    await getTask('a.key', { base: gateway.base + end });
    await watchTask('a.key', { base: new URL(gateway.base + end) });
    assert.equal((await getTasks(['a'], { base: gateway.base + end }))[0].problem.code, 'off-script');
    assert.deepEqual(gateway.seen.map(({ url }) => url),
      [`${expected}/tasks/a.key/status`, `${expected}/tasks/a.key/status`, `${expected}/tasks/status`], end);
    await gateway.close({ offScript: true });
  }
});

test('without a page a base is required, and a missing one is not retried', async () => {
  for (const call of [() => getTask('a.key'), () => getTasks(['a.key']), () => watchTask('a.key'), () => getTask('a.key', { base: '/rodin' })]) {
    await assert.rejects(call(), { code: 'ERR_INVALID_URL' });
  }
});

test('a look-up with a known status is conditional, and updates its hints when it is unchanged', async () => {
  const gateway = await stub({
    status: [
      answer(task('waiting', { stale: true }), 'one'),
      notModified('one', { Age: '90', 'Retry-After': '3' }), // a proxy may drop Cache-Status
      answer(task('waiting'), 'two'),
      notModified('two', { Age: '1', 'Cache-Status': 'rodin-gateway; hit; ttl=-1; detail=stale' }),
      answer(task('done'), 'three'),
    ],
  });
  const first = await getTask('a.key', { base: gateway.base });
  const second = await getTask('a.key', { base: gateway.base, known: first, waitSeconds: 7 });
  assert.equal(second.stale, true, 'the entity tag covers it, and is the same');
  assert.equal(second.pollAfterMs, 3000);
  const age = Date.now() - Date.parse(second.checkedAt);
  assert.ok(age >= 90_000 && age < 95_000, `the age is ${age}`);
  assert.equal(gateway.seen[1].headers['if-none-match'], 'W/"one"');
  assert.equal(gateway.seen[1].headers.prefer, 'wait=7');
  const third = await getTask('a.key', { base: gateway.base, known: second });
  assert.equal(gateway.seen[2].headers['if-none-match'], 'W/"one"');
  const fourth = await getTask('a.key', { base: gateway.base, known: third });
  assert.deepEqual([third.stale, fourth.stale], [false, false]);
  assert.deepEqual(await getTask('a.key', { base: gateway.base, known: fourth }), task('done'));
  await gateway.close();
});

test('a failed look-up throws the problem', async () => {
  const gateway = await stub({
    status: [
      problem(404, 'task-not-found', { 'X-Request-Id': 'the-id' }),
      problem(503, 'upstream-throttled', { 'Retry-After': '7' }),
      problem(500, 'internal-error', {}, { instance: 'urn:rodin-gateway:request:another-id' }),
      (response) => response.writeHead(502, { 'Content-Type': 'text/html' }).end('<html>bad gateway</html>'),
      (response) => response.writeHead(404, { 'Content-Type': 'application/problem+json' }).end('{"title":'),
      (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>please sign in</html>'),
      (response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"status":'),
    ],
  });
  const failure = () => getTask('a.key', { base: gateway.base }).then(assert.fail, (thrown) => thrown);
  const unknown = await failure();
  assert.ok(unknown instanceof TaskProblem && unknown instanceof Error);
  assert.deepEqual([unknown.code, unknown.status, unknown.final, unknown.requestId, unknown.name],
    ['task-not-found', 404, true, 'the-id', 'TaskProblem']);
  assert.equal(unknown.problem.detail, 'A sentence.');
  const throttled = await failure();
  assert.deepEqual([throttled.final, throttled.retryAfterMs, throttled.requestId], [false, 7000, undefined]);
  assert.equal((await failure()).requestId, 'another-id');
  for (const [code, final] of [['http-502', false], ['http-404', true], ['http-200', false], ['http-200', false]]) {
    const foreign = await failure();
    assert.ok(foreign instanceof TaskProblem, String(foreign));
    assert.deepEqual([foreign.code, foreign.final], [code, final]);
  }
  await gateway.close();
});

test('a look-up without a response times out, or ends by its signal', async () => {
  const gateway = await stub({ status: [silence, silence] });
  await assert.rejects(getTask('a.key', { base: gateway.base, timeoutMs: 100 }), { name: 'TimeoutError' });
  const control = new AbortController();
  const looked = getTask('a.key', { base: gateway.base, signal: control.signal });
  control.abort(new Error('enough'));
  await assert.rejects(looked, /enough/);
  await until(() => gateway.seen.every(({ closed }) => closed), 'the connections to be given up');
  await gateway.close();
});

test('a list of any length is requested in hundreds and returned in order', async () => {
  const lists = [];
  const list = (response, request, body) => {
    const { keys } = JSON.parse(body);
    lists.push(keys);
    const tasks = keys.map((key) => key === 'bad' ? { problem: { title: 'Busy', status: 503, detail: '', code: 'upstream-throttled', retryAfterMs: 900 } }
      : { task: task('waiting', { jobs: [{ id: key, status: 'waiting' }] }) });
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ tasks }));
  };
  const gateway = await stub({ status: [list, list, list] });
  const keys = [...Array.from({ length: 230 }, (_, i) => `key-${i}`), 'bad', 'key-0', 'bad'];
  const results = await getTasks(keys, { base: gateway.base, requestId: 'the-id' });
  assert.deepEqual(lists.map(({ length }) => length), [100, 100, 31], 'a duplicate key is requested once');
  assert.deepEqual(results.map(({ task, problem }) => task?.jobs[0].id ?? problem.code),
    keys.map((key) => (key === 'bad' ? 'upstream-throttled' : key)));
  assert.ok(results[230].problem instanceof TaskProblem);
  assert.equal(results[230].problem.retryAfterMs, 900);
  assert.ok(gateway.seen.every(({ method, url, headers }) =>
    method === 'POST' && url === '/tasks/status' && headers['x-request-id'] === 'the-id'));
  assert.deepEqual(await getTasks([], { base: gateway.base }), []);
  await gateway.close();
});

test('a request of a list that is rejected does not lose the results of the others', async () => {
  const list = (response, request, body) => {
    const tasks = JSON.parse(body).keys.map(() => ({ task: task('waiting') }));
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ tasks }));
  };
  const gateway = await stub({ status: [list, problem(503, 'too-many-lists', { 'Retry-After': '2', 'X-Request-Id': 'the-id' }), list, cut] });
  const keys = Array.from({ length: 230 }, (_, i) => `key-${i}`);
  const results = await getTasks(keys, { base: gateway.base });
  assert.deepEqual(results.map(({ task, problem }) => task?.status ?? problem.code),
    keys.map((_, i) => (i >= 100 && i < 200 ? 'too-many-lists' : 'waiting')));
  const { problem: rejected } = results[100];
  assert.ok(rejected instanceof TaskProblem);
  assert.deepEqual([rejected.retryAfterMs, rejected.requestId, rejected.final], [2000, 'the-id', false]);
  await assert.rejects(getTasks(keys, { base: gateway.base }), TypeError);
  await gateway.close();
});

test('any number of watches and look-ups may share a signal', async () => {
  const warnings = [];
  const warn = (warning) => warnings.push(warning.name);
  process.on('warning', warn);
  const gateway = await stub({ status: Array(40).fill(silence) });
  const control = new AbortController();
  const options = { base: gateway.base, signal: control.signal };
  try {
    const all = Array.from({ length: 20 }, () => [watchTask('a.key', options), getTask('a.key', options)]).flat();
    const ended = Promise.allSettled(all);
    await until(() => gateway.seen.length === 40, 'the requests');
    control.abort(new Error('enough'));
    assert.deepEqual((await ended).map(({ reason }) => reason?.message), Array(40).fill('enough'));
    await until(() => gateway.seen.every(({ closed }) => closed), 'the connections to be given up');
    assert.deepEqual(warnings, []);
  } finally {
    process.off('warning', warn);
    await gateway.close();
  }
});

test('each request has a token, and is repeated with another one when that is rejected', async () => {
  const gateway = await stub({
    status: [problem(401, 'unauthenticated'), answer(task('waiting'), 'one'), answer(task('done'), 'two')],
    events: [problem(401, 'unauthenticated'), stream(['retry: 20\n'])],
  });
  let calls = 0;
  const ended = await watchTask('a.key', { base: gateway.base, token: async () => `token-${++calls}`, timing: FAST });
  assert.equal(ended.status, 'done');
  assert.deepEqual(gateway.seen.map(({ headers }) => headers.authorization),
    ['Bearer token-1', 'Bearer token-2', 'Bearer token-3', 'Bearer token-4', 'Bearer token-5']);
  await gateway.close();
});

test('a token that is rejected twice, or cannot be replaced, is a problem', async () => {
  const gateway = await stub({ status: Array(3).fill(problem(401, 'unauthenticated')) });
  let calls = 0;
  await assert.rejects(watchTask('a.key', { base: gateway.base, token: () => `token-${++calls}` }), { code: 'unauthenticated' });
  await assert.rejects(getTask('a.key', { base: gateway.base, token: () => 'always' }), { code: 'unauthenticated' });
  assert.equal(gateway.seen.length, 3);
  await gateway.close();
});

test('a supplier of tokens that hangs or fails does not block the caller', async () => {
  const gateway = await stub({ status: [answer(task('done'), 'one')] });
  await assert.rejects(getTask('a.key', { base: gateway.base, token: () => new Promise(() => {}), timeoutMs: 50 }), { name: 'TimeoutError' });
  const troubles = [];
  const token = async () => {
    if (!troubles.length) throw new Error('the sign-in service is down');
    return 'a-token';
  };
  await watchTask('a.key', { base: gateway.base, token, timing: FAST, onTrouble: (trouble) => troubles.push(trouble.message) });
  assert.deepEqual(troubles, ['the sign-in service is down']);
  assert.equal(gateway.seen.length, 1);
  await gateway.close();
});

test('events are parsed wherever the network has split them', async () => {
  const say = (id, status = 'generating') => JSON.stringify(task(status, { jobs: [{ id, status }] }));
  const text = [
    'retry: 0', ': a comment', '',
    'event: status', 'id: é€😀', `data: ${say('one ü😀')}`, '',
    ':', '', 'retry: 0', 'retry: soon', 'retry', '', // as some servers send between events
    'event:status', 'id', 'id:two', `data:${say('two').slice(0, 9)}`, `data: ${say('two').slice(9)}`, 'data', 'unknown: field', '',
    'id: three', '', 'event: status', 'id: not\0an id', '', 'event: other', 'data: x', '', 'data: no name', '',
    'event: status', `data: ${say('three')}`, '',
    'event: status', 'id: cut short', `data: ${say('cut short')}`,
  ];
  const expected = { statuses: ['one ü😀', 'two', 'three'], tag: 'W/"three"', failure: 'over' };
  for (const end of ['\n', '\r\n', '\r']) {
    const whole = bytes(text.join(end));
    assert.deepEqual(await streamed([whole]), expected, JSON.stringify(end));
    await Promise.all([...whole.keys()].map(async (at) =>
      assert.deepEqual(await streamed([whole.slice(0, at), whole.slice(at)]), expected, `${JSON.stringify(end)}, cut at ${at}`)));
    assert.deepEqual(await streamed([...whole].map((byte) => Uint8Array.of(byte))), expected, `${JSON.stringify(end)}, byte by byte`);
    assert.deepEqual(await streamed([bytes('\ufeff'), new Uint8Array(), whole]), expected, 'with a byte order mark');
  }
});

test('events are complete wherever a line end is split', async () => {
  const say = (id, end = '\r\n') =>
    `event: status\r\nid: ${id}\r\ndata: ${JSON.stringify(task('generating', { jobs: [{ id }] }))}\r\n${end}`;
  const text = `${say('a')}\n${say('b', '\n')}${say('c', '\r')}:\r\n${say('d')}`;
  const whole = bytes(text);
  const ends = [...text].flatMap((character, at) => (character === '\r' || character === '\n' ? [at, at + 1] : []));
  const pairs = ends.flatMap((first) => ends.filter((second) => second >= first).map((second) => [first, second]));
  await Promise.all(pairs.map(async ([first, second]) => {
    const pieces = [whole.slice(0, first), whole.slice(first, second), whole.slice(second)];
    assert.deepEqual((await streamed(pieces)).statuses, ['a', 'b', 'c', 'd'], `cut at ${first} and ${second}`);
  }));
});

test('an event without an end is rejected', async () => {
  const troubles = [];
  const endless = new Response(new ReadableStream({ pull: (controller) => controller.enqueue(bytes('x'.repeat(100_000))) }),
    { headers: { 'Content-Type': 'text/event-stream' } });
  const control = new AbortController();
  await assert.rejects(watchTask('a.key', {
    base: 'http://gateway.invalid',
    signal: control.signal,
    fetch: async (url) => (url.endsWith('/events') ? endless : Response.json(task('waiting'))),
    onTrouble: (trouble) => control.abort(troubles.push(trouble.message)),
  }));
  assert.deepEqual(troubles, ['The gateway sent an event without end']);
});

test('a task is watched with the stream until it ends', () =>
  watched(
    {
      status: [answer(task('waiting'), 'one')],
      events: [stream(['retry: 50\n\n', event(task('generating'), 'two'), event(task('done'), 'three')])],
    },
    async ({ gateway, statuses, troubles, ended }) => {
      assert.equal((await ended).status, 'done');
      assert.deepEqual(words(statuses), ['waiting', 'generating', 'done']);
      assert.deepEqual(troubles, []);
      assert.equal(gateway.of('events')[0].headers['last-event-id'], 'one');
    },
  ));

test('a task that has ended is not streamed', () =>
  watched({ status: [answer(task('failed'), 'one')] }, async ({ statuses, ended }) => {
    assert.equal((await ended).status, 'failed');
    assert.deepEqual(words(statuses), ['failed']);
  }));

test('a broken stream is resumed after the time that the gateway requests', () =>
  watched(
    {
      status: [
        answer(task('waiting'), 'one'),
        answer(task('generating', { stale: true }), 'two-stale'),
        notModified('two-stale', { Age: '9' }),
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
    async ({ gateway, statuses, troubles, ended }) => {
      assert.equal((await ended).status, 'done');
      assert.deepEqual(words(statuses), ['waiting', 'generating', 'generating', 'generating', 'done']);
      assert.deepEqual(statuses.map((status) => status.stale), [false, false, true, true, false]);
      assert.equal(gateway.of('status')[1].headers['if-none-match'], 'W/"two"');
      assert.deepEqual(gateway.of('events').map((request) => request.headers['last-event-id']), ['one', 'two-stale', 'two-stale']);
      assert.ok(gateway.of('status')[1].at - gateway.of('events')[0].at >= 145, 'it came back too early');
      assert.equal(troubles.length, 1, 'only a broken stream is reported as trouble, not one that ended');
    },
  ));

test('after a 204 the task has ended with the known status', () =>
  watched(
    {
      status: [answer(task('generating'), 'one'), answer(task('done'), 'two')],
      events: [(response) => response.writeHead(204).end()],
    },
    async ({ statuses, ended }) => {
      assert.equal((await ended).status, 'done');
      assert.deepEqual(words(statuses), ['generating', 'done']);
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
      async ({ gateway, statuses, troubles, ended }) => {
        assert.equal((await ended).status, 'done');
        assert.deepEqual(words(statuses), ['waiting', 'waiting', 'generating', 'done']);
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

test('a long poll that returns immediately is not repeated immediately', () =>
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
      assert.ok(third.at - second.at >= 190, `repeated after ${third.at - second.at} ms`);
    },
  ));

test('an unknown task and an invalid key end the watch', async () => {
  for (const [status, code] of [[404, 'task-not-found'], [400, 'invalid-key'], [403, 'http-403']]) {
    await watched({ status: [problem(status, code)] }, async ({ gateway, statuses, troubles, ended }) => {
      await assert.rejects(ended, (thrown) => thrown instanceof TaskProblem && thrown.code === code);
      assert.deepEqual([statuses, troubles], [[], []]);
      assert.equal(gateway.seen.length, 1);
    });
  }
});

test('a task that becomes unknown while it is watched ends the watch', () =>
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

test('transient failures are reported and retried with increasing delays, but not before Retry-After', () =>
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
        ['TypeError', 'upstream-error', 'internal-error', 'http-200', 'upstream-throttled', 'http-429'],
      );
      const pauses = troubles.map(({ pause }) => pause);
      [20, 40, 80, 160].forEach((most, i) =>
        assert.ok(pauses[i] >= most / 2 && pauses[i] <= most, `pause ${i} is ${pauses[i]} of ${most}`));
      assert.ok(pauses[4] >= 1000 && pauses[4] <= 1200, `after Retry-After: 1 it is ${pauses[4]}`);
      assert.ok(pauses[5] <= 200, `the longest is ${pauses[5]}`);
      gateway.seen.slice(1).forEach((request, i) =>
        assert.ok(request.at - gateway.seen[i].at >= pauses[i] - 5, `request ${i + 1} came too early`));
    },
    { streaming: false },
  ));

const THROTTLED = problem(503, 'upstream-throttled', { 'Retry-After': '60' });

test('a task that cannot be checked yet is awaited with the stream at once', () =>
  watched(
    { status: [THROTTLED], events: [stream(['retry: 20\n', event(task('waiting'), 'one'), event(task('done'), 'two')])] },
    async ({ gateway, statuses, troubles, ended }) => {
      await ended;
      assert.deepEqual(gateway.seen.map(({ what }) => what), ['status', 'events']);
      assert.equal(gateway.seen[1].headers['last-event-id'], undefined);
      assert.deepEqual(words(statuses), ['waiting', 'done']);
      assert.deepEqual(troubles, []);
    },
  ));

for (const [how, events, code] of [
  ['is rejected, too', problem(503, 'upstream-unavailable', { 'Retry-After': '60' }), 'upstream-unavailable'],
  ['is held back', (response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders(), 'upstream-throttled'],
  ['is not found', problem(404, 'not-found'), 'upstream-throttled'],
  ['ends without an event', stream(['retry: 20\n']), 'upstream-throttled'],
]) {
  test(`a task that cannot be checked yet is looked up after Retry-After if its stream ${how}`, () =>
    watched(
      { status: [THROTTLED], events: [events] },
      async ({ gateway, troubles }) => {
        await until(() => troubles.length === 1, 'the trouble');
        assert.equal(troubles[0].trouble.code, code);
        assert.ok(troubles[0].pause >= 60_000, `the pause is ${troubles[0].pause}`);
        assert.deepEqual(gateway.seen.map(({ what }) => what), ['status', 'events']);
      },
    ));
}

test('a success resets the delays', () =>
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

test('a stream that is rejected because of too many watchers is reported as trouble and replaced by look-ups', () =>
  watched(
    {
      status: [answer(task('waiting'), 'one'), answer(task('done'), 'two')],
      events: [problem(503, 'too-many-watchers', { 'Retry-After': '0' })],
    },
    async ({ statuses, troubles, ended }) => {
      await ended;
      assert.deepEqual(words(statuses), ['waiting', 'done']);
      assert.equal(troubles[0].trouble.problem.code, 'too-many-watchers');
    },
  ));

test('a silent stream is reconnected, one with comments is not', () =>
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
  ['pausing', { status: [problem(503, 'upstream-unavailable', { 'Retry-After': '60' })] }, ({ troubles }) => troubles.length === 1],
]) {
  test(`an abort while ${when} ends the watch and its connection`, () =>
    watched(scripts, async ({ gateway, control, ended, ...rest }) => {
      await until(() => ready({ gateway, ...rest }));
      control.abort(new Error('enough'));
      await assert.rejects(ended, /enough/);
      await until(() => gateway.seen.at(-1).closed);
    }, { timing: { opening: 5000, request: 5000, silence: 5000 } }));
}

test('an abort before the start sends no request', async () => {
  const gateway = await stub({});
  await assert.rejects(watchTask('a.key', { base: gateway.base, signal: AbortSignal.abort(new Error('enough')) }), /enough/);
  assert.equal(gateway.seen.length, 0);
  await gateway.close();
});

test('an exception of a callback is reported as the caller\'s own and not retried', async () => {
  const gateway = await stub({ status: [answer(task('done'), 'one')] });
  const program = `import { watchTask } from '@rodin-gateway/client';
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

test('an unknown task is looked up again until the grace period is over', async () => {
  await watched(
    { status: [problem(404, 'task-not-found'), problem(404, 'task-not-found'), answer(task('done'), 'one')] },
    async ({ troubles, ended }) => {
      assert.equal((await ended).status, 'done');
      assert.deepEqual(troubles.map(({ trouble }) => trouble.code), ['task-not-found', 'task-not-found']);
    },
    { notFoundGraceMs: undefined },
  );
  for (const code of ['task-not-found', 'upstream-credentials', 'upstream-account']) {
    await watched(
      { status: Array(30).fill(problem(code === 'task-not-found' ? 404 : 502, code)) },
      async ({ gateway, ended }) => {
        await assert.rejects(ended, { code });
        const took = gateway.seen.at(-1).at - gateway.seen[0].at;
        assert.ok(took >= 295 && took < 2000, `${code} was final after ${took} ms`);
        assert.ok(gateway.seen.length > 2 && gateway.seen.length < 12, `${gateway.seen.length} look-ups`);
      },
      { notFoundGraceMs: 300 },
    );
  }
});

test('there is no grace period for a task that was known before', () =>
  watched(
    { status: [answer(task('waiting'), 'one'), problem(404, 'task-not-found')], events: [stream(['retry: 20\n'])] },
    async ({ ended }) => assert.rejects(ended, { code: 'task-not-found' }),
    { notFoundGraceMs: undefined },
  ));

for (const [when, scripts] of Object.entries({
  'looking up': { status: [silence] },
  streaming: { status: [answer(task('waiting'), 'one')], events: [stream([':\n'], { open: true })] },
  pausing: { status: [problem(503, 'upstream-unavailable', { 'Retry-After': '60' })] },
})) {
  test(`a watch that takes too long ends while ${when}`, () =>
    watched(
      scripts,
      async ({ gateway, ended }) => {
        await assert.rejects(ended, { name: 'TimeoutError', message: 'The task did not end in time' });
        await until(() => gateway.seen.every(({ closed }) => closed), 'the connection to be given up');
      },
      { timeoutMs: 200, timing: { opening: 5000, request: 5000, silence: 5000 } },
    ));
}

test('a watch can be iterated over until it ends', async () => {
  const gateway = await stub({
    status: [answer(task('waiting'), 'one')],
    events: [
      async (response) => {
        stream([event(task('generating'), 'two')], { open: true })(response);
        await until(() => seen.length === 2, 'the second status');
        response.end(event(task('generating', { stale: true }), 'three') + event(task('failed'), 'four'));
      },
    ],
  });
  const seen = [];
  for await (const status of watchTask('a.key', { base: gateway.base, timing: FAST })) seen.push(status.status);
  assert.deepEqual(seen, ['waiting', 'generating', 'failed'], 'what was superseded meanwhile is left out');
  await gateway.close();
});

test('an iteration throws the failure that ends the watch', async () => {
  const gateway = await stub({ status: [problem(400, 'invalid-key')] });
  await assert.rejects(async () => {
    for await (const status of watchTask('a.key', { base: gateway.base })) assert.fail(status.status);
  }, { code: 'invalid-key' });
  await gateway.close();
});

test('leaving the iteration ends the watch', async () => {
  const gateway = await stub({ status: [answer(task('waiting'), 'one')], events: [stream([event(task('generating'), 'two')], { open: true })] });
  const watch = watchTask('a.key', { base: gateway.base, timing: FAST });
  for await (const status of watch) if (status.status === 'generating') break;
  await assert.rejects(watch, { name: 'AbortError' });
  await until(() => gateway.of('events')[0].closed, 'the stream to be given up');
  await gateway.close();
});

test('streams can be disabled', () =>
  watched(
    { status: [answer(task('waiting'), 'one'), answer(task('done'), 'two')] },
    async ({ gateway, ended }) => {
      await ended;
      assert.equal(gateway.seen[1].headers.prefer, 'wait=1');
    },
    { streaming: false },
  ));

test('each request can have its own id', () =>
  watched(
    { status: [answer(task('waiting'), 'one')], events: [stream([event(task('done'), 'two')])] },
    async ({ gateway, ended }) => {
      await ended;
      assert.deepEqual(gateway.seen.map(({ headers }) => headers['x-request-id']), ['id-0', 'id-1']);
    },
    { requestId: ((n) => () => `id-${n++}`)(0) },
  ));

/** Simulates the page in a browser. */
async function onPage(verify) {
  globalThis.document = Object.assign(new EventTarget(), { hidden: false });
  try {
    await verify((hidden) => {
      document.hidden = hidden;
      document.dispatchEvent(new Event('visibilitychange'));
    });
  } finally {
    delete globalThis.document;
  }
}

test('a hidden page closes its stream, and resumes it when it is shown', () => onPage((hide) =>
  watched(
    {
      status: [answer(task('waiting'), 'one'), notModified('two')],
      events: [stream([event(task('generating'), 'two')], { open: true }), stream([event(task('done'), 'three')])],
    },
    async ({ gateway, statuses, troubles, ended }) => {
      await until(() => statuses.length === 2, 'the stream');
      hide(true);
      await until(() => gateway.of('events')[0].closed, 'the stream to be given back');
      const before = gateway.seen.length;
      await new Promise((resolve) => setTimeout(resolve, 200)); // several pauses between attempts
      assert.equal(gateway.seen.length, before, 'a hidden page sends no request');
      hide(false);
      assert.equal((await ended).status, 'done');
      assert.deepEqual(gateway.of('events').map(({ headers }) => headers['last-event-id']), ['one', 'two']);
      assert.deepEqual(words(statuses), ['waiting', 'generating', 'generating', 'done']);
      assert.deepEqual(troubles, [], 'nothing went wrong');
    },
    { timing: { silence: 5000 } },
  )));

test('a page that is hidden for a moment keeps its stream, and so does one that is configured to', () => onPage(async (hide) => {
  for (const options of [{ timing: { hidden: 2000, silence: 5000 } }, { whileHidden: true, timing: { hidden: 20, silence: 5000 } }]) {
    hide(false);
    let finish;
    await watched(
      {
        status: [answer(task('waiting'), 'one')],
        events: [(response) => {
          stream([event(task('generating'), 'two')], { open: true })(response);
          finish = () => response.end(event(task('done'), 'three'));
        }],
      },
      async ({ gateway, statuses, ended }) => {
        await until(() => statuses.length === 2, 'the stream');
        hide(true);
        await new Promise((resolve) => setTimeout(resolve, 100));
        if (!options.whileHidden) hide(false);
        await new Promise((resolve) => setTimeout(resolve, 100));
        assert.equal(gateway.of('events')[0].closed, false);
        finish();
        await ended;
      },
      options,
    );
  }
}));

test('showing a page again does not shorten Retry-After', () => onPage((hide) =>
  watched(
    { status: [problem(503, 'upstream-unavailable', { 'Retry-After': '1' }), answer(task('done'), 'one')] },
    async ({ gateway, troubles, ended }) => {
      await until(() => troubles.length === 1, 'the refusal');
      hide(true);
      await new Promise((resolve) => setTimeout(resolve, 100));
      hide(false);
      await ended;
      assert.ok(gateway.seen[1].at - gateway.seen[0].at >= 995, 'it came too early');
    },
  )));

test('a watch on a hidden page can be aborted, and can time out', () => onPage(async (hide) => {
  hide(true);
  await watched(
    { status: [answer(task('waiting'), 'one')], events: [stream([':\n'], { open: true })] },
    async ({ gateway, control, ended }) => {
      await until(() => gateway.of('events')[0]?.closed, 'the stream to be given back');
      control.abort(new Error('enough'));
      await assert.rejects(ended, /enough/);
    },
    { timing: { silence: 5000 } },
  );
  await watched(
    { status: [answer(task('waiting'), 'one')], events: [stream([':\n'], { open: true })] },
    async ({ ended }) => assert.rejects(ended, { name: 'TimeoutError' }),
    { timeoutMs: 300, timing: { silence: 5000 } },
  );
}));

test('a watch that is aborted immediately sends no request', async () => {
  const gateway = await stub({});
  const control = new AbortController();
  const ended = watchTask('a.key', { base: gateway.base, signal: control.signal });
  control.abort(new Error('unmounted'));
  await assert.rejects(ended, /unmounted/);
  assert.equal(gateway.seen.length, 0);
  await gateway.close();
});
