import { TaskProblem, watchTask } from './rodin-task.js';

/** @template {HTMLElement} T @param {string} id @param {new () => T} type */
function part(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page has no ${id}`);
  return element;
}

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
const jobs = part('jobs', HTMLOListElement);
const noJobs = part('no-jobs', HTMLElement);

const HEADLINES = { waiting: 'Waiting', generating: 'Generating', done: 'Done', failed: 'Failed', canceled: 'Canceled' };
const TITLE = document.title;
const STALE = 'Rodin cannot be asked at the moment. This is what was last known; it moves on as soon as Rodin answers.';

let control = new AbortController();
let /** @type {import('./rodin-task.js').TaskStatus|null} */ latest = null;
let heardAt = 0;
let watching = false;

/** @param {string} secret */
async function start(secret) {
  control.abort();
  const mine = new AbortController();
  control = mine;
  watching = true;
  latest = null;
  stop.disabled = false;
  task.hidden = true;
  problem.replaceChildren();
  key.removeAttribute('aria-invalid');
  say(notice, 'Looking the task up …');
  try {
    await watchTask(secret, { signal: mine.signal, onStatus: tell, onTrouble: tellTrouble });
    if (mine === control) end();
  } catch (trouble) {
    if (mine !== control) return; // another watch has begun
    end();
    if (trouble instanceof TaskProblem) tellProblem(trouble.problem);
    else if (!mine.signal.aborted) throw trouble;
    else say(notice, latest ? 'Stopped. This is what was last known.' : 'Stopped.');
  }
}

function end() {
  watching = false;
  if (document.activeElement === stop) watch.focus();
  stop.disabled = true;
  say(notice, '');
  tick();
}

/** @param {import('./rodin-task.js').TaskStatus} status */
function tell(status) {
  const { finished, total, percent } = status.progress;
  latest = status;
  heardAt = Date.now();
  task.hidden = false;
  task.classList.toggle('stale', status.stale);
  say(notice, status.stale ? STALE : '');
  say(headline, HEADLINES[status.status] ?? status.status);
  headline.dataset.status = status.status;
  bar.max = Math.max(1, total);
  bar.value = finished;
  say(progress, `${finished} of ${total} ${total === 1 ? 'job' : 'jobs'} finished, ${percent} %`);
  noJobs.hidden = total > 0;
  while (jobs.children.length > total) jobs.lastElementChild?.remove();
  status.jobs.forEach((job, i) => tellJob(jobs.children[i] ?? jobs.appendChild(emptyJob()), job));
  document.title = `${percent} % ${status.status} – ${TITLE}`;
  tick();
}

function emptyJob() {
  const item = document.createElement('li');
  item.append(document.createElement('code'), document.createElement('span'));
  return item;
}

/** @param {Element} item @param {import('./rodin-task.js').Job} job */
function tellJob(item, job) {
  const [id, words] = item.children;
  const queue = job.queueLength === undefined ? '' : `, queue length ${job.queueLength}`;
  const unknown = job.status === 'unknown' ? `says “${job.reported ?? ''}”` : job.status;
  say(id, job.id ?? 'without a name');
  say(words, unknown + queue);
  words.setAttribute('data-status', job.status);
}

/** @param {Error} trouble */
function tellTrouble(trouble) {
  const what = trouble instanceof TaskProblem
    ? `${trouble.problem.title} (${trouble.problem.code}). ${trouble.problem.detail}`
    : 'The connection to the gateway is lost.';
  say(notice, `${what} Trying again …`);
}

/** @param {import('./rodin-task.js').Problem} told */
function tellProblem(told) {
  const [title, detail, code] = ['h2', 'p', 'p'].map((name) => document.createElement(name));
  title.textContent = told.title;
  detail.textContent = told.detail;
  code.textContent = `Code: ${[told.code, told.upstreamCode].filter(Boolean).join(', ')}`;
  code.className = 'quiet';
  problem.replaceChildren(title, detail, code);
  if (told.code === 'invalid-key') key.setAttribute('aria-invalid', 'true');
  document.title = `${told.title} – ${TITLE}`;
}

/** What is read out by a screen reader is not to be read out again. @param {Element} element @param {string} text */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The gateway tells of changes only: while it watches and says nothing, the last it said is how things are. */
function tick() {
  if (!latest) return;
  const checked = Date.parse(latest.checkedAt);
  if (latest.stale) say(when, `Last known, ${ago(checked)}`);
  else if (watching) say(when, `Watching. Last news ${ago(heardAt)}`);
  else say(when, `Checked ${ago(checked)}`);
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

/** A link may carry a key behind #key=, which no server gets to see; it leaves the address bar at once. */
function takeKeyFromAddress() {
  const linked = new URLSearchParams(location.hash.slice(1)).get('key');
  if (linked === null) return;
  history.replaceState(null, '', location.pathname);
  key.value = linked;
  if (linked) start(linked);
}

part('form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  start(key.value.trim());
});
stop.addEventListener('click', () => control.abort());
show.addEventListener('click', () => {
  const shown = key.type === 'password';
  key.type = shown ? 'text' : 'password';
  show.setAttribute('aria-pressed', String(shown));
});
window.addEventListener('hashchange', takeKeyFromAddress);
setInterval(tick, 1000);
takeKeyFromAddress();
