import { describe, expect, test } from 'vitest';
import type { ControlPlaneMeta, NamespaceMeta, PodMeta } from '../../src/data-plane/model.ts';
import { foldSurvey, type SurveyInput } from '../../src/data-plane/survey.ts';
import { NO_ANCHORS } from '../../src/data-plane/trust-root.ts';
import { controlPlaneMeta, namespaceMeta, podMeta } from './pods.ts';

const fold = (
  pods: readonly PodMeta[],
  given: Partial<Omit<SurveyInput, 'pods'>> & { readonly controlPlanes?: readonly ControlPlaneMeta[] } = {},
) =>
  foldSurvey({
    pods,
    namespaces: [namespaceMeta()],
    controlPlanes: [controlPlaneMeta()],
    finished: new Set(),
    unseen: [],
    ...given,
  });
const unmeshedPod = (given: Partial<PodMeta> = {}) => podMeta({ meshOf: '', proxyVersion: '', ...given });

test('pods are counted by workload and version, the oldest version of a workload first', () => {
  const survey = fold([
    podMeta(),
    podMeta({ proxyVersion: 'stable-2.13.7' }),
    podMeta(),
    podMeta({ ownerKind: 'StatefulSet', ownerName: 'db', proxyVersion: 'stable-2.12.6' }),
    podMeta({ namespace: 'billing', ownerName: 'invoices' }),
  ]);
  expect(
    survey.rows.map((row) => [row.namespace, row.kind, row.name, row.version, row.skew, row.pods]),
  ).toEqual([
    ['billing', 'Deployment', 'invoices', 'stable-2.14.10', 'current', 1],
    ['shop', 'Deployment', 'web', 'stable-2.13.7', 'supported', 1],
    ['shop', 'Deployment', 'web', 'stable-2.14.10', 'current', 2],
    ['shop', 'StatefulSet', 'db', 'stable-2.12.6', 'old', 1],
  ]);
  expect(survey.versions).toEqual([
    { version: 'stable-2.12.6', skew: 'old', pods: 1, workloads: 1 },
    { version: 'stable-2.13.7', skew: 'supported', pods: 1, workloads: 1 },
    { version: 'stable-2.14.10', skew: 'current', pods: 3, workloads: 2 },
  ]);
  expect(survey.totals).toMatchObject({ namespaces: 2, pods: 5, meshed: 5, dataPlane: 5, behind: 2, old: 1 });
});

test('a group names its first three pods', () => {
  const pods = ['a', 'b', 'c', 'd'].map((name) => podMeta({ name }));
  expect(fold(pods).rows[0]).toMatchObject({ pods: 4, examples: ['a', 'b', 'c'] });
});

