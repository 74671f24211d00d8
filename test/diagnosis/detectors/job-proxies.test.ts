import { expect, test } from 'vitest';
import { jobProxyDetector } from '../../../src/diagnosis/detectors/job-proxies.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';
import { config, meshedPod } from '../mesh-objects.ts';

const running = { running: { startedAt: '2026-06-01T10:00:00Z' } };
const ended = { terminated: { exitCode: 0, finishedAt: '2026-06-01T11:00:00Z' } };
function job(state: object, { kind = 'Job', native = false, annotations = {} } = {}): SnapshotObject {
  const pod = meshedPod('report-1', { native, annotations, labels: { 'linkerd.io/proxy-deployment': '' } });
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ownerReferences: [{ apiVersion: 'batch/v1', kind, name: 'report', uid: 'job', controller: true }],
    },
    status: {
      phase: 'Running',
      containerStatuses: [
        { name: 'linkerd-proxy', state: running },
        { name: 'web', state },
      ],
    },
  };
}
const look = (objects: readonly SnapshotObject[]) =>
  diagnose(snapshotOf(objects), [jobProxyDetector]).findings;

test('a Job is done and its proxy runs on: since 2.16 it ends for nobody', () => {
  expect(look([config('edge-24.8.2'), job(ended)])).toMatchObject([
    {
      code: 'job-held-by-proxy',
      severity: 'warning',
      subjects: [{ kind: 'Job', namespace: 'shop', name: 'report' }],
      evidence: [{}, {}, { value: 'not set', expected: 'enabled' }],
    },
  ]);
  const told = job(ended, { annotations: { 'config.linkerd.io/proxy-admin-shutdown': 'enabled' } });
  expect(look([config('edge-24.8.2'), told])).toMatchObject([
    { causes: ['The Job does not tell its proxy that it is done'] },
  ]);
  expect(look([config('stable-2.14.10'), job(ended)])).toHaveLength(1);
});

test('it still works, has ended just now, is no Job, or its proxy ends by itself', () => {
  const now = { terminated: { exitCode: 0, finishedAt: '2026-06-01T11:58:00Z' } };
  expect(look([config('edge-24.8.2'), job(running)])).toEqual([]);
  expect(look([config('edge-24.8.2'), job(now)])).toEqual([]);
  expect(look([config('edge-24.8.2'), job(ended, { kind: 'ReplicaSet' })])).toEqual([]);
  expect(look([config('edge-24.8.2'), job(ended, { native: true })])).toEqual([]);
});

test('it cannot be told without pods', () => {
  const snapshot = snapshotOf([config('edge-24.8.2')], { objects: { pods: denied() } });
  expect(diagnose(snapshot, [jobProxyDetector]).notChecked).toMatchObject([
    { part: 'pods', codes: ['job-held-by-proxy'] },
  ]);
});
