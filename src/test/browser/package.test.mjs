import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PACKAGE = `${HERE}node_modules/@rodin-gateway/client`;
const run = promisify(execFile);
const manifest = JSON.parse(readFileSync(`${PACKAGE}/package.json`, 'utf8'));

test('the package contains its exports, its licence and nothing else', () => {
  assert.deepEqual(readdirSync(PACKAGE).sort(),
    ['LICENSE', 'README.md', 'package.json', 'react.d.ts', 'react.js', 'rodin-task.d.ts', 'rodin-task.js']);
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.type, 'module');
  assert.deepEqual(manifest.peerDependenciesMeta, { react: { optional: true } });
});

test('the package has the version of the gateway', () => {
  const pom = readFileSync(new URL('../../pom.xml', import.meta.url), 'utf8');
  assert.equal(manifest.version, /^ {2}<version>(.*)<\/version>$/m.exec(pom)[1]);
  assert.match(manifest.version, /^\d+\.\d+\.\d+(-[\dA-Za-z.-]+)?$/);
});

test('the types name the problem codes of the HTTP API', () => {
  const api = readFileSync(`${HERE}docs/openapi.yaml`, 'utf8');
  const [, list] = /^ {8}code:\n.*\n {10}anyOf:\n.*\n {14}enum:\n((?: {16}- [a-z-]+\n)+)/m.exec(api);
  const documented = list.match(/[a-z]+(-[a-z]+)*/g);
  const [, union] = /type ProblemCode =(.*?);/s.exec(readFileSync(`${PACKAGE}/rodin-task.d.ts`, 'utf8'));
  const typed = [...union.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code);
  // Where callers are authenticated or limited, a gateway in front of this one may answer with these.
  const others = ['unauthenticated', 'insufficient-scope', 'too-many-requests'];
  assert.deepEqual(typed.toSorted(), [...new Set([...documented, ...others])].toSorted());
});

test('the client adds less than 4 KB to a frontend', async () => {
  const source = readFileSync(`${PACKAGE}/rodin-task.js`);
  const { code } = await transform(source, { minify: true, format: 'esm' });
  const [asItIs, bundled] = [source, code].map((text) => gzipSync(text, { level: 9 }).length);
  console.log(`rodin-task.js: ${asItIs} bytes gzipped as it is, ${bundled} minified`);
  assert.ok(bundled < 4096, `${bundled} bytes, minified and gzipped`);
  assert.ok(asItIs < 5632, `${asItIs} bytes, gzipped with comments, which docs/frontends.md calls 5 KB`);
});

test('a bundle contains only what is imported', async () => {
  const bundle = async (contents) => {
    const { outputFiles } = await build({ stdin: { contents, resolveDir: HERE }, bundle: true, write: false, format: 'esm', minify: true });
    return outputFiles[0].text;
  };
  assert.equal(await bundle("import '@rodin-gateway/client';"), '');
  const one = await bundle("export { getTask } from '@rodin-gateway/client';");
  assert.ok(!one.includes('visibilitychange'), 'the watch is in a bundle that only looks up');
});

