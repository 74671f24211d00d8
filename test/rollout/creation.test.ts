/** Why pods are not created, by the messages that real 1.36 controllers write. */
import { describe, expect, test } from 'vitest';
import type { ReasonCode } from '../../src/rollout/model.ts';
import { creationTrouble } from '../../src/rollout/reasons/creation-message.ts';
import {
  ago,
  assessed,
  deployment,
  event,
  type Json,
  NEW,
  OLD,
  pod,
  progressing,
  replicaSet,
} from './objects.ts';

const INJECTOR = 'linkerd-proxy-injector.linkerd.io';
const CALL = `Internal error occurred: failed calling webhook "${INJECTOR}": failed to call webhook: Post "https://linkerd-proxy-injector.linkerd.svc:443/?timeout=3s":`;
const POD = `pods "web-${NEW}-x2k4j" is forbidden:`;

const failure = (message: string): Json => ({
  type: 'ReplicaFailure',
  status: 'True',
  reason: 'FailedCreate',
  message,
  lastTransitionTime: ago(30),
  lastUpdateTime: ago(30),
});

function byCondition(message: string, at: 'Deployment' | 'new' | 'old' = 'Deployment') {
  const conditions = [
    progressing('True', 'ReplicaSetUpdated'),
    ...(at === 'Deployment' ? [failure(message)] : []),
  ];
  const status = { replicas: 0, conditions: [failure(message)] };
  return assessed({
    workload: deployment({ status: { updatedReplicas: 0, replicas: 3, conditions } }),
    revisions: [
      replicaSet(OLD, '1', at === 'old' ? { status } : {}),
      replicaSet(NEW, '2', at === 'new' ? { status } : {}),
    ],
  });
}

const table: readonly (readonly [string, ReasonCode, string, string, RegExp])[] = [
  [
    `${CALL} service "linkerd-proxy-injector" not found`,
    'ADMISSION_WEBHOOK_FAILED',
    INJECTOR,
    'service "linkerd-proxy-injector" not found',
    /control plane .* down or half deleted/,
  ],
  [
    `${CALL} no endpoints available for service "linkerd-proxy-injector"`,
    'ADMISSION_WEBHOOK_FAILED',
    INJECTOR,
    'no endpoints available for service "linkerd-proxy-injector"',
    /control plane .* down/,
  ],
  [
    `${CALL} context deadline exceeded`,
    'ADMISSION_WEBHOOK_FAILED',
    INJECTOR,
    'context deadline exceeded',
    /cannot reach the injector: .*network policies/,
  ],
  [
    `${CALL} dial tcp 10.96.3.4:443: i/o timeout`,
    'ADMISSION_WEBHOOK_FAILED',
    INJECTOR,
    'dial tcp …:443: i/o timeout',
    /cannot reach the injector/,
  ],
  [
    `${CALL} x509: certificate signed by unknown authority`,
    'ADMISSION_WEBHOOK_FAILED',
    INJECTOR,
    'x509: certificate signed by unknown authority',
    /caBundle/,
  ],
  [
    'admission webhook "policy.example" denied the request: no latest tags',
    'ADMISSION_DENIED',
    'policy.example',
    'no latest tags',
    /webhook/,
  ],
  [
    `${POD} ValidatingAdmissionPolicy 'tags' with binding 'all' denied request: no latest tags`,
    'ADMISSION_DENIED',
    'tags',
    'no latest tags',
    /policy/,
  ],
  [
    `${POD} exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1`,
    'QUOTA_EXCEEDED',
    'q',
    'requested: pods=1, used: pods=1, limited: pods=1',
    /ResourceQuota/,
  ],
  [
    `${POD} failed quota: q: must specify requests.memory for: c`,
    'QUOTA_MISSING_REQUESTS',
    'q',
    'must specify requests.memory for: c',
    /requests or limits/,
  ],
  [
    `${POD} violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "app" must set it)`,
    'POD_SECURITY_VIOLATION',
    'restricted:latest',
    'allowPrivilegeEscalation != false (container "app" must set it)',
    /CNI plugin/,
  ],
  [
    `${POD} error looking up service account shop/web: serviceaccount "web" not found`,
    'SERVICEACCOUNT_MISSING',
    'web',
    'serviceaccount "web" not found',
    /ServiceAccount/,
  ],
  [
    `Pod "web-${NEW}-x2k4j" is invalid: spec.containers[0].livenessProbe: Forbidden: may not be set`,
    'CREATE_INVALID',
    '',
    'spec.containers[0].livenessProbe: Forbidden: may not be set',
    /template/,
  ],
  [
    `${POD} maximum cpu usage per Container is 1, but limit is 2`,
    'CREATE_FORBIDDEN',
    '',
    'maximum cpu usage per Container is 1, but limit is 2',
    /limits/,
  ],
];

