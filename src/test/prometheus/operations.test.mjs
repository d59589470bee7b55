import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { gateway, prometheus, ROOT, simulator, store, until } from './processes.mjs';
import { named, read } from './promql.mjs';

/** Compares the alerts, the dashboard and docs/operations.md with each other and with the metrics that the gateway exposes. */
const RULES = `${ROOT}/helm/rodin-gateway/files/alerts.yaml`;
const JOB = 'rodin-gateway';
const rules = parse(readFileSync(RULES, 'utf8')).groups.flatMap((group) => group.rules);
const alerts = rules.filter((rule) => rule.alert);
const docs = readFileSync(`${ROOT}/docs/operations.md`, 'utf8');
const dashboard = JSON.parse(readFileSync(`${ROOT}/helm/rodin-gateway/files/dashboard.json`, 'utf8'));
const panels = dashboard.panels.filter((panel) => panel.type !== 'row');

/** Values of Grafana's variables. */
const VARIABLES = { namespace: '.*', job: JOB, __rate_interval: '1m' };
const shown = panels.flatMap((panel) =>
  panel.targets.map((target) => ({
    where: `panel "${panel.title}"`,
    expr: target.expr.replace(/\$(\w+)/g, (whole, name) => VARIABLES[name] ?? assert.fail(`${whole} is no variable of the dashboard`)),
  })),
);
const lists = dashboard.templating.list
  .filter((variable) => variable.type === 'query')
  .map((variable) => ({
    where: `variable ${variable.name}`,
    expr: /^label_values\((.*), (\w+)\)$/.exec(variable.definition)[1].replaceAll('$namespace', VARIABLES.namespace),
  }));
const ruled = rules.map((rule) => ({ where: rule.alert ?? rule.record, expr: rule.expr }));

/** Metrics of kube-state-metrics, which is not running in this test. */
const isForeign = (selector) => selector.name.startsWith('kube_deployment_');

