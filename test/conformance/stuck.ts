/** One rollout that is stuck for one reason, and what makes it go on. */
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { nodeObject } from '../../src/practice/world/nodes.ts';
import type { ReasonCode, RolloutPhase } from '../../src/rollout/model.ts';
import { configureMissingInjector } from '../cluster/injector.ts';
import type { Backend } from './backend.ts';
import { quota } from './failures.ts';
import type { PLURALS, WorkloadOptions } from './objects.ts';

export type Kind = keyof typeof PLURALS;

/** Where a case happens. */
export interface Scene {
  readonly backend: Backend;
  readonly namespace: string;
  readonly kind: Kind;
  /** Changes the workload, called `web`. */
  change(patch: object): Promise<KubeObject>;
  /** When the rollout is done. */
  settled(): Promise<unknown>;
}

export interface StuckCase {
  readonly what: string;
  readonly kind?: Kind;
  readonly start?: WorkloadOptions;
  readonly expected: { readonly reason: ReasonCode } | { readonly phase: RolloutPhase };
  /** What the cluster itself shows of it, in the JSON of a workload, a pod or an event. */
  readonly sign: RegExp;
  /** So long after the sign it becomes a reason, by the clock alone. ms. */
  readonly after?: number;
  /** Lets it get stuck; gives what makes it go on. */
  readonly stick: (scene: Scene) => Promise<() => Promise<unknown>>;
}

const FAULT = 'practice.handrail.dev/';
const inTemplate = (template: object) => ({ spec: { template } });
const annotated = (annotations: object) => inTemplate({ metadata: { annotations } });
const podSpec = (spec: object) => inTemplate({ spec });
const container = (more: object) => podSpec({ containers: [{ name: 'web', ...more }] });

/** A new template like the old one, as a restart makes it. */
export const restart = ({ change }: Scene) =>
  change(annotated({ 'example.io/restarted': String(Date.now()) }));

/** A template that fails, until the part of it that does so is taken back. */
const template =
  (bad: object, good: object): StuckCase['stick'] =>
  async ({ change }) => {
    await change(bad);
    return () => change(good);
  };
const fault = (name: string, value: string) =>
  template(annotated({ [FAULT + name]: value }), annotated({ [FAULT + name]: null }));

const limited =
  (hard: Record<string, string>): StuckCase['stick'] =>
  async (scene) => {
    const { backend, namespace } = scene;
    await quota(backend, namespace, hard);
    await restart(scene);
    return () => backend.client.delete({ apiVersion: 'v1', resource: 'resourcequotas', namespace }, 'q');
  };

const waitingFor = (reason: string) => new RegExp(`"waiting":\\{[^}]*"reason":"${reason}"`);
const NAMESPACES = { apiVersion: 'v1', resource: 'namespaces' };
const NODES = { apiVersion: 'v1', resource: 'nodes' };

async function onDyingNode(scene: Scene): Promise<() => Promise<unknown>> {
  const { backend, namespace, change } = scene;
  const { client } = backend;
  const name = `ill-${namespace}`;
  const node = nodeObject(9, Date.now(), { cpu: '4', memory: '8Gi' });
  const labels = { ...node.metadata.labels, 'example.io/only': namespace };
  await client.create(NODES, { ...node, metadata: { ...node.metadata, name, labels } });
  const ready = (status: string) => ({
    status: {
      conditions: (node.status.conditions as { type: string }[]).map((each) =>
        each.type === 'Ready' ? { ...each, status } : each,
      ),
    },
  });
  await client.patch(NODES, name, 'merge', ready('True'), { subresource: 'status' });
  // A new node is tainted until the controllers have seen that it is ready.
  const tolerations = [{ operator: 'Exists' }];
  const nodeSelector = { 'example.io/only': namespace };
  await change({
    spec: {
      template: {
        metadata: { annotations: { [`${FAULT}not-ready`]: 'web' } },
        spec: { nodeSelector, tolerations },
      },
    },
  });
  await backend.tools.kubectl(
    `-n ${namespace} wait pods --for=jsonpath={.spec.nodeName}=${name} -l app=web --timeout=3s`,
  );
  await client.patch(NODES, name, 'merge', ready('False'), { subresource: 'status' });
  return async () => {
    await change({
      spec: {
        template: {
          metadata: { annotations: { [`${FAULT}not-ready`]: null } },
          spec: { nodeSelector: null, tolerations: null },
        },
      },
    });
    // Nobody is there to stop its pods.
    await client.delete(NODES, name);
  };
}

