// Rules that no linter of workflows has: this project's own rules for CI and for the updates of dependencies.
// The first argument is the repository's root, or a copy's; faults are printed. If a second argument names a directory,
// each step's script is written to it, for shellcheck.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';

const PINNED = /^\s*(?:- )?uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+(?:\.\d+){2}$/;
const SCOPES = { contents: ['read', 'write'], packages: ['write'], 'id-token': ['write'], attestations: ['write'] };
const PRESETS = ['config:recommended', 'docker:pinDigests', 'helpers:pinGitHubActionDigestsToSemver'];
const MANAGERS = ['custom.regex', 'dockerfile', 'github-actions', 'maven', 'npm'];
const UPDATE_KEYS = ['$schema', 'description', 'extends', 'enabledManagers', 'ignorePaths', 'schedule', 'minimumReleaseAge', 'packageRules', 'customManagers'];
const RULE_KEYS = ['description', 'groupName', 'matchDatasources', 'matchManagers', 'matchPackageNames', 'minimumReleaseAge', 'versioning'];
const MANAGER_KEYS = ['description', 'autoReplaceStringTemplate'];
// The part after a hyphen must stay the same: it is a word, not a date.
const DOCKER_VERSION = /^\d+(?:\.\d+)+(?:-[a-z][a-z\d-]*)?$/;
const SCRIPTS = () => ['.ci/run', ...readdirSync(join(root, 'src/test')).map((name) => `src/test/${name}/run`)].filter((name) => existsSync(join(root, name)));

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

let nativeOnPullRequest = false;

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
    image(where, job.steps ?? []);
    if (triggers.includes('pull_request') && buildsNative(job.steps ?? [])) nativeOnPullRequest = true;
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

// Faults that occur only in a native executable (reflection, resources, substitutions) must be found before a release.
function buildsNative(steps) {
  const script = steps.map(({ run }) => run ?? '').join('\n');
  return /\bmvn\b[^]* verify -Dnative\b/.test(script) && script.includes('docker/Dockerfile.native') && /src\/test\/container\/run native/.test(script);
}

// An image is built by a JDK that the tests must find, is pushed with an SBOM, and is started before anything else
// is done with it.
function image(where, steps) {
  for (const step of steps) {
    const java = steps.find(({ uses }) => uses?.startsWith('actions/setup-java@'))?.with['java-version'] ?? '';
    if (/(^|\s)\.ci\/run/.test(step.run) && !String(java).split(/\s+/).includes('25')) fault(where, 'no JDK 25, which .ci/run tests the images with');
    if (!step.uses?.startsWith('docker/build-push-action@')) continue;
    if (step.with.sbom !== true) fault(where, 'an image without an SBOM');
    const digest = `steps.${step.id}.outputs.digest`;
    const after = steps.slice(steps.indexOf(step) + 1);
    const use = after.findIndex((one) => JSON.stringify(one.env ?? {}).includes(digest));
    if (use < 0 || !/\bdocker run\b[^]*\/q\/health\/ready/.test(after[use].run)) fault(where, 'a pushed image is not started until ready');
  }
}