describe('pods that should have a proxy and have none', () => {
  const enabled = namespaceMeta({ inject: 'enabled' });
  const asked = (pod: Partial<PodMeta>, namespace: Partial<NamespaceMeta> = enabled) =>
    fold([unmeshedPod(pod)], { namespaces: [namespaceMeta({ ...enabled, ...namespace })] }).unmeshed.map(
      (row) => `${row.kind}/${row.name} by ${row.asked}`,
    );

  test.each([
    ['the namespace is annotated', {}, {}, ['Deployment/web by namespace']],
    ['the namespace asks for ingress mode', {}, { inject: 'ingress' }, ['Deployment/web by namespace']],
    ['the pod itself is annotated', { inject: 'enabled' }, { inject: '' }, ['Deployment/web by workload']],
    ['both are', { inject: 'enabled' }, {}, ['Deployment/web by namespace']],
    [
      'the pod is annotated in a namespace that is not to be',
      { inject: 'enabled' },
      { inject: 'disabled' },
      ['Deployment/web by workload'],
    ],
    ['the pod refuses it', { inject: 'disabled' }, {}, []],
    ['the pod says something that is no mode', { inject: 'true' }, {}, []],
    ['the namespace says something that is no mode', {}, { inject: 'yes' }, []],
    ['nobody asked', {}, { inject: '' }, []],
    ['it is the control plane’s', { component: 'heartbeat' }, {}, []],
    ['it is the CNI plugin’s', { cni: true }, {}, []],
    ['the webhooks are off in the namespace', {}, { webhooks: false }, []],
    ['the namespace is a control plane’s', {}, { controlPlane: true }, []],
  ] as const)('%s', (_, pod, namespace, rows) => {
    expect(asked(pod, namespace)).toEqual(rows);
  });

  test('kube-system is left alone by the injector, whatever it says', () => {
    const survey = fold([unmeshedPod({ namespace: 'kube-system', inject: 'enabled' })], {
      namespaces: [namespaceMeta({ name: 'kube-system', inject: 'enabled' })],
    });
    expect(survey.unmeshed).toEqual([]);
  });

  test('where the namespaces could not be seen, the pods’ own word still counts', () => {
    const survey = fold([unmeshedPod({ inject: 'enabled' }), unmeshedPod({ ownerName: 'api' })], {
      namespaces: [],
    });
    expect(survey.unmeshed.map((row) => row.name)).toEqual(['web']);
    expect(survey.totals).toMatchObject({ pods: 2, meshed: 0, unmeshed: 1 });
  });
});

test('pods that are over count nowhere, and those with a proxy are told', () => {
  const over = podMeta({ uid: 'over', ownerKind: 'Job', ownerName: 'migrate', proxyVersion: 'stable-2.9.5' });
  const evicted = unmeshedPod({ uid: 'evicted', inject: 'enabled' });
  const survey = fold([over, evicted, podMeta()], { finished: new Set(['over', 'evicted']) });
  expect(survey).toMatchObject({ completed: 1, completedKnown: true, unmeshed: [] });
  expect(survey.totals).toMatchObject({ pods: 1, meshed: 1, behind: 0 });
  expect(fold([over], { finished: undefined })).toMatchObject({ completed: 0, completedKnown: false });
});

test('pods without an owner stand apart', () => {
  const survey = fold([
    podMeta({ ownerKind: 'Pod', ownerName: 'debug', name: 'debug', proxyVersion: 'stable-2.13.7' }),
  ]);
  expect(survey.rows).toEqual([]);
  expect(survey.bare).toMatchObject([
    { namespace: 'shop', name: 'debug', version: 'stable-2.13.7', skew: 'supported' },
  ]);
  expect(survey.totals).toMatchObject({ meshed: 1, behind: 1 });
  expect(survey.versions).toMatchObject([{ version: 'stable-2.13.7', pods: 1 }]);
});

describe('trust roots', () => {
  const controlPlanes = [controlPlaneMeta({ trustRoot: 'now', trustRoots: ['now', 'now-too'] })];
  test('pods with another one than the control plane’s are counted', () => {
    const pods = ['now', 'now-too', 'before', 'before', ''].map((trustRoot) => podMeta({ trustRoot }));
    const survey = fold(pods, { controlPlanes });
    expect(survey.rows).toMatchObject([{ pods: 5, otherTrustRoot: 2 }]);
    expect(survey.totals.otherTrustRoot).toBe(2);
    expect(survey.trustRoots).toEqual([
      { sha256: 'before', pods: 2, current: false },
      { sha256: '', pods: 1, current: undefined },
      { sha256: 'now', pods: 1, current: true },
      { sha256: 'now-too', pods: 1, current: true },
    ]);
  });

  test('where the control plane’s are not known, or a pod has the hash of nothing, none is called other', () => {
    expect(fold([podMeta({ trustRoot: 'before' })]).totals.otherTrustRoot).toBe(0);
    expect(fold([podMeta({ trustRoot: NO_ANCHORS })], { controlPlanes }).totals.otherTrustRoot).toBe(0);
  });
});

