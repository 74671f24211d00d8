/** Each way to see that a change touches a cluster, on small clusters that have it and such that have not. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { evaluateNotices, partsFor } from '../../../src/diagnosis/notices/evaluate.ts';
import type { NoticeSpec } from '../../../src/diagnosis/notices/model.ts';
import { impactTexts } from '../../../src/diagnosis/notices/words.ts';
import { readSnapshot } from '../../../src/diagnosis/read-snapshot.ts';
import type { Snapshot, SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { noticeSchema } from '../../../src/steps/notice/schema.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';
import { config, meshedPod, namespace, service, thing } from '../mesh-objects.ts';

const spec = (find: string): NoticeSpec => noticeSchema.spec.parse({ id: '2.11-test', find: parse(find) });

function outcomeOf(find: string, snapshot: Snapshot) {
  const notice = { ...spec(find), line: '2.11', title: 'A change', text: '', file: 'a.md', step: 'a' };
  return evaluateNotices(snapshot, [notice])[0]!;
}

/** `Kind namespace/name: path = value` of what is touched, or what came of it. */
function seen(find: string, objects: readonly SnapshotObject[], rest: Partial<Snapshot> = {}) {
  const { outcome } = outcomeOf(find, snapshotOf(objects, rest));
  return outcome.type === 'touched'
    ? outcome.objects.map(
        ({ subject, evidence }) =>
          `${subject.kind} ${subject.namespace ?? ''}/${subject.name}: ${evidence.path ?? ''} = ${evidence.value}`,
      )
    : outcome.type;
}

const inject = 'metadata.annotations["linkerd.io/inject"]';

describe('objects', () => {
  const database = service('db', [{ port: 5432 }, { port: 9000 }]);
  const objects = [
    service('web', [{ name: 'http', port: 80 }]),
    database,
    {
      ...database,
      metadata: {
        ...database.metadata,
        name: 'opaque',
        annotations: { 'config.linkerd.io/opaque-ports': '5432' },
      },
    },
    service('db', [{ port: 3306 }], 'other'),
    thing('NetworkPolicy', 'one', { podSelector: { matchLabels: { app: 'web' } } }),
    thing('NetworkPolicy', 'none', { podSelector: { matchLabels: { app: 'elsewhere' } } }),
  ];

  test.each([
    ['- {objects: services, names: [w*]}', ['Service shop/web:  = is there']],
    ['- {objects: services, names: [nobody]}', 'not-here'],
    ['- {objects: services, namespace: other}', ['Service other/db:  = is there']],
    [
      '- {objects: services, where: [{path: "spec.ports[*].port", in: [5432, 3306]}, {path: \'metadata.annotations["config.linkerd.io/opaque-ports"]\', exists: false}]}',
      ['Service other/db: spec.ports[0].port = 3306', 'Service shop/db: spec.ports[0].port = 5432'],
    ],
    [
      '- {objects: services, namespace: shop, where: [{path: spec.ports.port, is: 9000}, {path: spec.ports.name, exists: false}], show: metadata.name}',
      ['Service shop/db: metadata.name = db', 'Service shop/opaque: metadata.name = opaque'],
    ],
    [
      '- {objects: services, where: [{path: spec.ports.port, notIn: [80, 5432, 9000]}]}',
      ['Service other/db: spec.ports[0].port = 3306'],
    ],
    ['- {objects: services, where: [{path: spec.ports.name, isNot: http}], names: [web]}', 'not-here'],
    [
      '- {objects: services, where: [{path: spec.ports.name, matches: "^h.*p$"}]}',
      ['Service shop/web: spec.ports[0].name = http'],
    ],
    [
      '- {objects: services, where: [{path: spec.ports.port, range: "<100"}]}',
      ['Service shop/web: spec.ports[0].port = 80'],
    ],
    ['- {objects: services, where: [{path: spec, is: 80}]}', 'not-here'],
    ['- {objects: grpcRoutes, names: [a, b], missing: true}', ['GRPCRoute /a, b:  = not found']],
    ['- {objects: services, names: [web, gone], missing: true}', 'not-here'],
    ['- {objects: secrets}\n- {objects: services, names: [web]}', ['Service shop/web:  = is there']],
    ['- {objects: networkPolicies, meshed: true}', 'not-here'],
  ])('%s', (find, wanted) => expect(seen(find, objects)).toEqual(wanted));

  test('labels are exact, or whatever they are', () => {
    const labelled = (name: string, labels: Record<string, string>) => namespace(name, {}, labels);
    const objects = [labelled('a', { x: '1' }), labelled('b', { x: '' }), labelled('c', {})];
    expect(seen('- {objects: namespaces, labels: {x: 1}}', objects)).toEqual(['Namespace /a:  = is there']);
    expect(seen('- {objects: namespaces, labels: {x: "*"}}', objects)).toHaveLength(2);
  });

  test('$control-plane is wherever one is', () => {
    const objects = [config('stable-2.14.10'), service('a', [], 'linkerd'), service('b', [], 'shop')];
    expect(seen('- {objects: services, namespace: $control-plane}', objects)).toEqual([
      'Service linkerd/a:  = is there',
    ]);
  });

  test('twenty are named, and all are counted', () => {
    const objects = Array.from({ length: 45 }, (_, index) => service(`s${index}`));
    const result = outcomeOf('- objects: services', snapshotOf(objects));
    expect(result.outcome).toMatchObject({ type: 'touched', count: 45 });
    expect(result.outcome).toHaveProperty('objects.length', 20);
    expect(impactTexts([result])).toContain('- and 25 more');
  });
});

