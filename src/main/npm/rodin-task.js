// Client for the Rodin gateway, without dependencies. rodin-task.d.ts documents the API.

/** @import * as api from './rodin-task.d.ts' */
/** @typedef {ReturnType<typeof setTimeout> | undefined} Timer */
/** @typedef {(ms: number, message?: string) => void} Limit ends the work after so many milliseconds from now on */

/** In milliseconds. @type {api.Timing} */
const TIMING = {
  request: 30_000,
  opening: 5_000,
  silence: 45_000,
  wait: 30_000,
  retry: 2_000,
  maxRetry: 30_000,
  hidden: 10_000,
};
const GRACE = 30_000;
const MAX_EVENT_LENGTH = 1_000_000;
const MAX_RETRY_AFTER = 300_000;
const KEYS_PER_REQUEST = 100;
const SUSPENDED = new Error('The page is hidden');

/** Entity tags by status. @type {WeakMap<api.TaskStatus, string>} */
const tags = new WeakMap();

/** @type {typeof api.TaskProblem} */
export const TaskProblem = class TaskProblem extends Error {
  /** @param {api.Problem} problem @param {number} [retryAfterMs] @param {string | null} [requestId] */
  constructor(problem, retryAfterMs, requestId) {
    super(`${problem.title} (${problem.code})`);
    this.name = 'TaskProblem';
    this.problem = problem;
    this.code = problem.code;
    this.status = problem.status;
    this.retryAfterMs = retryAfterMs ?? problem.retryAfterMs ?? 0;
    this.requestId = requestId ?? /^urn:rodin-gateway:request:(.+)/.exec(problem.instance ?? '')?.[1];
    this.final = this.status >= 400 && this.status < 500 && ![408, 425, 429].includes(this.status);
  }
};

/** @type {typeof api.getTask} */
export const getTask = (key, options = {}) =>
  limited(options.signal, async (signal, limit) => {
    const { known, waitSeconds = 0, timeoutMs = TIMING.request } = options;
    limit(timeoutMs + waitSeconds * 1000);
    const tag = known && tags.get(known);
    const response = await send(address(options, key, 'status'), { ...options, signal }, {
      ...(tag && { 'If-None-Match': tag }),
      ...(waitSeconds && { Prefer: `wait=${waitSeconds}` }),
    });
    /** @type {api.TaskStatus} */
    const status = response.status === 304 && known ? { ...known, ...freshness(response, known) } : await read(response);
    const current = response.headers.get('ETag') ?? tag;
    if (current) tags.set(status, current);
    return status;
  });

/** @type {typeof api.getTasks} */
export const getTasks = (keys, options = {}) =>
  limited(options.signal, async (signal, limit) => {
    const distinct = [...new Set(keys)];
    const results = new Map();
    for (let i = 0; i < distinct.length; i += KEYS_PER_REQUEST) {
      const some = distinct.slice(i, i + KEYS_PER_REQUEST);
      const request = { ...options, signal, body: JSON.stringify({ keys: some }) };
      limit(options.timeoutMs ?? TIMING.request);
      const body = await send(address(options, 'status'), request, { 'Content-Type': 'application/json' }).then(read).catch((failure) => {
        if (failure instanceof TaskProblem) return { failure };
        throw failure;
      });
      some.forEach((key, n) => {
        const { task, problem } = body.tasks?.[n] ?? {};
        results.set(key, task ? { task } : { problem: body.failure ?? new TaskProblem(problem) });
      });
    }
    return keys.map((key) => results.get(key));
  });

/** @type {typeof api.watchTask} */
export const watchTask = (key, options = {}) => {
  let latest = /** @type {api.TaskStatus | undefined} */ (undefined);
  let [wake, stop] = [() => {}, () => {}];
  const ended = limited(options.signal, (signal, limit, abort) => {
    stop = () => abort(new DOMException('The watch was stopped', 'AbortError'));
    if (options.timeoutMs) limit(options.timeoutMs, 'The task did not end in time');
    return watch(key, { ...options, signal }, (status) => {
      latest = status;
      wake();
    });
  });
  return Object.assign(ended, {
    async *[Symbol.asyncIterator]() {
      let over = false;
      const finish = () => {
        over = true;
        wake();
      };
      ended.then(finish, finish);
      try {
        while (latest || !over) {
          const status = latest;
          latest = undefined;
          if (status) yield status;
          else await /** @type {Promise<void>} */ (new Promise((resolve) => (wake = resolve)));
        }
        await ended;
      } finally {
        stop();
      }
    },
  });
};

/**
 * @param {string} key
 * @param {api.WatchOptions & { signal: AbortSignal }} options
 * @param {(status: api.TaskStatus) => void} publish
 * @returns {Promise<api.TaskStatus>}
 */
