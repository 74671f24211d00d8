/** False alarms: on a healthy cluster of any release, highly available or not, nothing is found. */
import { expect, test } from 'vitest';
import { collectSnapshot } from '../../src/cluster/evidence/collect-snapshot.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Snapshot } from '../../src/diagnosis/snapshot.ts';
import { factsOf, knownVersions } from '../../src/linkerd/facts.ts';
import { startPractice } from '../../src/practice/start-practice.ts';

/** As they are on the machine of an operator who has just upgraded to this. */
const tools = (version: string): Pick<Snapshot, 'linkerdCli' | 'kubectlCli' | 'helmCli'> => ({
  linkerdCli: { state: 'read', value: version },
  kubectlCli: { state: 'read', value: 'v1.35.2' },
  helmCli: { state: 'read', value: 'v4.1.4' },
});

async function snapshotsOf(mesh: string, ha: boolean) {
  const practice = await startPractice({ mesh, ha, speed: 200 });
  const collected = async (kubeconfig: string) => {
    const api = openClusterApi(kubeconfig, {});
    try {
      return await collectSnapshot(api, {
        cluster: { name: 'practice', server: practice.url, uid: 'uid', practice: true },
        tools: Promise.resolve(tools(mesh)),
        signal: new AbortController().signal,
      });
    } finally {
      api.close();
    }
  };
  try {
    return { all: await collected(practice.kubeconfig), seen: await collected(practice.viewerKubeconfig) };
  } finally {
    await practice.stop();
  }
}

const worrying = (snapshot: Snapshot) =>
  diagnose(snapshot)
    .findings.filter(({ severity }) => severity !== 'info')
    .map(({ code, title, evidence }) => ({ code, title, evidence }));

// Early 2.9 is not healthy as it comes: the next upgrade would prune its stored overrides.
const clusters = knownVersions
  .filter((mesh) => !factsOf(mesh).bareOverrides)
  .flatMap((mesh) => [
    { mesh, ha: false },
    { mesh, ha: true },
  ]);

test('early 2.9 is told that its stored overrides would be pruned', async () => {
  const { all } = await snapshotsOf('stable-2.9.2', false);
  expect(worrying(all)).toMatchObject([{ code: 'overrides-unlabelled' }]);
}, 30_000);

test.each(clusters)(
  'nothing is found on $mesh, highly available: $ha',
  async ({ mesh, ha }) => {
    const { all, seen } = await snapshotsOf(mesh, ha);
    expect(diagnose(all).notChecked).toEqual([]);
    expect(worrying(all)).toEqual([]);
    // What may not be seen is no reason to worry either.
    expect(worrying(seen)).toEqual([]);
    // Upgrading to what is there already is nothing out of the ordinary.
    expect(worrying({ ...all, walk: { target: mesh } })).toEqual([]);
  },
  30_000,
);

test('nothing is found where there is no Linkerd', async () => {
  const practice = await startPractice({ mesh: 'none', speed: 200 });
  const api = openClusterApi(practice.kubeconfig, {});
  try {
    const snapshot = await collectSnapshot(api, {
      cluster: { name: 'practice', server: practice.url, uid: 'uid', practice: true },
      signal: new AbortController().signal,
    });
    expect(worrying(snapshot)).toEqual([]);
  } finally {
    api.close();
    await practice.stop();
  }
});
