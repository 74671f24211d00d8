/** What is kept of pods, and of the pod templates of workloads. */
import { record, records, text } from '../../rollout/json.ts';
import { redactText } from '../../runbook/redact.ts';
import { annotations, conditions, labels, message, meta } from './keep-meta.ts';
import type { Keep, Mask } from './mask.ts';
import { isOwn } from './own-pods.ts';

/** Environments hold secrets. Of the mesh's own programs these are looked at, where their value stands there literally. */
const meshEnv = /^_?LINKERD|^_(?:pod|l5d)_/;
const meshContainer = /^linkerd-/;
const probe: Mask = {
  initialDelaySeconds: true,
  httpGet: { port: true, path: true, scheme: true },
  tcpSocket: true,
};

const containerFields = {
  name: true,
  image: true,
  restartPolicy: true,
  ports: [{ name: true, containerPort: true, hostPort: true, protocol: true }],
  resources: { limits: true, requests: true },
  readinessProbe: probe,
  livenessProbe: probe,
  startupProbe: probe,
} satisfies Mask;

const ownFields: Mask = {
  ...containerFields,
  args: [(value, keep) => (typeof value === 'string' ? keep(redactText(value), true) : undefined)],
  env: [
    (value, keep) =>
      meshEnv.test(text(record(value).name))
        ? keep(value, { name: true, value: true, valueFrom: { configMapKeyRef: true, fieldRef: true } })
        : undefined,
  ],
  securityContext: true,
};

/** Arguments and settings are anybody's, and may hold secrets: kept are those of the mesh. */
const containers = (own: boolean): Mask => [
  (value, keep) =>
    keep(value, own || meshContainer.test(text(record(value).name)) ? ownFields : containerFields),
];

const podSpec = (own: boolean) =>
  ({
    hostNetwork: true,
    shareProcessNamespace: true,
    serviceAccountName: true,
    restartPolicy: true,
    runtimeClassName: true,
    containers: containers(own),
    initContainers: containers(own),
  }) satisfies Mask;

const placement: Mask = {
  affinity: true,
  nodeSelector: true,
  tolerations: true,
  priorityClassName: true,
  terminationGracePeriodSeconds: true,
  topologySpreadConstraints: true,
};

const ended: Mask = {
  reason: true,
  exitCode: true,
  signal: true,
  message,
  startedAt: true,
  finishedAt: true,
};
const state: Mask = { waiting: { reason: true, message }, running: { startedAt: true }, terminated: ended };
const containerStatuses: Mask = [
  {
    name: true,
    image: true,
    imageID: true,
    ready: true,
    started: true,
    restartCount: true,
    state,
    lastState: state,
  },
];

const pod = (own: boolean): Mask => ({
  metadata: meta,
  spec: { nodeName: true, ...podSpec(own) },
  status: {
    phase: true,
    reason: true,
    message,
    podIP: true,
    podIPs: true,
    hostIP: true,
    startTime: true,
    conditions,
    containerStatuses,
    initContainerStatuses: containerStatuses,
  },
});
const [ownPod, otherPod] = [pod(true), pod(false)];

export const podMask: Mask = (value, keep) => keep(value, isOwn(record(value).metadata) ? ownPod : otherPod);

const template = (own: boolean): Mask => ({
  metadata: { labels, annotations },
  spec: {
    ...podSpec(own),
    ...(placement as object),
    // Whether what is kept outlives a pod.
    ...(own ? { volumes: [{ name: true, persistentVolumeClaim: true, emptyDir: true }] } : {}),
  },
});
const [ownTemplate, otherTemplate] = [template(true), template(false)];

/** The template of a workload's pods. */
export const podTemplate: Mask = (value: unknown, keep: Keep) =>
  keep(value, isOwn(record(value).metadata) ? ownTemplate : otherTemplate);

/** Name and image alone, of what is kept only to be counted. */
export const imagesOf: Mask = (value, keep) =>
  keep(
    {
      metadata: record(value).metadata,
      spec: { containers: records(record(record(value).spec).containers) },
    },
    { metadata: { annotations }, spec: { containers: [{ name: true, image: true }] } },
  );
