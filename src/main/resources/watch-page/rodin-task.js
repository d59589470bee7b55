/**
 * Watches a task through the Rodin gateway. One file without dependencies, to be copied into any frontend.
 *
 * @typedef {{id?: string, status: 'waiting'|'generating'|'done'|'failed'|'canceled'|'unknown', queueLength?: number,
 *   reported?: string}} Job
 * @typedef {{status: 'waiting'|'generating'|'done'|'failed'|'canceled', terminal: boolean,
 *   progress: {finished: number, total: number, percent: number}, jobs: Job[], checkedAt: string, stale: boolean,
 *   pollAfterMs?: number}} TaskStatus
 * @typedef {{type?: string, title: string, status: number, detail: string, code: string, upstreamCode?: string}} Problem
 * @typedef {{checkedAt?: string, stale: boolean, pollAfterMs?: number}} Hints what is told even when nothing has changed
 * @typedef {{etag: string|null, status: TaskStatus|null, hints: Hints}} Answer the status is null when the tag still holds
 */

/** What all waiting is measured by, in milliseconds. */
const TIMING = {
  opens: 5_000, // a stream that says nothing for so long is held back on the way
  silence: 45_000, // a stream that says nothing for so long is dead: the gateway says something every 15 s
  answer: 30_000, // a look-up takes no longer, besides what it was asked to wait
  wait: 30_000, // one long poll
  retry: 2_000, // between attempts, unless the gateway says otherwise
  longest: 30_000, // the longest pause of a growing row of them
};

const LONGEST_EVENT = 1_000_000;
const LONGEST_RETRY_AFTER = 300_000;

/** A look-up that failed. A final one will fail again: the key is wrong or the task unknown. */
export class TaskProblem extends Error {
  /** @param {Problem} problem @param {number} [retryAfterMs] */
  constructor(problem, retryAfterMs = 0) {
    super(`${problem.title} (${problem.code})`);
    this.name = 'TaskProblem';
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
    this.final = problem.status >= 400 && problem.status < 500 && ![408, 425, 429].includes(problem.status);
  }
}

/**
 * Looks a task up once.
 *
 * @param {string} key Rodin's subscription_key; a secret
 * @param {{base?: string, etag?: string|null, wait?: number, signal?: AbortSignal, timeout?: number}} [options] base: the
 *   gateway's URL; etag: what is known; wait: the seconds to hold the answer back until that changes
 * @returns {Promise<Answer>}
 * @throws {TaskProblem} when the gateway says no
 */
export async function getStatus(key, { base = '', etag, wait = 0, signal, timeout = TIMING.answer } = {}) {
  const headers = new Headers({ Accept: 'application/json' });
  if (etag) headers.set('If-None-Match', etag);
  if (wait) headers.set('Prefer', `wait=${wait}`);
  return withDeadline(signal, async (deadline, within) => {
    within(timeout + wait * 1000);
    const response = await fetch(url(base, key, 'status'), { headers, cache: 'no-store', signal: deadline });
    if (response.status !== 304 && !response.ok) throw await problemOf(response);
    const status = response.status === 304 ? null : await response.json();
    const age = response.headers.get('Age');
    const hints = status ?? {
      ...(age && { checkedAt: new Date(Date.now() - Number(age) * 1000).toISOString() }),
      stale: /;\s*detail=stale/.test(response.headers.get('Cache-Status') ?? ''),
      pollAfterMs: retryAfterMs(response),
    };
    return { etag: response.headers.get('ETag') ?? etag ?? null, status, hints };
  });
}

/**
 * Watches a task until it ends, by the event stream or, where streams do not get through, by long polls. What passes (a
 * lost connection, a gateway or a Rodin in trouble) is told and tried again, for ever: abort the signal to give up.
 *
 * @param {string} key Rodin's subscription_key; a secret
 * @param {{base?: string, signal?: AbortSignal, onStatus?: (status: TaskStatus) => void,
 *   onTrouble?: (trouble: Error, retryInMs: number) => void, timing?: Partial<typeof TIMING>}} [options] onStatus: called
 *   with each news and after each reconnection; onTrouble: called for each attempt that failed
 * @returns {Promise<TaskStatus>} where the task ended
 * @throws {TaskProblem} that is final, or the signal's reason
 */
export async function watchTask(key, { base = '', signal, onStatus, onTrouble, timing } = {}) {
  const times = { ...TIMING, ...timing };
  let known = /** @type {TaskStatus|null} */ (null);
  let etag = /** @type {string|null} */ (null);
  let streams = true;
  let failures = 0;
  /** @param {TaskStatus} status @param {string|null} tag */
  const learn = (status, tag) => {
    [known, etag, failures] = [status, tag, 0];
    tell(() => onStatus?.(status));
  };

  /** A caller's own failure is the caller's, and no reason to try again. @param {() => void} news */
  const tell = (news) => queueMicrotask(() => signal?.aborted || news());

  for (;;) {
    const began = Date.now();
    let pause = times.retry;
    try {
      const wait = streams || failures || !etag ? 0 : times.wait / 1000;
      const answer = await getStatus(key, { base, etag, wait, signal, timeout: times.answer });
      learn(answer.status ?? { .../** @type {TaskStatus} */ (known), ...answer.hints }, answer.etag);
      if (known?.terminal) return known;
      if (streams) {
        streams = await follow(url(base, key, 'events'), etag, { signal, times, learn });
        if (known?.terminal) return known;
      }
      pause = streams ? times.retry : Math.max(0, began + (known?.pollAfterMs ?? times.retry) - Date.now());
    } catch (trouble) {
      signal?.throwIfAborted();
      if (!(trouble instanceof Error) || (trouble instanceof TaskProblem && trouble.final)) throw trouble;
      const grown = Math.min(times.longest, times.retry * 2 ** failures++) * (0.5 + Math.random() / 2);
      const told = trouble instanceof TaskProblem ? trouble.retryAfterMs * (1 + Math.random() / 5) : 0;
      pause = Math.max(grown, told);
      tell(() => onTrouble?.(trouble, pause));
    }
    await sleep(pause, signal);
  }
}