const CONSUMER = `
import { getTask, getTasks, TaskProblem, watchTask, type ProblemCode, type TaskResult, type TaskStatus } from '@rodin-gateway/client';

export async function follow(key: string, signal?: AbortSignal): Promise<TaskStatus | ProblemCode> {
  try {
    for await (const task of watchTask(key, { base: 'https://gateway.example', signal, token: async () => 'a-token', timeoutMs: 1000 })) {
      const percent: number = task.progress.percent;
      const queue: number | undefined = task.jobs[0]?.queueLength;
      console.log(percent, queue);
    }
    const first = await getTask(key, { base: new URL('https://gateway.example/rodin/') });
    return await watchTask(key, { onStatus: (task) => console.log(task.status), onTrouble: (error, ms) => console.log(error.message, ms) })
      .then((task) => (task.terminal ? task : getTask(key, { known: first, waitSeconds: 30 })));
  } catch (error) {
    if (!(error instanceof TaskProblem)) throw error;
    switch (error.code) {
      case 'task-not-found':
        return error.problem.code;
      case 'a-code-of-tomorrow': // the union is open
        return error.code;
      default:
        return error.requestId ?? 'none';
    }
  }
}

export async function list(keys: readonly string[]): Promise<string[]> {
  const results: TaskResult[] = await getTasks(keys, { requestId: () => 'an-id' });
  return results.map((result) => (result.task ? result.task.status : result.problem.code));
}

// @ts-expect-error a status is not an arbitrary string
const wrong: TaskStatus['status'] = 'finished';
// @ts-expect-error a token is supplied by a function
void watchTask('a.key', { token: 'a-token' });
// @ts-expect-error splitting into hundreds is internal to the client
void getTasks('a.key');
void wrong;
`;
const REACT = `
import { useRodinTask } from '@rodin-gateway/client/react';
import { createElement } from 'react';

export function Task(props: { taskKey: string | undefined }) {
  const { task, problem, trouble, watching, restart } = useRodinTask(props.taskKey, { onStatus: (status) => console.log(status.stale) });
  const retry: number | undefined = trouble?.retryInMs;
  // @ts-expect-error the task may not be known yet
  task.status;
  return createElement('button', { onClick: restart, disabled: watching }, task?.status ?? problem?.message ?? retry);
}
`;

for (const [name, { options, sources }] of Object.entries({
  bundler: { options: { module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom', 'dom.asynciterable'], types: [] }, sources: { 'main.ts': CONSUMER } },
  'bundler-react': { options: { module: 'esnext', moduleResolution: 'bundler', jsx: 'react-jsx', lib: ['es2022', 'dom'], types: [] }, sources: { 'task.ts': REACT } },
  nodenext: { options: { module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2022', 'dom'], types: [] }, sources: { 'main.mts': CONSUMER, 'task.mts': REACT } },
  'node-alone': { options: { module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2022'], types: ['node'] }, sources: { 'main.mts': CONSUMER } },
})) {
  test(`a strict TypeScript project can import it: ${name}`, async () => {
    const directory = `${HERE}consumer-${name}`;
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory);
    for (const [file, source] of Object.entries(sources)) writeFileSync(`${directory}/${file}`, source);
    const compilerOptions = { target: 'es2022', noEmit: true, strict: true, skipLibCheck: false, noUncheckedIndexedAccess: true, ...options };
    writeFileSync(`${directory}/tsconfig.json`, JSON.stringify({ compilerOptions, files: Object.keys(sources) }));
    const { stdout } = await run(process.execPath, [`${HERE}node_modules/typescript/bin/tsc`, '-p', directory]).catch((failure) => failure);
    assert.equal(stdout, '');
  });
}

for (const version of [20, 22]) {
  const own = process.versions.node.startsWith(`${version}.`);
  const executable = own ? process.execPath : `${HERE}node_modules/node-${version}-${process.arch}/bin/node`;
  const skip = existsSync(executable) ? false : `no Node ${version} in the registry for ${process.platform} on ${process.arch}`;
  test(`the client passes its tests in Node ${version}`, { skip, timeout: 120_000 }, async () => {
    const environment = { ...process.env };
    delete environment.NODE_TEST_CONTEXT;
    assert.match((await run(executable, ['--version'])).stdout, new RegExp(`^v${version}\\.`));
    const { stdout } = await run(executable, ['--test', '--test-reporter=tap', 'client.tests.mjs'], { cwd: HERE, env: environment })
      .catch((failure) => assert.fail(`${failure.stdout}\n${failure.stderr}`));
    assert.match(stdout, /^# pass [1-9]\d*$/m);
    assert.match(stdout, /^# fail 0$/m);
  });
}
