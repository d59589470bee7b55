// Checks rendered manifests against the published schemas of their kinds (types, required fields, enumerations, formats),
// then inserts a fault into each kind, which must be detected. What schemas accept, unknown fields above all, is
// checked by ManifestsTest.
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

const SOURCES = {
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'networking.istio.io': '@kubernetes-models/istio',
};

// An extra object in ci/everything-values.yaml, whose schema is not published as a package.
const WITHOUT_SCHEMA = ['VerticalPodAutoscaler'];

// For each kind, the path of a field that gets an invalid value.
const FAULTS = {
  ConfigMap: [['data/rodin-gateway.json', 1]],
  Deployment: [
    ['spec/replicas', 'two'],
    ['spec/strategy/type', 'Rolling'],
    ['spec/template/spec/priorityClassName', false],
    ['spec/template/spec/volumes/0/secret/secretName', 12345],
    ['spec/template/spec/containers/0/imagePullPolicy', 'Sometimes'],
    ['spec/template/spec/containers/0/name', undefined],
    ['spec/template/spec/dnsPolicy', 'Cluster'],
    ['spec/selector', undefined],
  ],
  DestinationRule: [['spec/trafficPolicy/loadBalancer/consistentHash/httpHeaderName', false]],
  HorizontalPodAutoscaler: [['spec/maxReplicas', undefined], ['spec/metrics/0/resource/name', 1]],
  HTTPRoute: [['spec/rules/0/matches/0/path/type', 'Glob'], ['spec/rules/0/timeouts/request', '1 hour']],
  Ingress: [['spec/rules/0/http/paths/0/pathType', undefined], ['spec/ingressClassName', true]],
  NetworkPolicy: [['spec/podSelector/matchLabels/app.kubernetes.io~1instance', 1234]],
  Pod: [['spec/restartPolicy', 'Sometimes']],
  PodDisruptionBudget: [['spec/maxUnavailable', false]],
  PrometheusRule: [['spec/groups/0/rules/0/expr', undefined]],
  Role: [['metadata/name', 1]],
  Secret: [['type', 1], ['data/password', 1]],
  Service: [['spec/type', 'Internal'], ['spec/sessionAffinity', 'Cookie'], ['spec/ports/0/port', '80']],
  ServiceAccount: [['automountServiceAccountToken', 'no']],
  ServiceMonitor: [['spec/endpoints/0/interval', '15'], ['spec/endpoints/0/metricRelabelings/0/action', 'rename']],
};

async function refusal(manifest) {
  const [group, version] = manifest.apiVersion.includes('/') ? manifest.apiVersion.split('/') : ['', manifest.apiVersion];
  const source = SOURCES[group] ?? 'kubernetes-models';
  const { [manifest.kind]: Model } = await import([source, group, version].filter(Boolean).join('/'));
  try {
    new Model(manifest).validate();
    return undefined;
  } catch (error) {
    return error.message;
  }
}

// Sets the value in a copy of the first manifest that has the path.
function plant(manifests, path, value) {
  const names = path.split('/').map((name) => name.replaceAll('~1', '/'));
  const last = names.pop();
  const at = (manifest) => names.reduce((node, name) => node?.[name], manifest);
  const found = manifests.find((manifest) => at(manifest)?.[last] !== undefined);
  if (!found) throw new Error(`no ${manifests[0].kind} has ${path}`);
  const copy = structuredClone(found);
  const parent = at(copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

let faults = 0;
function fault(text) {
  console.error(text);
  faults++;
}

const kinds = new Map();
let checked = 0;
for (const file of process.argv.slice(2)) {
  // As Kubernetes reads it: a bare "no" is a boolean.
  for (const document of parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1' })) {
    const manifest = document.toJS();
    if (!manifest || WITHOUT_SCHEMA.includes(manifest.kind)) continue;
    const found = await refusal(manifest);
    if (found) fault(`${file}: ${manifest.kind} ${manifest.metadata.name}: ${found}`);
    kinds.set(manifest.kind, [...(kinds.get(manifest.kind) ?? []), manifest]);
    checked++;
  }
}
let planted = 0;
for (const [kind, manifests] of kinds) {
  if (!FAULTS[kind]) fault(`${kind}: no fault is planted`);
  for (const [path, value] of FAULTS[kind] ?? []) {
    if (!(await refusal(plant(manifests, path, value)))) fault(`${kind}: ${path} as ${value} was not found`);
    planted++;
  }
}
for (const kind of Object.keys(FAULTS)) if (!kinds.has(kind)) fault(`no ${kind} was rendered`);
console.log(`${checked} manifests of ${kinds.size} kinds follow their schemas; ${planted} planted faults were found`);
process.exitCode = faults ? 1 : 0;