async function heldPod(scene: Scene): Promise<() => Promise<unknown>> {
  const { backend, namespace } = scene;
  const pods = { apiVersion: 'v1', resource: 'pods', namespace };
  await backend.client.patch(pods, 'web-0', 'merge', { metadata: { finalizers: ['example.io/hold'] } });
  await restart(scene);
  return () => backend.client.patch(pods, 'web-0', 'merge', { metadata: { finalizers: null } });
}

/** Every reason that can be made on both clusters. */
export const STUCK: readonly StuckCase[] = [
  {
    // The longest, so that it begins first.
    what: 'a pod that a finalizer holds',
    kind: 'StatefulSet',
    start: { pod: { terminationGracePeriodSeconds: 1 }, annotations: { [`${FAULT}stop-seconds`]: '0' } },
    expected: { reason: 'TERMINATION_STUCK' },
    sign: /"kind":"Pod".*"deletionTimestamp":/,
    after: 31_000,
    stick: heldPod,
  },
  {
    what: 'a webhook without its Service',
    expected: { reason: 'ADMISSION_WEBHOOK_FAILED' },
    sign: /"kind":"(Deployment|Event)".*service \\"linkerd-proxy-injector\\" not found/,
    stick: async (scene) => {
      const { backend, namespace } = scene;
      const webhook = await configureMissingInjector(backend.client, [namespace], namespace);
      await restart(scene);
      return () => webhook.remove();
    },
  },
  {
    what: 'a webhook without its Service, for a StatefulSet',
    kind: 'StatefulSet',
    expected: { reason: 'ADMISSION_WEBHOOK_FAILED' },
    sign: /"kind":"Event".*service \\"linkerd-proxy-injector\\" not found/,
    stick: async (scene) => {
      const { backend, namespace } = scene;
      const webhook = await configureMissingInjector(backend.client, [namespace], namespace);
      await restart(scene);
      return () => webhook.remove();
    },
  },
  {
    what: 'a quota that is used up',
    expected: { reason: 'QUOTA_EXCEEDED' },
    sign: /exceeded quota: q/,
    stick: limited({ pods: '1' }),
  },
  {
    what: 'a quota on what is not stated',
    expected: { reason: 'QUOTA_MISSING_REQUESTS' },
    sign: /failed quota: q: must specify/,
    stick: limited({ 'requests.memory': '1Gi' }),
  },
  {
    what: 'pod security',
    expected: { reason: 'POD_SECURITY_VIOLATION' },
    sign: /violates PodSecurity/,
    stick: async (scene) => {
      const { backend, namespace } = scene;
      const enforce = (level: string | null) =>
        backend.client.patch(NAMESPACES, namespace, 'merge', {
          metadata: { labels: { 'pod-security.kubernetes.io/enforce': level } },
        });
      await enforce('restricted');
      await restart(scene);
      return () => enforce(null);
    },
  },
  {
    what: 'a ServiceAccount that is missing',
    expected: { reason: 'SERVICEACCOUNT_MISSING' },
    sign: /serviceaccount \\"late\\" not found/,
    stick: async ({ backend, namespace, change }) => {
      await change(podSpec({ serviceAccountName: 'late' }));
      const ref = { apiVersion: 'v1', resource: 'serviceaccounts', namespace };
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'late' } };
      return () => backend.client.create(ref, account);
    },
  },
  {
    what: 'an image that no registry has',
    expected: { reason: 'IMAGE_PULL' },
    sign: waitingFor('(ErrImagePull|ImagePullBackOff)'),
    stick: template(container({ image: 'nginx:does-not-exist' }), container({ image: 'nginx:1.28' })),
  },
  {
    what: 'a crash loop',
    expected: { reason: 'CRASH_LOOP' },
    sign: waitingFor('CrashLoopBackOff'),
    stick: fault('crash', 'web=1'),
  },
  {
    what: 'want of memory',
    expected: { reason: 'OOM_KILLED' },
    sign: /"reason":"OOMKilled"/,
    stick: fault('crash', 'web=137'),
  },
  {
    what: 'an init container that fails',
    start: { pod: { initContainers: [{ name: 'setup', image: 'busybox:1.36' }] } },
    expected: { reason: 'INIT_FAILED' },
    sign: /"initContainerStatuses":.*(CrashLoopBackOff|"exitCode":1)/,
    stick: fault('crash', 'setup=1'),
  },
  {
    what: 'a Secret that is missing',
    expected: { reason: 'CONFIG_ERROR' },
    sign: waitingFor('CreateContainerConfigError'),
    stick: fault('config-error', 'web'),
  },
  {
    what: 'a volume that cannot be mounted',
    expected: { reason: 'SANDBOX_OR_MOUNT' },
    sign: /"kind":"Event".*FailedMount/,
    stick: fault('mount-error', 'certs'),
  },
  {
    what: 'a network that cannot be set up',
    expected: { reason: 'SANDBOX_OR_MOUNT' },
    sign: /"kind":"Event".*FailedCreatePodSandBox/,
    stick: fault('sandbox-error', 'plugin type="linkerd-cni" failed (add)'),
  },
  {
    what: 'nodes that are too small',
    expected: { reason: 'UNSCHEDULABLE' },
    sign: /"reason":"Unschedulable"/,
    stick: template(
      container({ resources: { requests: { cpu: '500' } } }),
      container({ resources: { requests: null } }),
    ),
  },
  {
    what: 'a scheduling gate',
    expected: { reason: 'SCHEDULING_GATED' },
    sign: /"kind":"Pod".*"schedulingGates"/,
    stick: template(
      podSpec({ schedulingGates: [{ name: 'example.io/gate' }] }),
      podSpec({ schedulingGates: null }),
    ),
  },
  {
    what: 'a readiness probe that fails',
    expected: { reason: 'READINESS_FAILING' },
    sign: /"kind":"Event".*"reason":"Unhealthy"/,
    stick: fault('not-ready', 'web'),
  },
  {
    what: 'a node that is not ready',
    expected: { reason: 'NODE_NOT_READY' },
    sign: /"kind":"Node".*"name":"ill-.*"status":"False","type":"Ready"|"kind":"Node".*"name":"ill-.*"type":"Ready","status":"False"/,
    stick: onDyingNode,
  },
  {
    what: 'a proxy that is not there',
    expected: { reason: 'SILENTLY_UNMESHED' },
    sign: /"kind":"Pod".*linkerd.io\/inject/,
    stick: template(annotated({ 'linkerd.io/inject': 'enabled' }), annotated({ 'linkerd.io/inject': null })),
  },
  {
    what: 'a while that a pod has to stay ready',
    expected: { reason: 'MIN_READY_WAIT' },
    sign: /"kind":"ReplicaSet".*"minReadySeconds":120.*"readyReplicas":1/,
    stick: async (scene) => {
      await scene.change({ spec: { minReadySeconds: 120 } });
      await restart(scene);
      return () => scene.change({ spec: { minReadySeconds: 0 } });
    },
  },
  {
    what: 'somebody who paused it',
    expected: { phase: 'PAUSED' },
    sign: /"kind":"Deployment".*"paused":true/,
    stick: template({ spec: { paused: true } }, { spec: { paused: false } }),
  },
  {
    what: 'a partition',
    kind: 'StatefulSet',
    expected: { phase: 'DONE_PARTITION_HELD' },
    sign: /"kind":"StatefulSet".*"partition":1.*"observedGeneration":3/,
    stick: async (scene) => {
      const held = (partition: number) => ({
        spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } } },
      });
      await scene.change(held(1));
      await restart(scene);
      return () => scene.change(held(0));
    },
  },
  {
    what: 'pods that somebody has to delete',
    kind: 'DaemonSet',
    start: { spec: { updateStrategy: { type: 'OnDelete' } } },
    expected: { phase: 'MANUAL' },
    sign: /"kind":"DaemonSet".*"OnDelete"/,
    stick: async (scene) => {
      await restart(scene);
      return () => scene.change({ spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: null } } });
    },
  },
];