test('what pins a proxy: its own version, its image, or its namespace', () => {
  const survey = fold(
    [
      podMeta({ ownerName: 'a', override: 'stable-2.13.7', imageOverride: 'registry.corp/proxy' }),
      podMeta({ ownerName: 'b', imageOverride: 'registry.corp/proxy' }),
      podMeta({ ownerName: 'c' }),
      podMeta({ ownerName: 'd', namespace: 'other' }),
    ],
    { namespaces: [namespaceMeta({ override: 'stable-2.12.6' })] },
  );
  expect(survey.rows.map((row) => `${row.name} ${row.override}`)).toEqual([
    'd ',
    'a stable-2.13.7',
    'b registry.corp/proxy',
    'c stable-2.12.6',
  ]);
});

test('control plane and extensions are told from the data plane, and the control plane is never behind itself', () => {
  const survey = fold(
    [
      podMeta({
        namespace: 'linkerd',
        ownerName: 'linkerd-identity',
        component: 'identity',
        proxyVersion: 'stable-2.13.7',
      }),
      podMeta({ namespace: 'linkerd-viz', ownerName: 'tap', proxyVersion: 'stable-2.13.7' }),
      podMeta({ namespace: 'mc', ownerName: 'gateway', extension: 'multicluster' }),
      podMeta(),
    ],
    { namespaces: [namespaceMeta({ name: 'linkerd-viz', extension: 'viz' })] },
  );
  expect(survey.rows.map((row) => [row.name, row.role, row.extension])).toEqual([
    ['linkerd-identity', 'control-plane', ''],
    ['tap', 'extension', 'viz'],
    ['gateway', 'extension', 'multicluster'],
    ['web', 'data-plane', ''],
  ]);
  expect(survey.totals).toMatchObject({ controlPlane: 1, extension: 2, dataPlane: 1, behind: 1 });
});

test('each proxy is compared with its own control plane, and the one with the most pods comes first', () => {
  const survey = fold(
    [
      podMeta({ meshOf: 'linkerd' }),
      podMeta({ meshOf: 'linkerd-b', ownerName: 'b' }),
      podMeta({ meshOf: 'linkerd-b', ownerName: 'b' }),
      podMeta({ meshOf: 'gone', ownerName: 'c' }),
    ],
    {
      controlPlanes: [
        controlPlaneMeta(),
        controlPlaneMeta({ namespace: 'linkerd-b', version: 'edge-24.8.2' }),
      ],
    },
  );
  expect(survey.controlPlane?.namespace).toBe('linkerd-b');
  expect(survey.rows.map((row) => `${row.name} ${row.skew}`)).toEqual(['b old', 'c unknown', 'web current']);
});

test('a cluster without a mesh gives an empty survey', () => {
  const survey = fold([unmeshedPod()], { controlPlanes: [] });
  expect(survey).toMatchObject({ controlPlane: undefined, rows: [], bare: [], unmeshed: [], versions: [] });
  expect(survey.totals).toMatchObject({ pods: 1, meshed: 0 });
});

test('names that are also properties of every object are names like others', () => {
  const names = ['__proto__', 'constructor', 'toString'];
  const survey = fold(names.map((name) => podMeta({ namespace: name, ownerName: name, proxyVersion: name })));
  expect(survey.rows.map((row) => row.name)).toEqual(['__proto__', 'constructor', 'toString']);
  expect(survey.totals.pods).toBe(3);
});

test('the order of the pods makes no difference', () => {
  const pods = [
    podMeta({ proxyVersion: 'stable-2.13.7' }),
    podMeta({ ownerName: 'api' }),
    unmeshedPod({ inject: 'enabled' }),
    podMeta({ ownerKind: 'Pod', ownerName: 'x', name: 'x' }),
    podMeta({ namespace: 'a', trustRoot: 'r' }),
  ];
  expect(fold([...pods].reverse())).toEqual(fold(pods));
});
