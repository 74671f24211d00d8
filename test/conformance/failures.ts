/** What a cluster says of a rollout that fails: conditions, events and statuses, for each kind of workload. */
import { describe, expect, test } from 'vitest';
import { nodeObject } from '../../src/practice/world/nodes.ts';
import { configureMissingInjector } from '../cluster/injector.ts';
import type { Backend } from './backend.ts';
import { PLURALS, type WorkloadOptions, workload } from './objects.ts';
import { podConditions, type Told, until } from './rollouts.ts';

type Kind = keyof typeof PLURALS;
const KINDS: readonly Kind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** A ResourceQuota that counts already. */
export async function quota(
  backend: Backend,
  namespace: string,
  hard: Record<string, string>,
): Promise<void> {
  const ref = { apiVersion: 'v1', resource: 'resourcequotas', namespace };
  const object = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard } };
  await backend.client.create(ref, object);
  await backend.tools.kubectl(`-n ${namespace} wait quota/q --for=jsonpath={.status.hard} --timeout=20s`);
}

interface Refused {
  readonly what: string;
  readonly labels?: Record<string, string>;
  readonly workload?: WorkloadOptions;
  readonly prepare?: (
    backend: Backend,
    namespace: string,
  ) => Promise<{ remove(): Promise<void> } | undefined>;
  /** How the API server's refusal of the pod reads; POD stands for its name. */
  readonly message: string;
}

