/** How detectors look at a snapshot: by name and namespace, with what the rooms below make of it. */
import { describe, expect, test } from 'vitest';
import type { SnapshotObject } from '../../src/diagnosis/snapshot.ts';
import { createView } from '../../src/diagnosis/view.ts';
import { denied, snapshotOf, takenAt } from '../helpers/snapshot.ts';

const pod = (namespace: string, name: string, more: Partial<SnapshotObject> = {}): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace,
    uid: `${namespace}-${name}`,
    labels: { 'linkerd.io/control-plane-ns': 'linkerd', 'linkerd.io/proxy-deployment': name },
    annotations: { 'linkerd.io/proxy-version': 'stable-2.13.7' },
  },
  status: { phase: 'Running' },
  ...more,
});
const config = (version: string, namespace = 'linkerd'): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'linkerd-config', namespace },
  data: { values: `linkerdVersion: ${version}\nwebhookFailurePolicy: Fail\n` },
});

test('objects are found by part, namespace and name', () => {
  const view = createView(snapshotOf([pod('shop', 'web'), pod('shop', 'api'), pod('blog', 'web')]));
  expect(view.now).toBe(Date.parse(takenAt));
  expect(view.objects('pods')).toHaveLength(3);
  expect(view.objects('pods', 'shop').map(({ metadata }) => metadata.name)).toEqual(['web', 'api']);
  expect(view.objects('pods', 'nowhere')).toEqual([]);
  expect(view.object('pods', 'blog', 'web')?.metadata.namespace).toBe('blog');
  expect(view.object('pods', 'blog', 'api')).toBeUndefined();
});

test('what was not read is said, and what the cluster does not have counts as read', () => {
  const view = createView(
    snapshotOf([], {
      objects: {
        secrets: denied('no secrets'),
        links: { state: 'unread', why: 'absent', message: 'none' },
      },
    }),
  );
  expect(view.unread('secrets')).toMatchObject({ why: 'denied', message: 'no secrets' });
  expect(view.objects('secrets')).toEqual([]);
  expect(view.unread('links')).toBeUndefined();
  expect(view.unread('pods')).toBeUndefined();
  expect(view.fact('serverVersion')).toBe('v1.36.2');
  expect(view.fact('linkerdCli')).toBeUndefined();
});

describe('control planes', () => {
  test('are where their configuration is, with its values', () => {
    const [plane, ...others] = createView(snapshotOf([config('stable-2.14.10')])).controlPlanes;
    expect(others).toEqual([]);
    expect(plane).toMatchObject({
      namespace: 'linkerd',
      line: 14,
      meta: { version: 'stable-2.14.10', state: 'found' },
      config: { failurePolicy: 'Fail' },
      values: { webhookFailurePolicy: 'Fail' },
    });
  });

  test('of edge releases have the line that they belong to', () => {
    expect(createView(snapshotOf([config('edge-24.11.8')])).controlPlanes[0]?.line).toBe(17);
    expect(createView(snapshotOf([config('dev-1234')])).controlPlanes[0]?.line).toBeUndefined();
  });

  test('that pods name and that are not there are missing; unseen where that may not be seen', () => {
    const gone = createView(snapshotOf([pod('shop', 'web')])).controlPlanes;
    expect(gone.map(({ namespace, meta }) => [namespace, meta.state])).toEqual([['linkerd', 'missing']]);
    const [hidden] = createView(
      snapshotOf([pod('shop', 'web')], { objects: { configMaps: denied() } }),
    ).controlPlanes;
    expect(hidden?.meta.state).toBe('unseen');
  });

  test('whose values are no YAML have none', () => {
    const broken = { ...config('x'), data: { values: '{{{{' } };
    expect(createView(snapshotOf([broken])).controlPlanes[0]).toMatchObject({
      values: {},
      config: undefined,
    });
  });

  test('there may be two of', () => {
    const view = createView(snapshotOf([config('stable-2.14.10'), config('stable-2.13.7', 'other')]));
    expect(view.controlPlanes.map(({ namespace }) => namespace).sort()).toEqual(['linkerd', 'other']);
  });
});

test('the survey leaves out pods that are over, and knows who is on the host network', () => {
  const view = createView(
    snapshotOf([
      config('stable-2.14.10'),
      pod('shop', 'web'),
      pod('shop', 'done', { status: { phase: 'Succeeded' } }),
    ]),
  );
  expect(view.survey.completed).toBe(1);
  expect(view.survey.rows.map(({ name, skew }) => [name, skew])).toEqual([['web', 'supported']]);
});

test('rollouts have their phase at the time of the snapshot', () => {
  const deployment: SnapshotObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', uid: 'd', generation: 1 },
    spec: { replicas: 1, selector: { matchLabels: { app: 'web' } } },
    status: {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
    },
  };
  const [rollout] = createView(snapshotOf([deployment])).rollouts;
  expect(rollout).toMatchObject({ ref: { kind: 'Deployment', name: 'web' }, phase: 'DONE' });
});

test('nothing is computed twice', () => {
  const view = createView(snapshotOf([config('stable-2.14.10')]));
  expect(view.survey).toBe(view.survey);
  expect(view.controlPlanes).toBe(view.controlPlanes);
  expect(view.rollouts).toBe(view.rollouts);
});
