/** What a list of connections lacks where part of the cluster cannot be seen. */
import { expect, test } from 'vitest';
import { unreadRemarks } from '../../src/commands/netpol/read-cluster.ts';
import { denied, snapshotOf } from '../helpers/snapshot.ts';

test('nothing, where everything was read, the cluster has no such kind, or nobody asked', () => {
  const absent = { state: 'unread', why: 'absent', message: 'No such resource.' } as const;
  const skipped = { state: 'unread', why: 'skipped', message: 'It was not asked for.' } as const;
  expect(unreadRemarks(snapshotOf([]))).toEqual([]);
  expect(unreadRemarks(snapshotOf([], { objects: { foreignPolicies: absent, services: skipped } }))).toEqual(
    [],
  );
});

test('each part with the permission that it needs, and what is missing without it', () => {
  const needs = (what: string) => denied(`It needs the permission to list ${what} in all namespaces.`);
  const objects = { namespaces: needs('namespaces'), replicaSets: needs('replicasets') };
  expect(unreadRemarks(snapshotOf([], { objects }))).toEqual([
    'It needs the permission to list namespaces in all namespaces; without it rules that select namespaces by labels other than their name count for nothing in a list',
    'It needs the permission to list replicasets in all namespaces; without it pods are those of their ReplicaSet, not of its Deployment',
  ]);
});