describe('pods that cannot be created', () => {
  test.each(table)('%s', (message, code, subject, words, advice) => {
    const rollout = byCondition(message);
    expect(rollout.phase).toBe('STUCK');
    const [reason] = rollout.reasons;
    expect(reason).toMatchObject({ code, subject, message: words, kind: 'doomed', count: 3, pods: [] });
    expect(reason?.advice).toMatch(advice);
    expect(reason?.evidence).toEqual([
      'Deployment/web status.conditions[ReplicaFailure].reason=FailedCreate',
    ]);
  });

  test('the new ReplicaSet says it before the Deployment does', () => {
    expect(byCondition(table[0]![0], 'new').reasons[0]).toMatchObject({
      code: 'ADMISSION_WEBHOOK_FAILED',
      evidence: [`ReplicaSet/web-${NEW} status.conditions[ReplicaFailure].reason=FailedCreate`],
    });
  });

  test('what an old ReplicaSet cannot create is not why the new one waits', () => {
    expect(byCondition(table[0]![0], 'old')).toMatchObject({ phase: 'PROGRESSING', reasons: [] });
  });

  test('a message without end is cut', () => {
    const [reason] = byCondition(`${POD} ${'no '.repeat(1000)}`).reasons;
    expect(reason?.message).toMatch(/^no no .*…$/);
    expect(reason?.message).toHaveLength(500);
  });

  test('a webhook that is not Linkerd’s is not blamed on Linkerd', () => {
    const message =
      'failed calling webhook "v.example": failed to call webhook: Post "https://v.x.svc:443/": no endpoints available for service "v"';
    const { subject, advice } = creationTrouble(message);
    expect(subject).toBe('v.example');
    expect(advice).not.toMatch(/Linkerd/);
  });

  test('a quota used up by pods that are on their way may have room again', () => {
    const status = { updatedReplicas: 1, conditions: [failure(table[7]![0])] };
    const kind = (pods: readonly Json[]) =>
      assessed({ workload: deployment({ status }), pods }).reasons.find(
        ({ code }) => code === 'QUOTA_EXCEEDED',
      )?.kind;
    const old = pod('web-o', { hash: OLD });
    const leaving = (seconds: number) => ({
      ...old,
      metadata: { ...old.metadata, deletionTimestamp: ago(seconds) },
    });
    const starting = (seconds: number) => {
      const one = pod('web-a', { ready: false });
      return { ...one, metadata: { ...one.metadata, creationTimestamp: ago(seconds) } };
    };
    expect(kind([leaving(-10)])).toBe('transient');
    expect(kind([leaving(70)])).toBe('doomed');
    expect(kind([old, starting(40)])).toBe('transient');
    expect(kind([old, starting(70)])).toBe('doomed');
    expect(kind([starting(40)])).toBe('doomed');
  });

  test('a message that nobody knows is shown, and gets a minute', () => {
    const message = 'Internal error occurred: the cat sat on the keyboard';
    expect(byCondition(message)).toMatchObject({
      phase: 'PROGRESSING',
      reasons: [{ code: 'UNDETERMINED', kind: 'transient', message: 'the cat sat on the keyboard' }],
    });
  });
});

