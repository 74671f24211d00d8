/** False alarms in the middle of upgrades: hop by hop, nothing is found but what is true and as it should be. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectSnapshot } from '../../src/cluster/evidence/collect-snapshot.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { knownVersions } from '../../src/linkerd/facts.ts';
import { practiceWithKubectl } from '../linkerd-cli/helpers.ts';

const START = 'stable-2.12.6';
const hops = knownVersions.slice(knownVersions.indexOf(START) + 1);
/** True while the data plane and the extension have not had their turn. */
const leftBehind = ['data-plane-behind', 'viz-behind'];

let cluster: Awaited<ReturnType<typeof practiceWithKubectl>>;
beforeAll(async () => {
  cluster = await practiceWithKubectl({ mesh: START, speed: 300 });
}, 60_000);
afterAll(() => cluster.stop());

const apply = async (...argv: readonly string[]): Promise<void> => {
  const [version = '', ...rest] = argv;
  const { code, err } = await cluster.kubectl(
    ['apply', '-f', '-'],
    (await cluster.linkerd(version, rest)).out,
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
};

/** What is at least a warning, but for `allowed`. */
async function alarms(target: string, allowed: readonly string[] = []) {
  const api = openClusterApi(cluster.practice.kubeconfig, {});
  try {
    const snapshot = await collectSnapshot(api, {
      cluster: { name: 'practice', server: cluster.practice.url, uid: 'uid', practice: true },
      tools: Promise.resolve({
        linkerdCli: { state: 'read', value: target },
        kubectlCli: { state: 'read', value: 'v1.35.2' },
        helmCli: { state: 'unread', why: 'absent', message: 'There is none.' },
      }),
      walk: { target },
      signal: new AbortController().signal,
    });
    return diagnose(snapshot)
      .findings.filter(({ severity, code }) => severity !== 'info' && !allowed.includes(code))
      .map(({ code, title, evidence }) => ({ code, title, evidence }));
  } finally {
    api.close();
  }
}

async function restartEverything(): Promise<void> {
  const { client } = cluster.practice;
  const apps = (resource: string, namespace?: string) => ({
    apiVersion: 'apps/v1',
    resource,
    ...(namespace === undefined ? {} : { namespace }),
  });
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
  for (const resource of ['deployments', 'statefulsets', 'daemonsets']) {
    for (const { metadata } of (await client.list(apps(resource))).items) {
      await client.patch(apps(resource, metadata.namespace), metadata.name, 'merge', {
        spec: { template: { metadata: { annotations } } },
      });
    }
  }
}

test.each(hops)(
  'on the way to %s',
  async (version) => {
    await apply(version, 'upgrade', '--crds');
    expect(await alarms(version)).toEqual([]);
    await apply(version, 'upgrade');
    // In the middle of its rollout.
    expect(await alarms(version, leftBehind)).toEqual([]);
    await expect.poll(() => alarms(version, leftBehind), { timeout: 20_000 }).toEqual([]);
    await apply(version, 'viz', 'install');
    await restartEverything();
    expect(await alarms(version, leftBehind)).toEqual([]);
    await expect.poll(() => alarms(version), { timeout: 30_000 }).toEqual([]);
  },
  90_000,
);
