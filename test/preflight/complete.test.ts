/** Nothing that a diagnosis finds is left out of a preflight, and permissions are asked for every step. */
import { expect, test } from 'vitest';
import { findingKinds } from '../../src/diagnosis/kinds.ts';
import { preflightChecks } from '../../src/diagnosis/preflight/all.ts';
import { neededAccess } from '../../src/diagnosis/preflight/checks/permissions.ts';
import { preflightGroupNames } from '../../src/diagnosis/preflight/model.ts';
import { createView } from '../../src/diagnosis/view.ts';
import { factsOf, knownVersions } from '../../src/linkerd/facts.ts';
import { snapshotOf } from '../helpers/snapshot.ts';
import { mesh, operator, result, well } from './world.ts';

/** Read off the output of a step that failed: there is none before an upgrade. */
const ofAStep = ['kubectl-prune-flag', 'linkerd-install-refused'];

test('each finding is the answer of one check', () => {
  const answered = preflightChecks.flatMap(({ codes = [] }) => codes);
  expect(new Set(answered).size).toBe(answered.length);
  const kinds = Object.keys(findingKinds());
  expect([...answered, ...ofAStep].sort()).toEqual(kinds.sort());
});

test('checks have names of their own, and each group has some, in its order', () => {
  const names = preflightChecks.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect([...new Set(preflightChecks.map(({ group }) => group))]).toEqual(preflightGroupNames);
});

test('all that is granted passes, for every step of the upgrade', () => {
  const wanted = neededAccess(createView(snapshotOf(mesh)));
  const access = wanted.map((one) => ({ ...one, answer: 'allowed' as const, why: '' }));
  const found = result('permissions', well, {
    operator: { ...operator, access: { state: 'read', value: access } },
  });
  expect(found.status).toBe('pass');
  expect(new Set(wanted.map(({ verb }) => verb))).toEqual(
    new Set(['list', 'get', 'create', 'patch', 'delete']),
  );
});

test.each(knownVersions)('what %s is made of is among what is asked about', (version) => {
  const asked = neededAccess(createView(snapshotOf(mesh))).map(({ resource }) => resource.split('.')[0]);
  // A PodSecurityPolicy and what belongs to tap come with parts that are not in every release.
  const others = ['podsecuritypolicies', 'apiservices', 'namespaces', 'networkpolicies'];
  for (const kind of Object.keys(factsOf(version).objects)) {
    const plural = `${kind.toLowerCase()}s`.replace(/ys$/, 'ies');
    if (!others.includes(plural)) expect(asked).toContain(plural);
  }
});
