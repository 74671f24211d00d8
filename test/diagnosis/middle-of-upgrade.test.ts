/** False alarms: in the middle of an upgrade that goes well there are warnings of what comes next, and nothing worse. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectSnapshot } from '../../src/cluster/evidence/collect-snapshot.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { practiceWithKubectl } from '../linkerd-cli/helpers.ts';

const [FROM, TO] = ['stable-2.13.7', 'stable-2.14.10'];
let cluster: Awaited<ReturnType<typeof practiceWithKubectl>>;
beforeAll(async () => {
  cluster = await practiceWithKubectl({ mesh: FROM, speed: 200 });
}, 60_000);
afterAll(() => cluster.stop());

/** What is found, as an operator who walks the upgrade sees it, and as one who only looks. */
async function findings(cli: string) {
  const api = openClusterApi(cluster.practice.kubeconfig, {});
  try {
    const snapshot = await collectSnapshot(api, {
      cluster: { name: 'practice', server: cluster.practice.url, uid: 'uid', practice: true },
      signal: new AbortController().signal,
      walk: { target: TO, from: FROM },
    });
    const { walk, ...rest } = { ...snapshot, linkerdCli: { state: 'read' as const, value: cli } };
    return [diagnose({ ...rest, walk: walk! }), diagnose(rest)].map((seen) =>
      seen.findings.map(({ code, severity, title }) => ({ code, severity, title })),
    );
  } finally {
    api.close();
  }
}

const apply = async (argv: readonly string[]) => {
  const rendered = await cluster.linkerd(TO, argv);
  expect(rendered.err).toBe('');
  const applied = await cluster.kubectl(['apply', '--filename', '-'], rendered.out);
  expect(applied.code, applied.err).toBe(0);
};

const graver = (all: Awaited<ReturnType<typeof findings>>) =>
  all.flat().filter(({ severity }) => severity === 'error' || severity === 'blocker');

test('nothing is found before it, and nothing once the tool is the new one', async () => {
  expect(await findings(FROM)).toEqual([[], []]);
  expect(await findings(TO)).toEqual([[], []]);
}, 30_000);

test('nothing is found between the definitions and the control plane', async () => {
  await apply(['upgrade', '--crds']);
  expect(await findings(TO)).toEqual([[], []]);
}, 60_000);

test('while the control plane comes up, and after it, what is to follow is a warning', async () => {
  await apply(['upgrade']);
  expect(graver(await findings(TO))).toEqual([]);
  const rollouts = ['destination', 'identity', 'proxy-injector'].map((part) =>
    cluster.kubectl(['-n', 'linkerd', 'rollout', 'status', `deployment/linkerd-${part}`, '--timeout=30s']),
  );
  expect((await Promise.all(rollouts)).map(({ code }) => code)).toEqual([0, 0, 0]);
  const all = await findings(TO);
  expect(graver(all)).toEqual([]);
  expect(all.map((seen) => seen.map(({ code }) => code).sort())).toEqual([
    ['data-plane-behind', 'viz-behind'],
    ['data-plane-behind', 'viz-behind'],
  ]);
}, 60_000);