async function watch(key, options, publish) {
  const { signal, onStatus, onTrouble, notFoundGraceMs = GRACE } = options;
  const times = { ...TIMING, ...options.timing };
  const page = options.whileHidden ? undefined : globalThis.document;
  const events = address(options, key, 'events');
  let streaming = options.streaming ?? true;
  let known = /** @type {api.TaskStatus | undefined} */ (undefined);
  let [failures, refusedAt, next] = [0, 0, 0];
  let suspended = false;
  let interrupt = () => {};
  let hiding = /** @type {Timer} */ (undefined);

  // An exception from a callback is the caller's own, and no reason to try again.
  const call = (/** @type {() => void} */ callback) => queueMicrotask(() => signal.aborted || callback());
  const learn = (/** @type {api.TaskStatus} */ status) => {
    known = status;
    failures = refusedAt = 0;
    publish(status);
    call(() => onStatus?.(status));
  };
  // A hidden page gives its connection back: over HTTP/1.1 all tabs together have six to a host.
  const look = () => {
    clearTimeout(hiding);
    if (page?.hidden) hiding = setTimeout(suspend, times.hidden, true);
    else if (suspended) suspend(false);
  };
  const suspend = (/** @type {boolean} */ now) => {
    suspended = now;
    interrupt();
  };

  const attempt = async (/** @type {AbortSignal} */ inner) => {
    await sleep(suspended ? 2 ** 31 - 1 : next - Date.now(), inner);
    const began = Date.now();
    const waitSeconds = streaming || failures || !known ? 0 : times.wait / 1000;
    let throttled;
    try {
      learn(await getTask(key, { ...options, signal: inner, known, waitSeconds, timeoutMs: times.request }));
    } catch (trouble) {
      // A stream, unlike a look-up, may wait until the gateway can check the task.
      if (known || !streaming || !(trouble instanceof TaskProblem) || trouble.code !== 'upstream-throttled') throw trouble;
      throttled = trouble;
    }
    if (!known?.terminal && streaming) streaming = await follow(events, { ...options, signal: inner }, times, known, learn);
    if (!known && throttled) throw throttled;
    next = streaming ? Date.now() + times.retry : began + (known?.pollAfterMs ?? times.retry);
  };
  /** Decides when to try again, if at all. @param {any} trouble */
  const recover = (trouble) => {
    signal.throwIfAborted();
    if (trouble === SUSPENDED) return;
    let pause = Math.min(times.maxRetry, times.retry * 2 ** failures++) * (0.5 + Math.random() / 2);
    if (trouble instanceof TaskProblem) {
      const { code, retryAfterMs } = trouble;
      const remedied = code === 'task-not-found' ? !known : code === 'upstream-credentials' || code === 'upstream-account';
      if (trouble.final && !remedied) throw trouble;
      pause = Math.max(pause, retryAfterMs * (1 + Math.random() / 5));
      if (remedied) {
        const left = (refusedAt ||= Date.now()) + notFoundGraceMs - Date.now();
        if (left <= 0) throw trouble;
        pause = Math.min(pause, left);
      }
    }
    next = Date.now() + pause;
    call(() => onTrouble?.(trouble, pause));
  };

  page?.addEventListener('visibilitychange', look);
  look();
  try {
    await undefined; // whoever aborts at once, as React's strict mode does, has asked nothing
    while (!known?.terminal) {
      await limited(signal, (inner, _, abort) => {
        interrupt = () => abort(SUSPENDED);
        return attempt(inner);
      }).catch(recover);
    }
    return known;
  } finally {
    clearTimeout(hiding);
    page?.removeEventListener('visibilitychange', look);
  }
}

/**
 * Follows the event stream until it ends.
 *
 * @param {string} url
 * @param {api.WatchOptions} options
 * @param {api.Timing} times
 * @param {api.TaskStatus | undefined} known
 * @param {(status: api.TaskStatus) => void} learn
 * @returns {Promise<boolean>} whether streams get through
 */
function follow(url, options, times, known, learn) {
  let opened = false;
  return limited(options.signal, async (signal, limit) => {
    limit(times.opening);
    let id = /"(.*)"/.exec((known && tags.get(known)) ?? '')?.[1] ?? '';
    const headers = { Accept: 'text/event-stream', ...(id && { 'Last-Event-ID': id }) };
    const response = await send(url, { ...options, signal }, headers);
    if (response.status === 204) return true; // the task has ended: the next look-up says how
    if (response.status === 429 || (response.status >= 500 && response.status !== 501)) await read(response);
    if (!response.body || !response.headers.get('Content-Type')?.startsWith('text/event-stream')) return false;

    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let [name, data, rest, length, afterReturn] = ['', '', '', 0, false];
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return true;
      opened = true;
      limit(times.silence);
      const chunk = decoder.decode(value, { stream: true });
      if (!chunk) continue;
      const lines = (rest + (afterReturn ? chunk.replace(/^\n/, '') : chunk)).split(/\r\n?|\n/);
      afterReturn = chunk.endsWith('\r');
      rest = lines.pop() ?? '';
      if ((length += chunk.length) > MAX_EVENT_LENGTH) throw new Error('The gateway sent an event without end');
      for (const line of lines) {
        const [, field, content = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
        if (field === 'event') name = content;
        else if (field === 'data') data += `${content}\n`;
        else if (field === 'id' && !content.includes('\0')) id = content;
        else if (field === 'retry' && /^\d+$/.test(content)) times.retry = Math.min(Number(content), times.maxRetry);
        if (line) continue;
        if (data && name === 'problem') throw new TaskProblem(JSON.parse(data));
        if (data && name === 'status') {
          const status = JSON.parse(data);
          tags.set(status, `W/"${id}"`);
          learn(status);
          if (status.terminal) return true;
        }
        [name, data, length] = ['', '', rest.length];
      }
    }
  }).catch((trouble) => {
    if (opened || options.signal?.aborted || trouble?.name !== 'TimeoutError') throw trouble;
    return false;
  });
}

