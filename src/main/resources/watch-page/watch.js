import { TaskProblem, watchTask } from './rodin-task.js';

/** @import { Job, Problem, TaskStatus } from './rodin-task.js' */

/** @template {HTMLElement} T @param {string} id @param {new () => T} type */
function part(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page has no ${id}`);
  return element;
}

const form = part('form', HTMLFormElement);
const key = part('key', HTMLInputElement);
const show = part('show', HTMLButtonElement);
const watch = part('watch', HTMLButtonElement);
const stop = part('stop', HTMLButtonElement);
const problem = part('problem', HTMLElement);
const notice = part('notice', HTMLElement);
const task = part('task', HTMLElement);
const headline = part('headline', HTMLElement);
const bar = part('bar', HTMLProgressElement);
const progress = part('progress', HTMLElement);
const when = part('when', HTMLElement);
const elapsed = part('elapsed', HTMLElement);
const copy = part('copy', HTMLButtonElement);
const copied = part('copied', HTMLElement);
const counts = part('counts', HTMLElement);
const jobs = part('jobs', HTMLOListElement);
const noJobs = part('no-jobs', HTMLElement);

const HEADLINES = { waiting: 'Waiting', generating: 'Generating', done: 'Done', failed: 'Failed', canceled: 'Canceled' };
/** The order in which the counts of jobs are shown. */
const STATES = /** @type {const} */ (['done', 'failed', 'canceled', 'generating', 'waiting', 'unknown']);
const TITLE = document.title;
const STALE = 'Rodin cannot be asked at the moment. This is what was last known; it moves on as soon as Rodin answers.';
const NOT_FOUND = 'Rodin does not know this task, or not yet. Asking again for a moment …';
/** How often an unknown key is retried; few times, so that a mistyped key is reported soon. */
const GRACE = 10_000;
/** The page may be served behind a path prefix. */
const BASE = new URL('.', import.meta.url);
/** Counts are shown from this number of jobs on. */
const MANY = 6;

let control = new AbortController();
let /** @type {TaskStatus | null} */ latest = null;
let /** @type {'watching' | 'interrupted' | 'ended'} */ state = 'ended';
let heardAt = 0;
let beganAt = 0;
let endedAt = 0;
let watched = '';
let /** @type {Map<string, { length: number, before?: number }>} queue lengths by job */ queues = new Map();

/** @param {string} secret */
async function start(secret) {
  control.abort();
  const mine = new AbortController();
  control = mine;
  state = 'watching';
  latest = null;
  watched = secret;
  beganAt = Date.now();
  queues = new Map();
  stop.disabled = false;
  task.hidden = true;
  problem.replaceChildren();
  key.removeAttribute('aria-invalid');
  document.title = TITLE;
  say(copied, '');
  say(notice, 'Looking the task up …');
  try {
    await watchTask(secret, { base: BASE, signal: mine.signal, notFoundGraceMs: GRACE, onStatus: showStatus, onTrouble: showTrouble });
    if (mine === control) end();
  } catch (trouble) {
    if (mine !== control) return; // another watch has begun
    end();
    if (trouble instanceof TaskProblem) showProblem(trouble.problem);
    else if (!mine.signal.aborted) throw trouble;
    else say(notice, latest ? 'Stopped. This is what was last known.' : 'Stopped.');
  }
}

function end() {
  state = 'ended';
  endedAt = Date.now();
  if (document.activeElement === stop) watch.focus();
  stop.disabled = true;
  say(notice, '');
  tick();
}

/** @param {TaskStatus} status */
function showStatus(status) {
  const { finished, total, percent } = status.progress;
  latest = status;
  state = 'watching';
  heardAt = Date.now();
  task.hidden = false;
  task.classList.toggle('stale', status.stale);
  say(notice, status.stale ? STALE : '');
  say(headline, HEADLINES[status.status] ?? status.status);
  headline.dataset.status = status.status;
  // A failed task has no progress bar; a full one would suggest success.
  bar.hidden = status.terminal && status.status !== 'done';
  bar.max = Math.max(1, total);
  bar.value = finished;
  say(progress, progressOf(status));
  say(counts, total >= MANY ? `${total} jobs: ${countsOf(status.jobs, STATES)}` : '');
  noJobs.hidden = total > 0;
  while (jobs.children.length > total) jobs.lastElementChild?.remove();
  status.jobs.forEach((job, i) => showJob(jobs.children[i] ?? jobs.appendChild(emptyJob()), job, i));
  document.title = `${status.terminal ? '' : `${percent} % `}${HEADLINES[status.status] ?? status.status} – ${TITLE}`;
  tick();
}

/** @param {TaskStatus} status */
function progressOf({ terminal, jobs: all, progress: { finished, total, percent } }) {
  const bad = countsOf(all, ['failed', 'canceled']);
  const noun = total === 1 ? 'job' : 'jobs';
  if (!terminal) return `${finished} of ${total} ${noun} finished, ${percent} %${bad && `; ${bad}`}`;
  const done = all.filter((job) => job.status === 'done').length;
  return `${done} of ${total} ${noun} done${bad && `, ${bad}`}`;
}

/** @param {readonly Job[]} all @param {readonly Job['status'][]} states */
function countsOf(all, states) {
  const counted = states.map((status) => ({ status, count: all.filter((job) => job.status === status).length }));
  return counted.filter(({ count }) => count).map(({ count, status }) => `${count} ${status}`).join(', ');
}

function emptyJob() {
  const item = document.createElement('li');
  item.append(document.createElement('code'), document.createElement('span'));
  return item;
}

/** @param {Element} item @param {Job} job @param {number} index */
function showJob(item, job, index) {
  const [id, words] = item.children;
  const unknown = job.status === 'unknown' ? `says “${job.reported ?? ''}”` : job.status;
  say(id, job.id ?? 'without a name');
  say(words, unknown + queueOf(job, job.id ?? String(index)));
  words.setAttribute('data-status', job.status);
}

/** @param {Job} job @param {string} name */
function queueOf({ queueLength: length }, name) {
  if (length === undefined) return '';
  const last = queues.get(name);
  const before = last && last.length !== length ? last.length : last?.before;
  queues.set(name, { length, ...(before !== undefined && { before }) });
  if (before === undefined) return `, queue length ${length}`;
  return `, queue length ${length}, ${length < before ? 'down' : 'up'} from ${before}`;
}

/** @param {Error} trouble */
function showTrouble(trouble) {
  state = 'interrupted';
  if (!(trouble instanceof TaskProblem)) say(notice, 'The connection to the gateway is lost. Trying again …');
  else if (trouble.code === 'task-not-found') say(notice, NOT_FOUND);
  else say(notice, `${trouble.problem.title} (${trouble.code}). Trying again …`);
  tick();
}

/** @param {Problem} details */
function showProblem(details) {
  const [title, detail, code] = ['h2', 'p', 'p'].map((name) => document.createElement(name));
  title.textContent = details.title;
  detail.textContent = details.detail;
  code.textContent = `Code: ${[details.code, details.upstreamCode].filter(Boolean).join(', ')}`;
  code.className = 'quiet';
  problem.replaceChildren(title, detail, code);
  if (details.code === 'invalid-key') key.setAttribute('aria-invalid', 'true');
  document.title = `${details.title} – ${TITLE}`;
}

/**
 * Leaves unchanged text alone, so that screen readers do not announce it again. @param {Element} element @param
 * {string} text
 */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The gateway sends changes only: while the watch is open, the last status received is current. */
function tick() {
  if (!latest) return;
  const checked = Date.parse(latest.checkedAt);
  if (state === 'interrupted') say(when, `Not connected. Last news ${ago(heardAt)}`);
  else if (latest.stale) say(when, `Last known, ${ago(checked)}`);
  else if (state === 'watching') say(when, `Watching. Last news ${ago(heardAt)}`);
  else say(when, `Checked ${ago(checked)}`);
  say(elapsed, `Watched for ${duration((state === 'ended' ? endedAt : Date.now()) - beganAt)}`);
}

/** @param {number} ms */
function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours) return `${hours} h ${minutes} min`;
  return minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

/** @param {number} moment */
function ago(moment) {
  const seconds = Math.max(0, Math.round((Date.now() - moment) / 1000));
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} seconds ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return minutes === 1 ? 'a minute ago' : `${minutes} minutes ago`;
  const hours = Math.floor(minutes / 60);
  return hours === 1 ? 'an hour ago' : `${hours} hours ago`;
}

async function copyLink() {
  const link = `${location.origin}${location.pathname}#key=${encodeURIComponent(watched)}`;
  const done = await navigator.clipboard?.writeText(link).then(() => true, () => false);
  say(copied, done || copySelected(link) ? 'Copied. Whoever has the link can see the task.' : 'The browser does not allow it.');
}

/** The Clipboard API is not available without TLS. @param {string} text */
function copySelected(text) {
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  copy.focus();
  return done;
}

/**
 * A link may contain a key after #key=, which is not sent to any server; it is removed from the address bar
 * immediately.
 */
function takeKeyFromAddress() {
  const linked = new URLSearchParams(location.hash.slice(1)).get('key');
  if (linked === null) return;
  history.replaceState(null, '', location.pathname + location.search);
  key.value = linked;
  if (linked) start(linked);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  start(key.value.trim());
});
stop.addEventListener('click', () => control.abort());
copy.addEventListener('click', copyLink);
show.addEventListener('click', () => {
  const shown = key.type === 'password';
  key.type = shown ? 'text' : 'password';
  show.setAttribute('aria-pressed', String(shown));
});
window.addEventListener('hashchange', takeKeyFromAddress);
setInterval(tick, 1000);
form.hidden = false;
takeKeyFromAddress();