// Follows Renovate's reference and the code of its managers, as far as they are used here: checks whether each dependency
// that has to be updated is detected by it.
function renovate(path) {
  const { content: config } = read(path);
  for (const key of Object.keys(config)) if (!UPDATE_KEYS.includes(key)) fault(path, `unknown key ${key}`);
  if ([config.enabledManagers].flat().sort().join() !== MANAGERS.join()) fault(path, `enabledManagers are not ${MANAGERS}`);
  for (const preset of PRESETS) if (!config.extends?.includes(preset)) fault(path, `${preset} is not extended`);
  if (!/^\d+ days$/.test(config.minimumReleaseAge)) fault(path, 'no minimumReleaseAge in days');
  if (!Array.isArray(config.schedule)) fault(path, 'no schedule');

  const rules = config.packageRules ?? [];
  for (const rule of rules) for (const key of Object.keys(rule)) if (!RULE_KEYS.includes(key)) fault(path, `unknown key ${key} of a rule`);

  // config:recommended ignores every folder called test, unless ignorePaths is set.
  const ignored = config.ignorePaths ?? ['**/test/**'];
  for (const ignore of ignored) if (/src|test|docker|helm|\.ci/.test(ignore)) fault(path, `${ignore} hides dependencies that have to be updated`);
  if (!existsSync(join(root, 'pom.xml'))) fault(path, 'no pom.xml');

  // Renovate's pattern for the names of Dockerfiles, and how it follows FROM to an ARG.
  for (const file of readdirSync(join(root, 'docker')).filter((name) => name.includes('ockerfile'))) {
    const where = join(root, 'docker', file);
    const text = readFileSync(where, 'utf8');
    if (!/^[Dd]ockerfile[^/]*$/.test(file)) fault(where, 'Renovate does not recognize it as a Dockerfile');
    const args = Object.fromEntries([...text.matchAll(/^ARG (\w+)=(\S*)$/gm)].map(([, name, value]) => [name, value]));
    const stages = new Set(['scratch']);
    for (const [, from, stage] of text.matchAll(/^FROM (\S+) AS (\S+)$/gm)) {
      const image = from.replace(/^\$\{(\w+)\}$/, (_, name) => args[name] ?? '');
      if (!stages.has(image)) base(where, image);
      stages.add(stage);
    }
    if (!Object.keys(args).some((name) => name.endsWith('_IMAGE'))) fault(where, 'no base is an ARG');
  }

  function base(where, image) {
    const [, name, tag, digest] = /^([\w./-]+):([\w.-]+)(@sha256:[0-9a-f]{64})?$/.exec(image) ?? [];
    if (!tag) return fault(where, `Renovate cannot follow the base '${image}'`);
    const rule = rules.find(({ matchPackageNames, versioning }) => versioning && matchPackageNames.includes(name));
    const versions = rule ? new RegExp(rule.versioning.replace(/^regex:/, '')) : DOCKER_VERSION;
    // A tag that is not a version may move; then the digest is updated.
    if (!versions.test(tag) && !digest) fault(where, `Renovate finds no version in ${image}: a versioning for ${name} is missing`);
  }

  const found = new Set();
  for (const { customType, managerFilePatterns, matchStrings, datasourceTemplate, ...rest } of config.customManagers ?? []) {
    for (const key of Object.keys(rest)) if (!MANAGER_KEYS.includes(key)) fault(path, `unknown key ${key} of a manager`);
    if (customType !== 'regex' || !['npm', 'docker'].includes(datasourceTemplate)) fault(path, 'a manager is not of regex for npm or docker');
    const patterns = managerFilePatterns.map((pattern) => new RegExp(pattern.replace(/^\/(.*)\/$/, '$1')));
    for (const file of [...SCRIPTS(), 'helm/rodin-gateway/values.yaml'].filter((name) => patterns.some((pattern) => pattern.test(name)))) {
      const text = readFileSync(join(root, file), 'utf8');
      for (const match of matchStrings.flatMap((one) => [...text.matchAll(new RegExp(one, 'g'))])) {
        found.add(`${file}: ${match.groups.depName} ${match.groups.currentValue}`);
      }
    }
  }
  for (const script of SCRIPTS()) {
    const installs = readFileSync(join(root, script), 'utf8').split('\n').filter((line) => /(^|&&)\s*np[mx] /.test(line));
    for (const [, name, version] of installs.join('\n').matchAll(/[ "']((?:@[\w.-]+\/)?[\w.-]+)@(\d[\w.-]*)/g)) {
      if (!found.has(`${script}: ${name} ${version}`)) fault(script, `${name}@${version} is not updated`);
    }
  }
  const values = readFileSync(join(root, 'helm/rodin-gateway/values.yaml'), 'utf8');
  for (const [, name, tag] of values.matchAll(/repository: ([\w./-]+)\n +tag: ([\w.-]+)\n/g)) {
    if (!found.has(`helm/rodin-gateway/values.yaml: ${name} ${tag}`)) fault(path, `${name}:${tag} of the chart is not updated`);
  }
}

if (scripts) mkdirSync(scripts, { recursive: true });
const workflows = join(root, '.github/workflows');
for (const file of readdirSync(workflows)) workflow(join(workflows, file));
if (!nativeOnPullRequest) fault(workflows, 'no job on a pull request builds the native executable with the builder of docker/Dockerfile.native and tests its image');
renovate(join(root, '.github/renovate.json'));
process.exitCode = faults ? 1 : 0;