/**
 * Follows the event stream until it ends.
 *
 * @param {string} address
 * @param {string|null} etag
 * @param {{signal?: AbortSignal, times: typeof TIMING, learn: (status: TaskStatus, tag: string|null) => void}} options
 * @returns {Promise<boolean>} whether streams get through
 */
async function follow(address, etag, { signal, times, learn }) {
  const headers = new Headers({ Accept: 'text/event-stream' });
  const id = /"(.*)"/.exec(etag ?? '')?.[1];
  if (id) headers.set('Last-Event-ID', id);
  let spoke = false;
  return withDeadline(signal, async (deadline, within) => {
    const heard = () => {
      spoke = true;
      within(times.silence);
    };
    try {
      within(times.opens);
      const response = await fetch(address, { headers, cache: 'no-store', signal: deadline });
      if (response.status === 204) return true; // nothing new, and the task has ended: the next look-up says how
      if (response.status >= 500 && response.status !== 501) throw await problemOf(response);
      if (!response.body || !response.headers.get('Content-Type')?.startsWith('text/event-stream')) return false;
      for await (const event of eventsOf(response.body, heard)) {
        if (event.retry >= 0) times.retry = Math.min(event.retry, times.longest);
        if (event.name === 'status') learn(JSON.parse(event.data), `W/"${event.id}"`);
        if (event.name === 'problem') throw new TaskProblem(JSON.parse(event.data));
      }
      return true;
    } catch (trouble) {
      if (!spoke && deadline.aborted && !signal?.aborted) return false;
      throw trouble;
    }
  });
}

/**
 * Reads server-sent events, however the network has cut them into pieces.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @param {() => void} [onBytes] called for whatever comes, comments included
 * @returns {AsyncGenerator<{name: string, data: string, id: string, retry: number}>} with no data, an empty
 *   id and NaN for what an event does not have
 */
export async function* eventsOf(body, onBytes) {
  const reader = body.getReader();
  const text = new TextDecoder();
  const fresh = () => ({ name: 'message', data: /** @type {string[]} */ ([]), id: '', retry: NaN });
  let event = fresh();
  let rest = '';
  let afterReturn = false;
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes?.();
    let part = text.decode(value, { stream: true });
    if (afterReturn && part.startsWith('\n')) part = part.slice(1);
    if (part) afterReturn = part.endsWith('\r');
    const lines = (rest + part).split(/\r\n|\n|\r/);
    rest = lines.pop() ?? '';
    length += part.length;
    if (length > LONGEST_EVENT) throw new Error('The gateway sent an event without end');
    for (const line of lines) {
      const [, field, content] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line) ?? ['', '', ''];
      if (line === '') {
        yield { ...event, data: event.data.join('\n') };
        event = fresh();
        length = rest.length;
      } else if (field === 'event') event.name = content;
      else if (field === 'data') event.data.push(content);
      else if (field === 'id') event.id = content;
      else if (field === 'retry' && /^\d+$/.test(content)) event.retry = Number(content);
    }
  }
}

/** @param {string} base @param {string} key @param {string} what */
const url = (base, key, what) => `${base}/tasks/${encodeURIComponent(key)}/${what}`;

/** @param {Response} response */
async function problemOf(response) {
  const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json');
  const problem = isProblem
    ? await response.json()
    : { title: `HTTP ${response.status}`, status: response.status, code: `http-${response.status}`,
        detail: 'Something between this page and the gateway gave this answer.' };
  return new TaskProblem(problem, retryAfterMs(response));
}

/** @param {Response} response @returns {number|undefined} */
function retryAfterMs(response) {
  const value = response.headers.get('Retry-After');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Math.min(LONGEST_RETRY_AFTER, Math.max(0, ms || 0));
}

/**
 * Runs work that ends when the outer signal says so or its own time is up, and leaves no connection behind.
 *
 * @template T
 * @param {AbortSignal|undefined} outer
 * @param {(signal: AbortSignal, within: (ms: number) => void) => Promise<T>} work within: gives it
 *   so many milliseconds from now on
 * @returns {Promise<T>}
 */
async function withDeadline(outer, work) {
  outer?.throwIfAborted();
  const inner = new AbortController();
  const follow = () => inner.abort(outer?.reason);
  outer?.addEventListener('abort', follow);
  let timer = /** @type {ReturnType<typeof setTimeout>|undefined} */ (undefined);
  try {
    return await work(inner.signal, (ms) => {
      clearTimeout(timer);
      timer = setTimeout(() => inner.abort(new Error('The gateway did not answer in time')), ms);
    });
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', follow);
    inner.abort();
  }
}

/** @param {number} ms @param {AbortSignal} [signal] @returns {Promise<void>} */
function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      return signal?.aborted ? reject(signal.reason) : resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener('abort', wake);
    if (signal?.aborted) wake();
  });
}
