// What no linter of workflows asks: the house's rules for what runs in CI and for the updates of dependencies.
// The first argument is the repository's root, or a copy's; faults are printed. Into the directory of a second one each
// step's script is written, for shellcheck.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';

const PINNED = /^\s*(?:- )?uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+(?:\.\d+){2}$/;
const SCOPES = { contents: ['read', 'write'], packages: ['write'], 'id-token': ['write'], attestations: ['write'] };
const MANIFESTS = { maven: /^pom\.xml$/, docker: /^Dockerfile/, npm: /^package-lock\.json$/ };
const UPDATE_KEYS = ['package-ecosystem', 'directory', 'directories', 'schedule', 'cooldown', 'groups'];

const root = process.argv[2];
const scripts = process.argv[3];
let faults = 0;

function fault(where, what) {
  console.error(`${where}: ${what}`);
  faults++;
}

function read(path) {
  const text = readFileSync(path, 'utf8');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  for (const problem of [...document.errors, ...document.warnings]) fault(path, problem.message);
  return { text, content: document.errors.length ? {} : document.toJS() };
}

function workflow(path) {
  const { text, content } = read(path);
  text.split('\n').forEach((line, index) => {
    if (/^\s*(?:- )?["']?uses["']?\s*:/.test(line) && !PINNED.test(line)) {
      fault(`${path}:${index + 1}`, 'an action is not pinned as owner/name@<40 hex digits> # v1.2.3');
    }
  });
  const triggers = Object.keys(Object(content.on));
  if (['pull_request_target', 'workflow_run'].some((trigger) => triggers.includes(trigger))) {
    fault(path, 'runs with privileges on what a stranger sends');
  }
  if (JSON.stringify(content.permissions) !== '{}') fault(path, 'permissions of the workflow are not {}');
  if (!content.concurrency) fault(path, 'no concurrency');
  if (/\$\{\{[^}]*\bsecrets\b/.test(text)) fault(path, 'a secret is used; releases are signed without keys');
  for (const [name, job] of Object.entries(content.jobs ?? {})) {
    const where = `${path}: ${name}`;
    if (!job['timeout-minutes']) fault(where, 'no timeout-minutes');
    if (!job.permissions || typeof job.permissions !== 'object') fault(where, 'no permissions of its own');
    for (const [scope, level] of Object.entries(Object(job.permissions))) {
      if (!SCOPES[scope]?.includes(level)) fault(where, `permission ${scope}: ${level}`);
      if (level === 'write' && triggers.includes('pull_request')) fault(where, `${scope}: write on a pull request`);
    }
    (job.steps ?? []).forEach((step, index) => {
      const at = `${where}: step ${index + 1}`;
      if (step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false) {
        fault(at, 'checkout leaves its credentials behind');
      }
      if (!step.run) return;
      if (step.run.includes('${{')) fault(at, 'an expression in a script: hand it over in env');
      if (scripts) {
        const script = `#!/usr/bin/env bash\nset -eo pipefail\n${step.run}`;
        writeFileSync(join(scripts, `${basename(path)}-${name}-${index + 1}.sh`), script);
      }
    });
  }
}

// Written after GitHub's reference, for what is used here.
function dependabot(path) {
  const { content } = read(path);
  if (content.version !== 2) fault(path, 'version is not 2');
  if (Object.keys(content).join() !== 'version,updates') fault(path, 'keys besides version and updates');
  const ecosystems = new Set();
  for (const update of content.updates ?? []) {
    const ecosystem = update['package-ecosystem'];
    const where = `${path}: ${ecosystem}`;
    ecosystems.add(ecosystem);
    for (const key of Object.keys(update)) if (!UPDATE_KEYS.includes(key)) fault(where, `unknown key ${key}`);
    if (!['daily', 'weekly', 'monthly'].includes(update.schedule?.interval)) fault(where, 'no interval');
    if (!Number.isInteger(update.cooldown?.['default-days'])) fault(where, 'no cooldown');
    for (const [group, { patterns, ...rest }] of Object.entries(update.groups ?? {})) {
      if (!Array.isArray(patterns) || Object.keys(rest).length) fault(where, `group ${group} is not patterns alone`);
    }
    const directories = update.directories ?? [update.directory];
    for (const directory of directories) {
      if (ecosystem === 'github-actions') continue;
      const files = existsSync(join(root, directory ?? '')) ? readdirSync(join(root, directory ?? '')) : [];
      if (!files.some((file) => MANIFESTS[ecosystem]?.test(file))) fault(where, `nothing to update in ${directory}`);
    }
  }
  const updated = (content.updates ?? []).flatMap((update) => update.directories ?? []);
  for (const directory of readdirSync(join(root, 'src/test'))) {
    const path = `/src/test/${directory}`;
    if (existsSync(join(root, path, 'package-lock.json')) && !updated.includes(path)) fault(path, 'no updates for it');
  }
  for (const ecosystem of ['github-actions', ...Object.keys(MANIFESTS)]) {
    if (!ecosystems.has(ecosystem)) fault(path, `nothing about ${ecosystem}`);
  }
}

if (scripts) mkdirSync(scripts, { recursive: true });
const workflows = join(root, '.github/workflows');
for (const file of readdirSync(workflows)) workflow(join(workflows, file));
dependabot(join(root, '.github/dependabot.yml'));
process.exitCode = faults ? 1 : 0;
