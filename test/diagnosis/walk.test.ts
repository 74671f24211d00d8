/** The diagnosis that a walk asks for: what goes into its journal, without what the operator has put aside. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { createDiagnose } from '../../src/commands/diagnose-walk.ts';
import { targetsOf } from '../../src/diagnosis/known.ts';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';
import { addKnownFindings, knownFindingsFile } from '../../src/state/known-findings.ts';

const folder = mkdtempSync(join(tmpdir(), 'diagnose-walk-'));
const env = { PATH: '', XDG_CONFIG_HOME: folder };
const cluster = {
  context: 'practice',
  server: 'https://127.0.0.1',
  uid: 'uid-1',
  name: 'practice',
  practice: true,
};
let practice: Practice;
beforeAll(async () => {
  practice = await startPractice({ mesh: 'stable-2.14.10', speed: 100 });
  const crds = { apiVersion: 'apiextensions.k8s.io/v1', resource: 'customresourcedefinitions' };
  await practice.client.delete(crds, 'servers.policy.linkerd.io');
}, 30_000);
afterAll(async () => {
  await practice.stop();
  rmSync(folder, { recursive: true });
});

async function diagnosed(signal = new AbortController().signal) {
  const api = openClusterApi(practice.kubeconfig, {});
  onTestFinished(() => api.close());
  return createDiagnose()({ api, cluster, walk: { target: 'stable-2.14.10' }, env, signal });
}

test('it has the findings, and says what was not looked for', async () => {
  const record = await diagnosed();
  expect(record.findings.map(({ code }) => code)).toContain('crd-missing');
  expect(record).toMatchObject({ more: 0, suppressed: 0 });
  expect(record.checked).toBeGreaterThan(20);
  // It goes into a journal: plain data.
  expect(JSON.parse(JSON.stringify(record))).toEqual(record);
});

test('what the operator knows of is counted, and no more', async () => {
  const before = await diagnosed();
  const missing = before.findings.find(({ code }) => code === 'crd-missing')!;
  const now = Date.now();
  const more = targetsOf(missing).map((target) => ({
    ...target,
    cluster: cluster.uid,
    reason: 'known',
    until: new Date(now + 60_000).toISOString(),
    by: 'eve',
    at: new Date(now).toISOString(),
  }));
  await addKnownFindings(knownFindingsFile(env), more, now);
  const after = await diagnosed();
  expect(after.suppressed).toBe(1);
  expect(after.findings.map(({ code }) => code)).not.toContain('crd-missing');
});

test('a walk that goes on is not kept waiting', async () => {
  const end = new AbortController();
  const reading = diagnosed(end.signal);
  end.abort(new Error('retried'));
  await expect(reading).rejects.toThrow('retried');
});
