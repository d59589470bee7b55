import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const TARGET = fileURLToPath(new URL('..', import.meta.url));
const START_LIMIT = 60_000;

/** The packaged simulator, on a free port. */
export async function simulator({ taskSeconds = 6 } = {}) {
  const rodin = await run('rodin-gateway-simulator.jar', /listens on (http:\S+)/, {
    SIMULATOR_PORT: '0',
    SIMULATOR_TASK_SECONDS: String(taskSeconds),
  });
  const url = rodin.printed[1];
  const control = async (what) => {
    const response = await fetch(`${url}/simulator/${what}`, { method: 'POST' });
    if (!response.ok) throw new Error(`the simulator answers ${response.status} to ${what}`);
  };
  return {
    url,
    outage: (mode) => control(`outage?mode=${mode}`),
    reset: () => control('reset'),
    stop: rodin.stop,
  };
}

/** The packaged gateway with its page, on a free port. */
export async function gateway(rodinUrl, settings = {}) {
  const process = await run('quarkus-app/quarkus-run.jar', /Listening on: http:\/\/\S+?:(\d+)/, {
    RODIN_URL: rodinUrl,
    RODIN_API_KEY: 'a-key',
    QUARKUS_HTTP_PORT: '0',
    QUARKUS_MANAGEMENT_PORT: '0',
    QUARKUS_SHUTDOWN_DELAY: '0s',
    GATEWAY_WATCH_PAGE: 'true',
    GATEWAY_FRESHNESS_WAITING: '500ms',
    GATEWAY_FRESHNESS_GENERATING: '500ms',
    GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE: '6000',
    ...settings,
  });
  return { url: `http://127.0.0.1:${process.printed[1]}`, stop: process.stop };
}

/** The setting that allows pages of another origin. */
export const allowing = (origin) => ({ GATEWAY_CORS_ORIGINS: origin });

/** A browser with an empty profile that sends nothing to the Internet. */
export async function browser(options = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'rodin-gateway-browser-'));
  const opened = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    viewport: { width: 800, height: 900 },
    ...options,
  });
  return {
    context: opened,
    async close() {
      await opened.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Returns the file of a screenshot, which the build archives. */
export function screenshot(name) {
  const directory = join(TARGET, 'browser', 'screenshots');
  mkdirSync(directory, { recursive: true });
  return join(directory, `${name}.png`);
}

/** Starts a jar of the build and waits until it has printed that it is listening. */
async function run(jar, ready, environment) {
  const child = spawn('java', ['-XX:TieredStopAtLevel=1', '-jar', join(TARGET, jar)], {
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
      reject(new Error(`${jar} ${how}:\n${output}`));
    };
    const read = (text) => {
      output = (output + text).slice(-100_000);
      const found = ready.exec(output);
      if (found) {
        clearTimeout(limit);
        resolve(found);
      }
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
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
