import type { KubeObject } from '../kube-client.ts';
import type { Json, JsonMap } from './json.ts';

/** Sets what is not set. */
export function fill(target: JsonMap, values: JsonMap): void {
  for (const [key, value] of Object.entries(values)) target[key] ??= value;
}

function defaultProbe(probe: Json): void {
  if (!probe) return;
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  if (probe.httpGet) fill(probe.httpGet, { path: '/', scheme: 'HTTP' });
}

function defaultContainer(container: JsonMap): void {
  const image = String(container.image ?? '');
  const latest = !/[:@]/.test(image.slice(image.lastIndexOf('/') + 1)) || image.endsWith(':latest');
  fill(container, {
    imagePullPolicy: latest ? 'Always' : 'IfNotPresent',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  for (const port of container.ports ?? []) fill(port, { protocol: 'TCP' });
  for (const entry of container.env ?? []) {
    if (entry.valueFrom?.fieldRef) fill(entry.valueFrom.fieldRef, { apiVersion: 'v1' });
  }
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(container[probe]);
  for (const hook of ['postStart', 'preStop']) {
    const action = container.lifecycle?.[hook]?.httpGet;
    if (action) fill(action, { path: '/', scheme: 'HTTP' });
  }
}

function defaultVolume(volume: JsonMap): void {
  for (const source of ['configMap', 'secret', 'projected', 'downwardAPI']) {
    if (volume[source]) fill(volume[source], { defaultMode: 420 });
  }
  if (volume.hostPath) fill(volume.hostPath, { type: '' });
  for (const projection of volume.projected?.sources ?? []) {
    if (projection.serviceAccountToken) fill(projection.serviceAccountToken, { expirationSeconds: 3600 });
  }
  const items = [
    ...(volume.downwardAPI?.items ?? []),
    ...(volume.projected?.sources ?? []).flatMap((source: Json) => source.downwardAPI?.items ?? []),
  ];
  for (const item of items) if (item.fieldRef) fill(item.fieldRef, { apiVersion: 'v1' });
}

/** What the server fills into a pod's specification, in a pod or in a template. */
export function defaultPodSpec(spec: Json): void {
  if (!spec) return;
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
  });
  if (spec.serviceAccountName) spec.serviceAccount ??= spec.serviceAccountName;
  else if (spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])])
    defaultContainer(container);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
}

const EVICT_AFTER = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map((key) => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

const GATED = {
  type: 'PodScheduled',
  status: 'False',
  lastProbeTime: null,
  lastTransitionTime: null,
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
};

/** What the server and its admission fill into a pod. */
export function defaultPod(pod: KubeObject): void {
  defaultPodSpec(pod.spec);
  fill(pod.spec, { enableServiceLinks: true, preemptionPolicy: 'PreemptLowerPriority', priority: 0 });
  if (!pod.spec.serviceAccountName) {
    pod.spec.serviceAccountName = 'default';
    pod.spec.serviceAccount = 'default';
  }
  const tolerations: JsonMap[] = pod.spec.tolerations ?? [];
  const missing = EVICT_AFTER.filter((each) => !tolerations.some((own) => own.key === each.key));
  pod.spec.tolerations = [...tolerations, ...missing];
  pod.status ??= {};
  fill(pod.status, { phase: 'Pending', qosClass: qualityOfService(pod.spec) });
  if (pod.spec.schedulingGates?.length) pod.status.conditions ??= [GATED];
}

function qualityOfService(spec: JsonMap): string {
  const containers: JsonMap[] = [...(spec.initContainers ?? []), ...spec.containers];
  const asked = containers.filter(({ resources }) => resources?.requests ?? resources?.limits);
  if (asked.length === 0) return 'BestEffort';
  const exact = containers.every(({ resources: { requests, limits } = {} as JsonMap }) =>
    ['cpu', 'memory'].every((name) => limits?.[name] && (requests?.[name] ?? limits[name]) === limits[name]),
  );
  return exact ? 'Guaranteed' : 'Burstable';
}