test('every alert has a section with instructions, and every section an alert', () => {
  const section = docs.split(/^## /m).find((part) => part.startsWith('Alerts\n'));
  const headings = [...section.matchAll(/^### (.+)$/gm)].map((heading) => heading[1]);
  assert.deepEqual(headings.sort(), alerts.map((alert) => alert.alert).sort());
  for (const part of section.split(/^### /m).slice(1)) {
    for (const point of ['Means', 'Fault', 'Look at', 'Do']) assert.match(part, new RegExp(`^- \\*\\*${point}\\*\\*: `, 'm'));
  }
});

test("the targets of every alert's link and every link in the document exist", () => {
  const anchors = [...docs.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-'));
  for (const { alert, annotations } of alerts) {
    const [page, anchor] = annotations.runbook_url.split('#');
    assert.match(page, /^https:\/\/.*\/docs\/operations\.md$/, alert);
    assert.equal(anchor, alert.toLowerCase());
    assert.ok(anchors.includes(anchor), `${alert}: no heading is #${anchor}`);
  }
  for (const [, anchor] of docs.matchAll(/\]\(#([^)]*)\)/g)) assert.ok(anchors.includes(anchor), `no heading is #${anchor}`);
});

test('every alert has a severity, a fault and a duration', () => {
  for (const { alert, labels, annotations, for: duration } of alerts) {
    assert.match(labels.severity, /^(critical|warning)$/, alert);
    assert.match(labels.fault, /^(rodin|key|gateway|unknown)$/, alert);
    assert.match(duration, /^\d+[sm]$/, alert);
    assert.match(annotations.description, /fault|Our own setting|Rodin's limit/, alert);
    assert.ok(annotations.summary, alert);
  }
});

test('every alert fires in a case for promtool', () => {
  const cases = ['alerts', 'onset', 'slow-burn'].flatMap((name) => parse(readFileSync(new URL(`${name}.yaml`, import.meta.url), 'utf8')).tests);
  const fired = cases.flatMap((one) => one.promql_expr_test).flatMap((expected) => expected.exp_samples).map((sample) => sample.labels);
  for (const { alert } of alerts) assert.ok(fired.some((labels) => labels.includes(`alertname="${alert}"`)), alert);
});

test('the tiles of Rodin and of the key are red a minute after the onset, and no longer two after the recovery', () => {
  const { rule_files: _, tests, ...rest } = parse(readFileSync(new URL('onset.yaml', import.meta.url), 'utf8'));
  const played = tests.flatMap((one) => {
    const [, alert] = /alertname="(\w+)"/.exec(JSON.stringify(one.promql_expr_test).replaceAll('\\', '')) ?? [];
    if (!alert) return [];
    const tile = shown.find(({ where }) => where === `panel "${alert === 'RodinFailing' ? 'Rodin fails' : 'Key refused'}"`).expr;
    const red = (eval_time, value) => ({ expr: `count(${tile} >= 0.5)`, eval_time, exp_samples: value });
    const back = one.name.includes('after 10 minutes') ? [red('22m', [])] : [];
    return [{ ...one, promql_expr_test: [red('10m', []), red('11m', [{ labels: '{}', value: 1 }]), ...back] }];
  });
  assert.ok(played.length >= 12);
  const file = fileURLToPath(new URL('tiles.yaml', import.meta.url));
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ ...rest, tests: played }));
  execFileSync('promtool', ['test', 'rules', file]);
});

test('every rule selects this gateway only, with names that the chart replaces', () => {
  for (const { where, expr } of ruled) {
    for (const selector of read(expr).selectors) {
      const own = isForeign(selector) ? `deployment="${JOB}"` : `job="${JOB}"`;
      assert.ok(selector.matchers.some(({ label, operator, value }) => `${label}${operator}"${value}"` === own), `${where}: ${selector.name} without ${own}`);
    }
  }
});

test('the dashboard is consistent', () => {
  assert.ok(dashboard.schemaVersion >= 39);
  const ids = dashboard.panels.map((panel) => panel.id);
  assert.equal(new Set(ids).size, ids.length, 'an id occurs twice');
  const cells = new Map();
  for (const { title, gridPos } of dashboard.panels) {
    assert.ok(gridPos.x >= 0 && gridPos.x + gridPos.w <= 24, `${title} is wider than the page`);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        assert.ok(!cells.has(`${x},${y}`), `${title} overlaps ${cells.get(`${x},${y}`)}`);
        cells.set(`${x},${y}`, title);
      }
    }
  }
  for (const panel of panels) {
    assert.ok(panel.title && panel.description, `panel ${panel.id} has no title or no description`);
    assert.ok(panel.fieldConfig.defaults.unit, `${panel.title} has no unit`);
    for (const part of [panel, ...panel.targets]) assert.equal(part.datasource.uid, '${datasource}', panel.title);
    const references = panel.targets.map((target) => target.refId);
    assert.equal(new Set(references).size, references.length, panel.title);
  }
  for (const { where, expr } of shown) {
    for (const { name, matchers } of read(expr).selectors) {
      assert.deepEqual(matchers.slice(0, 2).map(({ label }) => label), ['namespace', 'job'], `${where}: ${name} is not limited to the variables`);
    }
  }
});

let rodin, redis, app, server;
let keys = 0;
const keysFor = (scenario, count = 1) => Array.from({ length: count }, () => `${scenario}-${++keys}`);
const exprOf = (name) => alerts.find((alert) => alert.alert === name).expr;
const hasResult = async (expr) => (await server.query(expr)).length > 0;
const exists = (series) => hasResult(`count(${series})`);

before(async () => {
  rodin = await simulator();
  redis = await store();
  app = await gateway(rodin.url, redis.url);
  // On a busy machine the first check may take longer than this gateway's timeout of one second.
  await until('the first answer', async () => (await app.lookUp(...keysFor('demo')))[0] === 200);
  server = await prometheus(RULES, app.management, JOB);
});

after(async () => {
  await server?.stop();
  await app?.stop();
  await redis?.stop();
  await rodin?.stop();
});

// The order matters: the failures of each test are still counted in the next one, where others must outweigh them.

test('no alert expression has a result in normal operation', async () => {
  await until('the start is scraped', () => exists(`rodin_breaker_state{job="${JOB}"}`));
  const [key] = keysFor('demo');
  assert.deepEqual(await app.lookUp(key, 'no-such-task'), [200, 404]);
  await until('look-ups in the cache are counted', async () => {
    assert.deepEqual(await app.lookUp(key, key), [200, 200]);
    return hasResult(`sum(increase(gateway_lookups_total{job="${JOB}",outcome="hit"}[5m])) > 10`);
  });
  for (const { alert, expr } of alerts) assert.deepEqual(await server.query(expr), [], alert);
});

test('the expression of RodinFailing has a result while Rodin is down', async () => {
  assert.deepEqual(await app.lookUp(...keysFor('garbage', 2)), [502, 502]);
  await rodin.outage('reset');
  await app.lookUp(...keysFor('demo', 2));
  await rodin.outage('hang');
  await app.lookUp(...keysFor('demo', 2));
  await rodin.outage('refuse-502');
  const failing = async () => {
    await app.lookUp(...keysFor('demo'));
    return hasResult(exprOf('RodinFailing'));
  };
  await until('RodinFailing', failing, 60_000);
  await until('a 502 through the breaker', async () => {
    await app.lookUp(...keysFor('demo'));
    return exists(`rodin_checks_seconds_count{job="${JOB}",outcome="upstream-error"}`);
  });
  await until('the open breaker', async () => {
    await app.lookUp(...keysFor('demo'));
    return exists(`rodin_checks_seconds_count{job="${JOB}",outcome="not-asked"}`);
  });
  for (const other of ['RodinKeyRefused', 'RodinAccountRefused', 'RodinThrottling', 'RodinGatewayInternalErrors', 'RodinGatewayBudgetExhausted']) {
    assert.deepEqual(await server.query(exprOf(other)), [], other);
  }
  await rodin.outage('off');
  await until('Rodin has recovered', async () => (await app.lookUp(...keysFor('demo')))[0] === 200);
});

test('the expressions of RodinKeyRefused and of the SLO have a result while Rodin refuses the key', async () => {
  await until('RodinKeyRefused', async () => {
    assert.deepEqual(await app.lookUp(...keysFor('credentials-refused', 5)), [502, 502, 502, 502, 502]);
    return hasResult(exprOf('RodinKeyRefused'));
  });
  for (const other of ['RodinFailing', 'RodinAccountRefused', 'RodinThrottling', 'RodinGatewayInternalErrors']) {
    assert.deepEqual(await server.query(exprOf(other)), [], other);
  }
  await until('RodinGatewayErrorBudgetBurnsFast', () => hasResult(exprOf('RodinGatewayErrorBudgetBurnsFast')));
});

test('the expression of RodinThrottling has a result while Rodin throttles', async () => {
  await until("the account's refusal", async () => {
    await app.lookUp(...keysFor('no-funds'));
    return exists(`rodin_checks_seconds_count{job="${JOB}",outcome="upstream-account"}`);
  });
  assert.deepEqual(await app.lookUp(...keysFor('throttled')), [503]);
  await until('RodinThrottling', () => hasResult(exprOf('RodinThrottling')));
});

test('no rule fails', async () => {
  for (const rule of await server.rules()) assert.equal(rule.health, 'ok', `${rule.name}: ${rule.lastError}`);
});

// From here on every outcome has occurred.

test('every metric and label in a query exists', async () => {
  const missing = [];
  for (const { where, expr } of [...ruled, ...shown, ...lists]) {
    const { selectors, grouped } = read(expr);
    const own = selectors.filter((selector) => !isForeign(selector));
    for (const series of own.flatMap(named)) if (!(await exists(series))) missing.push(`${where}: ${series}`);
    for (const label of own.length > 0 ? grouped : []) {
      const found = await Promise.all(own.map(({ name }) => exists(`${name}{${label}!=""}`)));
      if (!found.includes(true)) missing.push(`${where}: nothing has the label ${label}`);
    }
  }
  assert.deepEqual(missing, []);
});

test("the document's rules for prometheus-adapter provide the metrics of the chart's autoscaler", async () => {
  const [, block] = /```yaml\n(rules:\n[^]*?)```/.exec(docs);
  const served = new Map(parse(block).rules.custom.map((rule) => [rule.name?.as ?? rule.seriesQuery.replace(/\{.*/, ''), rule]));
  const helpers = readFileSync(`${ROOT}/helm/rodin-gateway/templates/_helpers.tpl`, 'utf8');
  const wanted = [...helpers.matchAll(/"(gateway_\w+)" \.Values\.autoscaling\./g)].map(([, name]) => name);
  assert.ok(wanted.length >= 2);
  assert.deepEqual([...served.keys()].sort(), wanted.sort());
  for (const [name, { seriesQuery, metricsQuery }] of served) {
    assert.ok(await exists(seriesQuery), `${name}: nothing is found by ${seriesQuery}`);
    const query = metricsQuery
      .replaceAll('<<.Series>>', seriesQuery.replace(/\{.*/, ''))
      .replaceAll('<<.LabelMatchers>>', 'namespace="apps",pod=~"gateway-0"')
      .replaceAll('<<.GroupBy>>', 'pod');
    assert.deepEqual((await server.query(query)).map(({ metric }) => metric), [{ pod: 'gateway-0' }], `${name}: ${query}`);
  }
});

test('every panel has data', async () => {
  for (const { where, expr } of shown) {
    assert.ok(await hasResult(expr), `${where}: ${expr}`);
  }
});