describe('what is meshed', () => {
  const own = meshedPod('linkerd-identity-1', {
    labels: { 'linkerd.io/control-plane-component': 'identity' },
  });
  const ingress = meshedPod('web-2', { annotations: { 'linkerd.io/inject': 'ingress' } });
  const bare = thing('Pod', 'bare', { containers: [] }, { 'linkerd.io/inject': 'ingress' });
  const pods = [meshedPod('web-1'), ingress, own, bare];

  test('pods stand for their workload, once, with the pod that shows it', () => {
    const where = `where: [{path: '${inject}', is: ingress}]`;
    expect(seen(`- {meshed: true, ${where}}`, pods)).toEqual([`Deployment shop/web: ${inject} = ingress`]);
    expect(seen('- meshed: true', pods)).toEqual(['Deployment shop/web:  = is there']);
  });

  test('those of Linkerd itself are asked for by their labels', () => {
    expect(
      seen('- {meshed: true, labels: {linkerd.io/control-plane-component: identity}}', pods),
    ).toHaveLength(1);
  });

  test('Services, NetworkPolicies and namespaces that have to do with them', () => {
    const objects = [
      ...pods,
      namespace('shop'),
      namespace('other'),
      service('web'),
      service('nobody'),
      { ...service('headless'), spec: { ports: [] } },
      thing('NetworkPolicy', 'all', { podSelector: {} }),
      thing('NetworkPolicy', 'elsewhere', { podSelector: {} }, {}, 'other'),
    ];
    expect(seen('- {objects: services, meshed: true}', objects)).toEqual(['Service shop/web:  = is there']);
    expect(seen('- {objects: networkPolicies, meshed: true}', objects)).toEqual([
      'NetworkPolicy shop/all:  = is there',
    ]);
    expect(seen('- {objects: namespaces, meshed: true}', objects)).toEqual(['Namespace /shop:  = is there']);
  });

  test('a CronJob counts whose next pod will get a proxy, and no other', () => {
    const cron = (name: string, at: string, annotations = {}) =>
      thing('CronJob', name, { jobTemplate: { spec: { template: { metadata: { annotations } } } } }, {}, at);
    const objects = [
      namespace('meshed', { 'linkerd.io/inject': 'enabled' }),
      namespace('plain'),
      namespace('kube-system', { 'linkerd.io/inject': 'enabled' }),
      namespace(
        'linkerd',
        { 'linkerd.io/inject': 'enabled' },
        { 'config.linkerd.io/admission-webhooks': 'disabled' },
      ),
      cron('a', 'meshed'),
      cron('out', 'meshed', { 'linkerd.io/inject': 'disabled' }),
      cron('b', 'plain', { 'linkerd.io/inject': 'enabled' }),
      cron('c', 'plain'),
      cron('d', 'kube-system'),
      cron('e', 'linkerd'),
    ];
    expect(seen('- {objects: cronJobs, meshed: true}', objects)).toEqual([
      'CronJob meshed/a:  = is there',
      'CronJob plain/b:  = is there',
    ]);
  });
});