const FORBIDDEN = 'pods "POD" is forbidden:';
const REFUSED: readonly Refused[] = [
  {
    what: 'a webhook whose Service is gone',
    prepare: (backend, namespace) => configureMissingInjector(backend.client, [namespace], namespace),
    message:
      'Internal error occurred: failed calling webhook "linkerd-proxy-injector.linkerd.io": failed to call webhook: Post "https://linkerd-proxy-injector.NS.svc:443/?timeout=10s": service "linkerd-proxy-injector" not found',
  },
  {
    what: 'a quota of no pods',
    prepare: async (backend, namespace) => {
      await quota(backend, namespace, { pods: '0' });
      return undefined;
    },
    message: `${FORBIDDEN} exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0`,
  },
  {
    what: 'a quota of too little memory',
    workload: { container: { resources: { requests: { memory: '2Gi' } } } },
    prepare: async (backend, namespace) => {
      await quota(backend, namespace, { 'requests.memory': '1Gi', 'count/pods': '5' });
      return undefined;
    },
    message: `${FORBIDDEN} exceeded quota: q, requested: requests.memory=2Gi, used: requests.memory=0, limited: requests.memory=1Gi`,
  },
  {
    what: 'a quota on what the pods do not state',
    prepare: async (backend, namespace) => {
      await quota(backend, namespace, { 'requests.memory': '1Gi', 'limits.cpu': '2' });
      return undefined;
    },
    message: `${FORBIDDEN} failed quota: q: must specify limits.cpu for: web; requests.memory for: web`,
  },
  {
    what: 'restricted pod security',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    message: `${FORBIDDEN} violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "web" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "web" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
  },
  {
    what: 'baseline pod security',
    labels: { 'pod-security.kubernetes.io/enforce': 'baseline' },
    workload: {
      container: {
        securityContext: { privileged: true, capabilities: { add: ['NET_ADMIN', 'CHOWN'] } },
        ports: [{ containerPort: 80, hostPort: 80 }],
      },
      pod: { hostPID: true, volumes: [{ name: 'v', hostPath: { path: '/x' } }] },
    },
    message: `${FORBIDDEN} violates PodSecurity "baseline:latest": non-default capabilities (container "web" must not include "NET_ADMIN" in securityContext.capabilities.add), host namespaces (hostPID=true), hostPath volumes (volume "v"), hostPort (container "web" uses hostPort 80), privileged (container "web" must not set securityContext.privileged=true)`,
  },
  {
    what: 'a linkerd-init container under restricted pod security',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    workload: {
      container: { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } },
      pod: {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        volumes: [{ name: 'v', hostPath: { path: '/x' } }],
        initContainers: [
          {
            name: 'linkerd-init',
            image: 'nginx:1.27',
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { add: ['NET_ADMIN', 'NET_RAW'] },
              runAsUser: 0,
            },
          },
        ],
      },
    },
    message: `${FORBIDDEN} violates PodSecurity "restricted:latest": unrestricted capabilities (container "linkerd-init" must set securityContext.capabilities.drop=["ALL"]; container "linkerd-init" must not include "NET_ADMIN", "NET_RAW" in securityContext.capabilities.add), restricted volume types (volume "v" uses restricted volume type "hostPath"), runAsUser=0 (container "linkerd-init" must not set runAsUser=0)`,
  },
];

const status = ({ object }: Told) => {
  const { conditions: _, currentRevision: _c, updateRevision: _u, ...counts } = object.status;
  return counts;
};

/** `backend` is called within the tests only. */
export function describeFailures(backend: () => Backend): void {
  const start = async (
    kind: Kind,
    options: WorkloadOptions = {},
    labels: Record<string, string> = {},
    prepare?: Refused['prepare'],
  ) => {
    const namespace = await backend().namespace({ labels });
    const prepared = await prepare?.(backend(), namespace);
    const ref = { apiVersion: 'apps/v1', resource: PLURALS[kind], namespace };
    await backend().client.create(ref, workload('web', { ...options, kind }));
    const where = { kind, namespace, name: 'web' };
    return {
      namespace,
      prepared,
      ref,
      see: (what: string, holds: (told: Told) => boolean) => until(backend(), where, what, holds),
    };
  };

  describe.each(REFUSED)('pods that are refused: $what', ({ message, labels, workload: asked, prepare }) => {
    test('a Deployment says so in a condition, its ReplicaSet as well, and an event', async () => {
      const { see, prepared } = await start('Deployment', asked, labels, prepare);
      const told = await see('the failure', ({ conditions }) => conditions.length === 3);
      expect([...told.conditions].sort()).toEqual([
        'Available False MinimumReplicasUnavailable: Deployment does not have minimum availability.',
        'Progressing True NewReplicaSetCreated: Created new replica set "SET"',
        `ReplicaFailure True FailedCreate: ${message}`,
      ]);
      const { events } = await see('the events', (now) => now.events.length === 2);
      expect(events).toEqual([
        'Normal ScalingReplicaSet Deployment: Scaled up replica set SET from 0 to 1',
        `Warning FailedCreate ReplicaSet: Error creating: ${message}`,
      ]);
      expect(status(told)).toEqual({
        observedGeneration: 1,
        unavailableReplicas: 1,
        terminatingReplicas: 0,
      });
      expect(told.pods).toEqual([]);
      await prepared?.remove();
    });

    test('a StatefulSet and a DaemonSet say so in events alone', async () => {
      const set = await start('StatefulSet', asked, labels, prepare);
      const told = await set.see(
        'the failure',
        ({ events, object }) => events.length === 1 && object.status.observedGeneration === 1,
      );
      expect(told.events).toEqual([
        `Warning FailedCreate StatefulSet: Create Pod web-0 in StatefulSet web failed error: ${message.replace('POD', 'web-0')}`,
      ]);
      expect(told.object.status.conditions).toBeUndefined();
      expect(status(told)).toEqual({
        observedGeneration: 1,
        replicas: 0,
        availableReplicas: 0,
        collisionCount: 0,
      });
      await set.prepared?.remove();

      const daemons = await start('DaemonSet', asked, labels, prepare);
      const seen = await daemons.see('the failure', ({ events }) => events.length === 1);
      expect(seen.events).toEqual([`Warning FailedCreate DaemonSet: Error creating: ${message}`]);
      await daemons.prepared?.remove();
    });
  });

  test('a ServiceAccount that is missing is told before the pod has its whole name', async () => {
    const { see } = await start('DaemonSet', { pod: { serviceAccountName: 'nope' } });
    const { events } = await see('the failure', (told) => told.events.length === 1);
    expect(events).toEqual([
      'Warning FailedCreate DaemonSet: Error creating: pods "web-" is forbidden: error looking up service account NS/nope: serviceaccount "nope" not found',
    ]);
  });

  describe.each(KINDS)('pods of a %s', (kind) => {
    const pods = (told: Told) => told.pods.length > 0;

    test.each([
      [
        'cpu',
        { container: { resources: { requests: { cpu: '500' } } } },
        kind === 'DaemonSet'
          ? /^0\/3 nodes are available: 1 Insufficient cpu, 2 node\(s\) didn't satisfy plugin\(s\) \[NodeAffinity\]\. no new claims to deallocate, preemption: 0\/3 nodes are available: 3 Preemption is not helpful for scheduling\.$/
          : /^0\/3 nodes are available: 3 Insufficient cpu\. no new claims to deallocate, preemption: 0\/3 nodes are available: 3 Preemption is not helpful for scheduling\.$/,
      ],
      [
        'a node with a label that none has',
        { pod: { nodeSelector: { nope: 'x' } } },
        kind === 'DaemonSet'
          ? undefined
          : /^0\/3 nodes are available: 3 node\(s\) didn't match Pod's node affinity\/selector\. no new claims to deallocate, preemption: 0\/3 nodes are available: 3 Preemption is not helpful for scheduling\.$/,
      ],
    ])('that want %s stay without a node, and say why', async (_what, options, why) => {
      const { see, namespace } = await start(kind, options);
      if (why === undefined) {
        // No node is fit, so none is wanted.
        const told = await see('its status', ({ object }) => object.status?.observedGeneration === 1);
        expect(told.object.status).toMatchObject({ desiredNumberScheduled: 0 });
        expect(told.pods).toEqual([]);
        return;
      }
      const scheduled = (told: Told) =>
        podConditions(told.pods[0] ?? { apiVersion: '', kind: '', metadata: { name: '' } }, 'web', namespace);
      const told = await see('a pod without a node', (now) => pods(now) && scheduled(now).length > 0);
      const [condition = ''] = scheduled(told);
      expect(condition.split(': ')[0]).toBe('PodScheduled False Unschedulable');
      expect(condition.slice(condition.indexOf(': ') + 2)).toMatch(why);
      const { events } = await see('the event', (now) =>
        now.events.some((each) => / FailedScheduling /.test(each)),
      );
      const event = events.find((each) => each.startsWith('Warning FailedScheduling Pod: ')) ?? '';
      expect(event.replace('Warning FailedScheduling Pod: ', '')).toMatch(why);
    });

    test('whose image is not there', async () => {
      const { see } = await start(kind, { image: 'nginx:does-not-exist' });
      const waiting = (told: Told) => told.pods[0]?.status?.containerStatuses?.[0]?.state?.waiting;
      const told = await see('the back-off', (now) => waiting(now)?.reason === 'ImagePullBackOff');
      expect(waiting(told).message).toMatch(
        /^Back-off pulling image "nginx:does-not-exist": ErrImagePull: .*: not found$/,
      );
      const { events } = await see('the events', (now) =>
        now.events.some((each) => each.includes('Error: ImagePullBackOff')),
      );
      expect(events.filter((each) => / Failed Pod: |BackOff Pod: /.test(each))).toEqual([
        'Normal BackOff Pod: Back-off pulling image "nginx:does-not-exist"',
        'Warning Failed Pod: Error: ErrImagePull',
        'Warning Failed Pod: Error: ImagePullBackOff',
        expect.stringMatching(
          /^Warning Failed Pod: Failed to pull image "nginx:does-not-exist": .*: not found$/,
        ),
      ]);
      if (kind === 'Deployment')
        expect([...told.conditions].sort()).toEqual([
          'Available False MinimumReplicasUnavailable: Deployment does not have minimum availability.',
          'Progressing True ReplicaSetUpdated: ReplicaSet "SET" is progressing.',
        ]);
    });

    test('that crash again and again', async () => {
      const { see } = await start(kind, { annotations: { 'practice.handrail.dev/crash': 'web=3' } });
      const of = (told: Told) => told.pods[0]?.status?.containerStatuses?.[0];
      const told = await see('the back-off', (now) => of(now)?.state.waiting?.reason === 'CrashLoopBackOff');
      expect(of(told).lastState.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
      const { events } = await see('the event', (now) =>
        now.events.some((each) => / BackOff Pod: /.test(each)),
      );
      const name = kind === 'StatefulSet' ? 'web-0' : 'POD';
      expect(events).toContain(
        `Warning BackOff Pod: Back-off restarting failed container web in pod ${name}_NS(UID)`,
      );
    });

    test('that do not become ready', async () => {
      const { see, namespace } = await start(kind, {
        annotations: { 'practice.handrail.dev/not-ready': 'web' },
      });
      const told = await see('a pod that runs', ({ pods: [pod] }) => pod?.status?.phase === 'Running');
      expect(podConditions(told.pods[0]!, 'web', namespace).sort()).toEqual([
        'ContainersReady False ContainersNotReady: containers with unready status: [web]',
        'Ready False ContainersNotReady: containers with unready status: [web]',
      ]);
      const counts = status(told);
      expect(counts.readyReplicas ?? counts.numberReady ?? 0).toBe(0);
    });
  });

  test('pods that do not put up with the taint of the only node that is fit say so', async () => {
    const nodes = { apiVersion: 'v1', resource: 'nodes' };
    const { client } = backend();
    const node = nodeObject(8, Date.now(), { cpu: '4', memory: '8Gi' });
    const only = { 'example.io/only': 'tainted' };
    const labels = { ...node.metadata.labels, ...only };
    const taints = [{ key: 'example.io/kept', value: 'yes', effect: 'NoSchedule' }];
    const metadata = { ...node.metadata, name: 'tainted', labels };
    await client.create(nodes, { ...node, metadata, spec: { ...node.spec, taints } });
    try {
      const { see } = await start('Deployment', { pod: { nodeSelector: only } });
      const { events } = await see('the event', (told) =>
        told.events.some((each) => each.includes('untolerated')),
      );
      expect(events).toContainEqual(
        expect.stringMatching(
          /^Warning FailedScheduling Pod: 0\/4 nodes are available: 1 node\(s\) had untolerated taint\(s\), 3 node\(s\) didn't match Pod's node affinity\/selector\. no new claims to deallocate, preemption: 0\/4 nodes are available: 4 Preemption is not helpful for scheduling\.$/,
        ),
      );
    } finally {
      await client.delete(nodes, 'tainted');
    }
  });

  describe('a Deployment', () => {
    test('past its deadline says so, and is well again when the cause is gone', async () => {
      const { see, ref, namespace } = await start('Deployment', {
        annotations: { 'practice.handrail.dev/not-ready': 'web' },
        spec: { progressDeadlineSeconds: 2 },
      });
      const late = await see('the deadline', ({ conditions }) =>
        conditions.some((each) => each.includes('ProgressDeadlineExceeded')),
      );
      expect([...late.conditions].sort()).toEqual([
        'Available False MinimumReplicasUnavailable: Deployment does not have minimum availability.',
        'Progressing False ProgressDeadlineExceeded: ReplicaSet "SET" has timed out progressing.',
      ]);
      const [pod] = late.pods;
      const annotations = { 'practice.handrail.dev/not-ready': null };
      await backend().client.patch(
        { apiVersion: 'v1', resource: 'pods', namespace },
        pod?.metadata.name ?? '',
        'merge',
        { metadata: { annotations } },
      );
      const well = await see('the way back', ({ object }) => object.status?.availableReplicas === 1);
      expect([...well.conditions].sort()).toEqual([
        'Available True MinimumReplicasAvailable: Deployment has minimum availability.',
        'Progressing True NewReplicaSetAvailable: ReplicaSet "SET" has successfully progressed.',
      ]);
      expect(ref.resource).toBe('deployments');
    });

    test('that is paused waits, and goes on when it is resumed', async () => {
      const { see, ref } = await start('Deployment');
      await see('the first rollout', ({ object }) => object.status?.availableReplicas === 1);
      await backend().client.patch(ref, 'web', 'merge', { spec: { paused: true } });
      const paused = await see('the pause', ({ conditions }) =>
        conditions.some((each) => each.includes('DeploymentPaused')),
      );
      expect(paused.conditions).toContain('Progressing Unknown DeploymentPaused: Deployment is paused');
      const container = { name: 'web', image: 'nginx:1.28' };
      const template = { spec: { template: { spec: { containers: [container] } } } };
      await backend().client.patch(ref, 'web', 'strategic', template);
      const held = await see('the change', ({ object }) => object.status.observedGeneration === 3);
      expect(held.sets).toHaveLength(1);
      expect(status(held)).toMatchObject({ replicas: 1, availableReplicas: 1 });
      expect(held.object.status.updatedReplicas).toBeUndefined();
      await backend().client.patch(ref, 'web', 'merge', { spec: { paused: false } });
      const done = await see(
        'the rollout',
        ({ object, sets }) =>
          sets.length === 2 && object.status.updatedReplicas === 1 && object.status.replicas === 1,
      );
      await see('its end', ({ conditions }) =>
        conditions.some((each) => each.startsWith('Progressing True NewReplicaSetAvailable')),
      );
      expect(done.object.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
    });
  });

  describe('a StatefulSet', () => {
    const update = { spec: { template: { spec: { containers: [{ name: 'web', image: 'nginx:1.28' }] } } } };

    test('leaves alone what is below its partition', async () => {
      const { see, ref } = await start('StatefulSet', {
        spec: { replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
      });
      await see('three pods', ({ object }) => object.status?.readyReplicas === 3);
      await backend().client.patch(ref, 'web', 'strategic', update);
      const told = await see(
        'one of the new',
        ({ object }) => object.status.updatedReplicas === 1 && object.status.readyReplicas === 3,
      );
      expect(status(told)).toEqual({
        observedGeneration: 2,
        replicas: 3,
        readyReplicas: 3,
        availableReplicas: 3,
        currentReplicas: 2,
        updatedReplicas: 1,
        collisionCount: 0,
      });
      expect(told.object.status.currentRevision).not.toBe(told.object.status.updateRevision);
      const images = told.pods.map(({ metadata, spec }) => [metadata.name, spec.containers[0].image]);
      expect(images.sort()).toEqual([
        ['web-0', 'nginx:1.27'],
        ['web-1', 'nginx:1.27'],
        ['web-2', 'nginx:1.28'],
      ]);
    });

    test.each(['StatefulSet', 'DaemonSet'] as const)(
      'or %s that updates on deletion does so',
      async (kind) => {
        const { see, ref, namespace } = await start(kind, { spec: { updateStrategy: { type: 'OnDelete' } } });
        const ready = ({ object }: Told) =>
          (object.status?.readyReplicas ?? 0) === 1 || (object.status?.numberReady ?? 0) === 3;
        const before = await see('its pods', ready);
        await backend().client.patch(ref, 'web', 'strategic', update);
        const held = await see('the change', ({ object }) => object.status.observedGeneration === 2);
        expect(
          held.object.status.updatedReplicas ?? held.object.status.updatedNumberScheduled,
        ).toBeUndefined();
        expect(held.pods.map(({ metadata }) => metadata.uid)).toEqual(
          before.pods.map(({ metadata }) => metadata.uid),
        );
        const pod = held.pods[0]?.metadata.name ?? '';
        await backend().client.delete({ apiVersion: 'v1', resource: 'pods', namespace }, pod);
        await see('one of the new', (told) => {
          const { updatedReplicas, updatedNumberScheduled } = told.object.status;
          return ready(told) && (updatedReplicas ?? updatedNumberScheduled) === 1;
        });
      },
    );
  });
}