describe('StatefulSets and DaemonSets, which have no conditions', () => {
  const stateful = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'shop', uid: 'u-db', generation: 2 },
    spec: { replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } },
    status: {
      observedGeneration: 2,
      replicas: 2,
      readyReplicas: 2,
      updateRevision: 'db-2',
      currentRevision: 'db-1',
    },
  };
  const failed = (change: Json = {}) =>
    event(
      'StatefulSet',
      'db',
      'FailedCreate',
      `Create Pod db-0 in StatefulSet db failed error: ${CALL} context deadline exceeded`,
      change,
    );
  const scene = (events: readonly Json[]) => assessed({ workload: stateful, revisions: [], events });

  test('say it in events', () => {
    expect(scene([failed()]).reasons).toMatchObject([
      {
        code: 'ADMISSION_WEBHOOK_FAILED',
        subject: INJECTOR,
        message: 'context deadline exceeded',
        since: Date.parse(ago(90)),
      },
    ]);
  });

  test('also in those of events.k8s.io, whose times stand elsewhere', () => {
    const modern = {
      metadata: { namespace: 'shop' },
      regarding: { kind: 'StatefulSet', namespace: 'shop', name: 'db', uid: 'u-db' },
      reason: 'FailedCreate',
      note: failed().message,
      eventTime: ago(20),
      deprecatedLastTimestamp: null,
    };
    expect(scene([modern]).reasons).toMatchObject([
      { code: 'ADMISSION_WEBHOOK_FAILED', since: Date.parse(ago(20)) },
    ]);
  });

  test('an event about another object of the same name is not theirs', () => {
    const other = { kind: 'StatefulSet', namespace: 'shop', name: 'db', uid: 'u-earlier' };
    expect(scene([failed({ involvedObject: other })]).reasons).toEqual([]);
    expect(scene([failed({ involvedObject: { ...other, uid: 'u-db' } })]).reasons).toHaveLength(1);
  });

  test('an event from before a pod was made is over', () => {
    const owned = [{ kind: 'StatefulSet', name: 'db', uid: 'u-db', controller: true }];
    const made = pod('db-2', {
      metadata: {
        uid: 'u-db-2',
        creationTimestamp: ago(5),
        labels: { 'controller-revision-hash': 'db-2' },
        ownerReferences: owned,
      },
    });
    const rollout = assessed({ workload: stateful, revisions: [], events: [failed()], pods: [made] });
    expect(rollout).toMatchObject({ reasons: [], progress: { newReady: 1 } });
  });

  test('an event from before the revision is of another one', () => {
    const old = failed({ firstTimestamp: ago(900), lastTimestamp: ago(800) });
    const revision = {
      kind: 'ControllerRevision',
      metadata: {
        name: 'db-2',
        creationTimestamp: ago(120),
        ownerReferences: [{ kind: 'StatefulSet', name: 'db', uid: 'u-db', controller: true }],
      },
      revision: 2,
    };
    expect(assessed({ workload: stateful, revisions: [revision], events: [old] }).reasons).toEqual([]);
    expect(assessed({ workload: stateful, revisions: [revision], events: [failed()] }).reasons).toHaveLength(
      1,
    );
  });

  test('a DaemonSet too', () => {
    const agent = {
      kind: 'DaemonSet',
      metadata: { name: 'agent', namespace: 'shop', uid: 'u-agent', generation: 1 },
      spec: { updateStrategy: { type: 'RollingUpdate' } },
      status: { observedGeneration: 1, desiredNumberScheduled: 4 },
    };
    const events = [
      event(
        'DaemonSet',
        'agent',
        'FailedCreate',
        `(combined from similar events): Error creating: pods "agent-x2k4j" is forbidden: violates PodSecurity "baseline:latest": hostPort`,
      ),
    ];
    expect(assessed({ workload: agent, revisions: [], events }).reasons).toMatchObject([
      {
        code: 'POD_SECURITY_VIOLATION',
        subject: 'baseline:latest',
        message: 'hostPort',
        count: 4,
        final: true,
      },
    ]);
  });
});