describe('values', () => {
  const installation = (
    kind: string,
    name: string,
    values: unknown,
    chart = 'linkerd-control-plane',
  ): SnapshotObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'linkerd' },
    chart: { name: chart, version: '1.16.11', appVersion: 'stable-2.14.10' },
    values,
  });
  const helm = installation('HelmRelease', 'mesh', {
    proxy: { cores: 2, image: { version: 'stable-2.14.9' }, nativeSidecar: false },
    global: { proxy: {} },
    prometheus: [{ url: 'x' }],
  });
  test.each([
    ['- values: [proxy.cores]', ['HelmRelease linkerd/mesh: values.proxy.cores = 2']],
    ['- values: [proxy.image]', ['HelmRelease linkerd/mesh: values.proxy.image.version = stable-2.14.9']],
    ['- values: ["proxy.*"]', ['HelmRelease linkerd/mesh: values.proxy.cores = 2']],
    ['- values: [prometheus]', ['HelmRelease linkerd/mesh: values.prometheus[0].url = x']],
    ['- values: ["global.*"]', 'not-here'],
    ['- values: [nothing, proxy.cores.deeper]', 'not-here'],
    [
      '- {values: [proxy.nativeSidecar], is: "false"}',
      ['HelmRelease linkerd/mesh: values.proxy.nativeSidecar = false'],
    ],
    ['- {values: [proxy.cores], isNot: 2}', 'not-here'],
    ['- {values: [proxy.cores], where: [{path: kind, is: Secret}]}', 'not-here'],
    [
      '- {objects: installations, where: [{path: chart.name, is: linkerd-control-plane}, {path: chart.version, range: "<2"}]}',
      ['HelmRelease linkerd/mesh: chart.name = linkerd-control-plane'],
    ],
  ])('%s', (find, wanted) => expect(seen(find, [helm])).toEqual(wanted));
});

describe('what is about the whole cluster', () => {
  test.each([
    ['<1.31', 'v1.30.9-eks-1234', ['Kubernetes /v1.30.9-eks-1234: gitVersion = v1.30.9-eks-1234']],
    ['<1.31', 'v1.31.0+k3s1', 'not-here'],
    ['>=1.29 <1.31', 'v1.36.2', 'not-here'],
  ])('Kubernetes %s on %s', (range, version, wanted) => {
    expect(
      seen(`- kubernetes: "${range}"`, [], { serverVersion: { state: 'read', value: version } }),
    ).toEqual(wanted);
  });

  test('an extension is known by the label of its namespace, and by its name', () => {
    const label = { 'linkerd.io/extension': 'jaeger' };
    expect(seen('- extension: jaeger', [namespace('tracing', {}, label)])).toHaveLength(1);
    expect(seen('- extension: jaeger', [namespace('linkerd-jaeger')])).toHaveLength(1);
    expect(
      seen('- extension: jaeger', [namespace('linkerd-viz', {}, { 'linkerd.io/extension': 'viz' })]),
    ).toBe('not-here');
  });

  test('a finding gives its objects and proofs', () => {
    const found = seen('- finding: crd-missing', [config('stable-2.14.10')]);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^CustomResourceDefinition \/servers\.policy\.linkerd\.io: /),
      ]),
    );
    const find = '- finding: overrides-missing';
    expect(seen(find, [config('stable-2.14.10')])).toBe('not-here');
    expect(
      outcomeOf(find, snapshotOf([], { objects: { secrets: denied() } as never })).outcome,
    ).toMatchObject({
      type: 'not-checked',
      unseen: [{ part: 'secrets', why: 'denied' }],
    });
  });
});