/** @param {{ base?: string | URL | undefined }} options @param {...string} path */
const address = ({ base = '' }, ...path) =>
  new URL([String(base).replace(/\/+$/, ''), 'tasks', ...path.map(encodeURIComponent)].join('/'), globalThis.location?.href).href;

/**
 * Sends one request; one more when the gateway refuses a token and there is another by then.
 *
 * @param {string} url
 * @param {api.RequestOptions & { body?: string }} options
 * @param {Record<string, string>} headers
 */
async function send(url, { body, fetch = globalThis.fetch, token, requestId, signal }, headers) {
  for (let refused = /** @type {{ by: string, response: Response } | undefined} */ (undefined); ; ) {
    const bearer = (await token?.()) ?? '';
    if (refused?.by === bearer) return refused.response;
    const id = typeof requestId === 'function' ? requestId() : requestId;
    const response = await fetch(url, {
      ...(body && { method: 'POST', body }),
      cache: 'no-store',
      headers: {
        Accept: 'application/json',
        ...headers,
        ...(bearer && { Authorization: `Bearer ${bearer}` }),
        ...(id && { 'X-Request-Id': id }),
      },
      signal: signal ?? null,
    });
    if (response.status !== 401 || !token || refused) return response;
    refused = { by: bearer, response };
  }
}

/** Returns a successful response's JSON and throws any other as a problem. @param {Response} response */
async function read(response) {
  const { ok, status, headers } = response;
  const isJson = /^application\/(problem\+)?json\b/.test(headers.get('Content-Type') ?? '');
  const json = isJson ? await response.json().catch(() => undefined) : undefined;
  if (ok && json) return json;
  const detail = 'Something between this client and the gateway sent this response.';
  const problem = json?.code ? json : { title: `HTTP ${status}`, status, detail, code: `http-${status}` };
  throw new TaskProblem(problem, retryAfter(response), headers.get('X-Request-Id'));
}

/** What the headers of a 304 say; its tag covers the rest. @param {Response} response @param {api.TaskStatus} known */
function freshness(response, known) {
  const age = response.headers.get('Age');
  return {
    checkedAt: age ? new Date(Date.now() - Number(age) * 1000).toISOString() : known.checkedAt,
    ...(!known.terminal && { pollAfterMs: retryAfter(response) ?? known.pollAfterMs }),
  };
}

/** @param {Response} response */
function retryAfter(response) {
  const value = response.headers.get('Retry-After');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Math.min(MAX_RETRY_AFTER, Math.max(0, ms || 0));
}

/**
 * Runs work until it ends, its time is up or the outer signal says so, and leaves no connection behind.
 *
 * @template T
 * @param {AbortSignal | undefined} outer
 * @param {(signal: AbortSignal, limit: Limit, abort: (reason: unknown) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
function limited(outer, work) {
  const inner = new AbortController();
  const { signal } = inner;
  let timer = /** @type {Timer} */ (undefined);
  /** @type {Limit} */
  const limit = (ms, message = 'The gateway did not answer in time') => {
    clearTimeout(timer);
    timer = setTimeout(() => inner.abort(new DOMException(message, 'TimeoutError')), ms);
  };
  return /** @type {Promise<T>} */ (
    new Promise((resolve, reject) => {
      outer?.throwIfAborted();
      if (outer) dependents(outer).add(inner);
      signal.addEventListener('abort', () => reject(signal.reason));
      work(signal, limit, (reason) => inner.abort(reason)).then(resolve, reject);
    })
  ).finally(() => {
    clearTimeout(timer);
    if (outer) dependents(outer).delete(inner);
    inner.abort();
  });
}

/** @type {WeakMap<AbortSignal, Set<AbortController>>} */
const dependentsBySignal = new WeakMap();

/** What a signal ends. It has one listener for all, as Node warns of more than ten. @param {AbortSignal} signal */
function dependents(signal) {
  let all = dependentsBySignal.get(signal);
  if (!all) {
    const created = (all = new Set());
    dependentsBySignal.set(signal, created);
    signal.addEventListener('abort', () => created.forEach((dependent) => dependent.abort(signal.reason)));
  }
  return all;
}

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
const sleep = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
