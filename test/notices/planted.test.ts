/** Each notice that can be seen names what was planted for it, exactly, and nothing on a cluster that is well. */
import { describe, expect, it } from 'vitest';
import { customMask } from '../../src/cluster/evidence/keep-cluster.ts';
import { createKeep } from '../../src/cluster/evidence/mask.ts';
import {
  type CustomPart,
  customMasks,
  customParts,
  type PlainPart,
  plainParts,
} from '../../src/cluster/evidence/parts.ts';
import { evaluateNotices } from '../../src/diagnosis/notices/evaluate.ts';
import type { Notice, Outcome } from '../../src/diagnosis/notices/model.ts';
import type { Snapshot, SnapshotObject } from '../../src/diagnosis/snapshot.ts';
import { config, namespace, service } from '../diagnosis/mesh-objects.ts';
import { partOfKind, snapshotOf } from '../helpers/snapshot.ts';
import { bundledNotices } from './notices.ts';
import { plants } from './plants/all.ts';
import { crd, GATEWAY, type Plant, pod } from './plants/make.ts';

const notices = await bundledNotices();
const isFinding = ({ find }: Pick<Notice, 'find'>) => find.every(({ type }) => type === 'finding');
const seen = notices.filter((notice) => notice.find.length > 0 && !isFinding(notice));
const byId = new Map(seen.map((notice) => [notice.id, notice]));

/** A small mesh that no notice touches, but what every mesh of its time has. */
const well: readonly SnapshotObject[] = [
  config('stable-2.14.10'),
  namespace('shop', { 'linkerd.io/inject': 'enabled' }),
  namespace('linkerd'),
  ...['kube-system', 'cert-manager', 'monitoring'].map((name) => namespace(name)),
  pod('web'),
  { ...service('web'), spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } },
  {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1' },
    spec: { podCIDRs: ['10.0.0.0/24'], providerID: 'kind://docker/kind/node-1' },
    status: {
      nodeInfo: {
        containerRuntimeVersion: 'containerd://2.1.4',
        kernelVersion: '6.12.0',
        architecture: 'amd64',
      },
    },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'kubernetes', namespace: 'default' },
    ports: [{ name: 'https', port: 6443 }],
  },
  {
    apiVersion: 'v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'linkerd-proxy-injector-webhook-config' },
    webhooks: [{ name: 'linkerd-proxy-injector.linkerd.io', timeoutSeconds: 10 }],
  },
  crd('authorizationpolicies.policy.linkerd.io', { v1alpha1: true }),
  crd(
    'httproutes.policy.linkerd.io',
    { v1beta3: true },
    {},
    { labels: { 'linkerd.io/control-plane-ns': 'linkerd' } },
  ),
  ...['httproutes', 'grpcroutes'].map((route) =>
    crd(
      `${route}.${GATEWAY}`,
      { v1: true, v1beta1: true, v1alpha2: true },
      {
        'linkerd.io/created-by': 'linkerd/cli edge-25.4.4',
        [`${GATEWAY}/bundle-version`]: 'v1.1.1',
      },
    ),
  ),
];

const keep = createKeep();

/** As the collector gives it: with the fields that it keeps, and undefined where it does not ask for such an object. */
function collected(object: SnapshotObject): SnapshotObject {
  const part = partOfKind[object.kind]!;
  if (part === 'installations') return object;
  const mask = Object.hasOwn(customParts, part)
    ? (customMasks[part as CustomPart] ?? customMask)
    : plainParts[part as PlainPart].find(({ fieldSelector, labelSelector }) => {
        if (fieldSelector?.startsWith('metadata.name='))
          return fieldSelector === `metadata.name=${object.metadata.name}`;
        return fieldSelector === undefined ? labelSelector === undefined : !fieldSelector.startsWith('type=');
      })?.mask;
  if (mask === undefined) throw new Error(`${object.kind} ${object.metadata.name} is never collected`);
  const { apiVersion, kind } = object;
  return { apiVersion, kind, ...(keep(object, mask) as object) } as SnapshotObject;
}

function clusterOf(
  objects: readonly SnapshotObject[],
  without: readonly string[],
  server = 'v1.31.4',
): Snapshot {
  const left = well.filter(({ metadata }) => !without.includes(metadata.name));
  return snapshotOf([...left, ...objects].map(collected), {
    serverVersion: { state: 'read', value: server },
  });
}

const outcomeOf = (notice: Notice, snapshot: Snapshot): Outcome =>
  evaluateNotices(snapshot, [notice])[0]!.outcome;

/** What is touched, as a line for each: `Service shop/db spec.ports[1].port=5432`. */
function named(outcome: Outcome): readonly string[] {
  if (outcome.type === 'not-here') return [];
  if (outcome.type !== 'touched') return [outcome.type];
  return outcome.objects.map(({ subject: { kind, namespace: at, name }, evidence }) => {
    const place = 'path' in evidence && evidence.path !== undefined ? `${evidence.path}=` : '';
    return `${kind} ${at === undefined ? '' : `${at}/`}${name} ${place}${'value' in evidence ? evidence.value : ''}`;
  });
}

const planted = ({ objects = [], without = [], wellWithout = [], kubernetes }: Plant) =>
  clusterOf(objects, [...without, ...wellWithout], kubernetes?.[0]);

it('every notice that can be seen has something planted for it, and every plant a notice', () => {
  expect(Object.keys(plants).toSorted()).toEqual(seen.map(({ id }) => id).toSorted());
});

describe.each(Object.entries(plants))('%s', (id, all) => {
  it.each(all)('names $names', (plant) => {
    expect(named(outcomeOf(byId.get(id)!, planted(plant)))).toEqual(plant.names);
  });

  it('names nothing on a cluster that is well', () => {
    for (const { wellWithout = [], kubernetes } of all) {
      expect(named(outcomeOf(byId.get(id)!, clusterOf([], wellWithout, kubernetes?.[1])))).toEqual([]);
    }
  });

  it('has a plant for each way to see it', () => {
    const notice = byId.get(id)!;
    const blind = notice.find.flatMap((probe, index) =>
      probe.type === 'finding' ||
      all.some((plant) => outcomeOf({ ...notice, find: [probe] }, planted(plant)).type === 'touched')
        ? []
        : [index],
    );
    expect(blind).toEqual([]);
  });
});