describe('what could not be read', () => {
  const unread = (part: string) => ({ objects: { [part]: denied() } }) as never;
  test.each([
    ['- objects: services', 'services'],
    ['- {objects: services, meshed: true}', 'pods'],
    ['- {objects: services, names: [a], missing: true}', 'services'],
    ['- values: [a]', 'installations'],
    ['- extension: jaeger', 'namespaces'],
    ['- {objects: services, namespace: $control-plane}', 'configMaps'],
  ])('%s says that %s was not', (find, part) => {
    const result = outcomeOf(find, snapshotOf([], unread(part)));
    expect(result.outcome).toMatchObject({ type: 'not-checked', unseen: [{ part, why: 'denied' }] });
    expect(impactTexts([result]).join('\n')).toContain('could not be looked at: You may not list it.');
  });

  test('another way that saw something counts, and what was not seen is said with it', () => {
    const find = '- {objects: services}\n- {objects: pods}';
    const result = outcomeOf(find, snapshotOf([service('web')], unread('pods')));
    expect(result.outcome).toMatchObject({ type: 'touched', count: 1, unseen: [{ part: 'pods' }] });
  });

  test('the version of Kubernetes, too', () => {
    const serverVersion = denied('The server said nothing.');
    expect(outcomeOf('- kubernetes: "<1.31"', snapshotOf([], { serverVersion })).outcome.type).toBe(
      'not-checked',
    );
  });

  test('what the cluster does not have is not there, and that was seen', () => {
    const absent = { state: 'unread', why: 'absent', message: 'No such resource.' } as const;
    const snapshot = snapshotOf([], { objects: { podSecurityPolicies: absent } as never });
    expect(outcomeOf('- objects: podSecurityPolicies', snapshot).outcome.type).toBe('not-here');
  });
});

test('a file of an earlier Handrail is looked at as far as it goes', () => {
  const { objects, ...rest } = snapshotOf([service('web')]);
  const { installations: _, cronJobs: __, ...earlier } = objects;
  const reading = readSnapshot(JSON.stringify({ ...rest, objects: earlier }));
  if (!reading.ok) throw new Error(reading.why);
  expect(outcomeOf('- objects: services', reading.snapshot).outcome.type).toBe('touched');
  expect(outcomeOf('- values: [a]', reading.snapshot).outcome).toMatchObject({
    type: 'not-checked',
    unseen: [{ part: 'installations', message: 'The file has nothing of it.' }],
  });
});

test('nothing that can be seen is acknowledged by a person', () => {
  expect(outcomeOf('[]', snapshotOf([])).outcome).toEqual({ type: 'to-acknowledge' });
});

test('hostile values are one line without controls, and no secrets', () => {
  const evil = `a\u001b]0;owned\u0007\n\u202e- b ${'x'.repeat(2000)} password=hunter22222`;
  const pod = meshedPod('web-1', { annotations: { 'linkerd.io/inject': evil } });
  const [line] = seen(`- {meshed: true, where: [{path: '${inject}', exists: true}]}`, [pod]) as string[];
  expect(line).not.toMatch(/[\u0000-\u001f\u202e]/);
  expect(line!.length).toBeLessThan(500);
  const secret = thing('Service', 's', { note: 'token: abcdefgh12345678' });
  expect(seen('- {objects: services, show: spec.note}', [secret])).toEqual([
    'Service shop/s: spec.note = token: ***',
  ]);
});

test('a notice by itself asks for the parts that it needs, and a finding for all', () => {
  expect(partsFor(spec('- {objects: services, meshed: true}'))).toEqual(['namespaces', 'pods', 'services']);
  expect(partsFor(spec('- {objects: cronJobs, namespace: $control-plane}\n- kubernetes: "<1"'))).toEqual([
    'pods',
    'configMaps',
    'cronJobs',
  ]);
  expect(partsFor(spec('- finding: crd-missing'))).toBeUndefined();
});
