import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The checkout; the tests run in target/prometheus. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const START_LIMIT = 60_000;

/** Repeats the query until its result is true; fails when the limit, in milliseconds, has passed. */
export async function until(what, query, limit = 30_000) {
  const end = Date.now() + limit;
  for (;;) {
    if (await query()) return;
    if (Date.now() > end) throw new Error(`${limit / 1000} s have passed, and not yet: ${what}`);
    await pause(100);
  }
}

/** The packaged simulator, on a free port: a task ends within a second and is then no longer checked. */
export async function simulator() {
  const rodin = await run(['java', '-XX:TieredStopAtLevel=1', '-jar', `${ROOT}/target/rodin-gateway-simulator.jar`], /listens on (http:\S+)/, {
    SIMULATOR_PORT: '0',
    SIMULATOR_TASK_SECONDS: '1',
  });
  const url = rodin.printed[1];
  return {
    url,
    stop: rodin.stop,
    async outage(mode) {
      const response = await fetch(`${url}/simulator/outage?mode=${mode}`, { method: 'POST' });
      if (!response.ok) throw new Error(`the simulator answers ${response.status} to the outage ${mode}`);
    },
  };
}

/** A Redis server in memory, on a free port. */
export async function store() {
  const port = await freePort();
  const server = await run(['redis-server', '--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'], /Ready to accept connections/);
  return { url: `redis://127.0.0.1:${port}`, stop: server.stop };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The packaged gateway, on free ports, with a budget that no test exhausts and a short time limit for checks. */
export async function gateway(rodinUrl, storeUrl) {
  const listening = /Listening on: http:\/\/\S+?:(\d+)\. Management interface listening on http:\/\/\S+?:(\d+)\./;
  const started = await run(['java', '-XX:TieredStopAtLevel=1', '-jar', `${ROOT}/target/quarkus-app/quarkus-run.jar`], listening, {
    RODIN_URL: rodinUrl,
    RODIN_API_KEY: 'a-key',
    GATEWAY_REDIS_URL: storeUrl,
    QUARKUS_HTTP_PORT: '0',
    QUARKUS_MANAGEMENT_PORT: '0',
    GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE: '6000',
    GATEWAY_UPSTREAM_TIMEOUT: '1s',
  });
  const [, port, management] = started.printed;
  return {
    management: `127.0.0.1:${management}`,
    stop: started.stop,
    /** Looks up each key once and returns the HTTP statuses. */
    lookUp: (...keys) =>
      Promise.all(
        keys.map(async (key) => {
          const response = await fetch(`http://127.0.0.1:${port}/tasks/${key}/status`);
          await response.arrayBuffer();
          return response.status;
        }),
      ),
  };
}

/** A real Prometheus with the rules, which scrapes the target every second under the given job and namespace. */
export async function prometheus(rules, target, job) {
  const directory = `${ROOT}/target/prometheus/server`;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    scrape_configs: [
      { job_name: job, metrics_path: '/q/metrics', static_configs: [{ targets: [target], labels: { namespace: 'apps', pod: 'gateway-0' } }] },
    ],
  };
  // JSON is YAML.
  writeFileSync(`${directory}/prometheus.yml`, JSON.stringify(config));
  const server = await run(
    [
      'prometheus',
      `--config.file=${directory}/prometheus.yml`,
      `--storage.tsdb.path=${directory}/data`,
      '--web.listen-address=127.0.0.1:0',
    ],
    /msg="Listening on" address=(\S+)/,
  );
  const url = `http://${server.printed[1]}`;
  const api = async (path) => {
    const response = await fetch(`${url}/api/v1/${path}`);
    const answer = await response.json();
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  };
  await until('Prometheus is ready', async () => (await fetch(`${url}/-/ready`)).ok);
  return {
    stop: server.stop,
    /** Returns the result of an instant query. */
    query: async (query) => (await api(`query?query=${encodeURIComponent(query)}`)).result,
    /** Returns the rules and their state in Prometheus. */
    rules: async () => (await api('rules')).groups.flatMap((group) => group.rules),
  };
}

/** Starts a command and waits until it has printed that it is listening. */
async function run([command, ...parameters], ready, environment = {}) {
  const child = spawn(command, parameters, {
    env: { PATH: process.env.PATH, ...(process.env.JAVA_HOME && { JAVA_HOME: process.env.JAVA_HOME }), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const printed = await new Promise((resolve, reject) => {
    const limit = setTimeout(() => fail('has not started in time'), START_LIMIT);
    const fail = (how) => {
      clearTimeout(limit);
      child.kill('SIGKILL');
      reject(new Error(`${command} ${parameters.at(-1)} ${how}:\n${output}`));
    };
    const take = (text) => {
      output = (output + text).slice(-100_000);
      const found = ready.exec(output);
      if (found) {
        clearTimeout(limit);
        resolve(found);
      }
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('error', (failure) => fail(`cannot be started (${failure.message})`));
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
  return {
    printed,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
