/** `handrail plan` as an operator runs it: on practice clusters, and with no cluster at all. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type Practice, type PracticeOptions, startPractice } from '../../src/practice/start-practice.ts';
import { exitCodes } from '../../src/state/exit-codes.ts';
import { handrail, temporaryHome } from '../helpers/handrail.ts';

const home = temporaryHome();
let practice: Practice | undefined;
afterEach(async () => {
  await practice?.stop();
  practice = undefined;
});
afterAll(() => home.remove());

const CONFIG_MAPS = { apiVersion: 'v1', resource: 'configmaps', namespace: 'linkerd' };

/** A cluster, and the words that name it. */
async function cluster(options: PracticeOptions): Promise<readonly string[]> {
  practice = await startPractice({ size: 'small', speed: 200, ...options });
  const kubeconfig = join(home.folder, 'kubeconfig');
  writeFileSync(kubeconfig, practice.kubeconfig);
  return ['--kubeconfig', kubeconfig];
}

const offline = { ...home.env, KUBECONFIG: join(home.folder, 'nowhere') };
const plan = (...args: readonly string[]) => handrail(['plan', ...args], { env: offline });

/** What a program reads. */
interface Document {
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly hops: readonly {
    readonly from: string;
    readonly to: string;
    readonly notices: readonly { readonly id: string; readonly title: string }[];
    readonly demands: readonly { readonly code: string; readonly weight: string; readonly text: string }[];
  }[];
  readonly warnings: readonly string[];
  readonly facts: Readonly<Record<string, unknown>>;
  readonly cluster: unknown;
}

async function document(...args: readonly string[]): Promise<Document> {
  const { stdout, stderr, code } = await plan('-o', 'json', ...args);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

const codesOf = ({ hops }: Document, hop: number): readonly string[] =>
  hops[hop]!.demands.map(({ code }) => code);

test('on a mesh of 2.9.2 all is read from the cluster, and the path begins with the repair', async () => {
  const words = await cluster({ mesh: 'stable-2.9.2' });
  const said = await document(...words, '--to', '2.14');
  expect(said).toMatchObject({
    type: 'path',
    from: 'stable-2.9.2',
    to: 'stable-2.14.10',
    facts: { method: 'cli', ha: false, cni: false, runtimes: ['containerd'], gatewayApi: 'absent' },
    cluster: { practice: true },
  });
  expect(said.facts.kubernetes).toMatch(/^v1\.\d+\./);
  expect(said.facts.pods).toBeGreaterThan(10);
  expect(said.hops.map(({ to }) => to)).toEqual([
    'stable-2.9.5',
    'stable-2.10.2',
    'stable-2.11.5',
    'stable-2.12.6',
    'stable-2.13.7',
    'stable-2.14.10',
  ]);
  expect(codesOf(said, 0)).toContain('repair');
  expect(codesOf(said, 1)).toContain('viz-split');
  // What is known is said without a condition.
  const open = said.hops.flatMap(({ demands }) => demands.filter(({ text }) => text.startsWith('If ')));
  expect(open).toEqual([]);
}, 60_000);

test('a mesh that Helm installed, highly available, is upgraded by its charts, to the newest line unless told', async () => {
  const said = await document(...(await cluster({ mesh: 'stable-2.11.5', helm: true, ha: true })));
  expect(said).toMatchObject({
    from: 'stable-2.11.5',
    to: 'edge-26.6.3',
    facts: { method: 'helm', ha: true },
  });
  expect(codesOf(said, 0)).toEqual(expect.arrayContaining(['chart-migration', 'ha-values', 'chart-version']));
  expect(codesOf(said, 0)).not.toContain('cli-version');
}, 60_000);

test('an upgrade that stopped half way is to be finished first', async () => {
  const words = await cluster({ mesh: 'stable-2.13.7' });
  const config = await practice!.client.get(CONFIG_MAPS, 'linkerd-config');
  const values = String((config!.data as Record<string, string>).values);
  await practice!.client.patch(CONFIG_MAPS, 'linkerd-config', 'merge', {
    data: { values: values.replaceAll('stable-2.13.7', 'stable-2.14.10') },
  });
  const { stdout, code } = await plan(...words, '--to', '2.15');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /must be +Finish the upgrade to stable-2\.14\.10 first: .*runs stable-2\.13\.7 as well/,
  );
  const there = await plan(...words, '--to', '2.14');
  expect(there.code).toBe(exitCodes.refused.code);
  expect(there.stderr).toContain('pitfalls/interrupted-upgrade');
}, 60_000);

test('what is named and what runs are told apart', async () => {
  const words = await cluster({ mesh: 'stable-2.13.7' });
  const other = await document(...words, '--from', '2.12.6', '--to', '2.14', '--by', 'helm');
  expect(other).toMatchObject({ from: 'stable-2.12.6', facts: { method: 'helm', extensions: ['viz'] } });
  expect(other.warnings[0]).toMatch(/runs stable-2\.13\.7, and the path begins with stable-2\.12\.6/);
  // A cluster that nobody spoke of, and that runs something else, is another mesh.
  const kubeconfig = { ...offline, KUBECONFIG: words[1]! };
  const args = ['plan', '--from', '2.12.6', '--to', '2.14', '-o', 'json'];
  const unasked = JSON.parse((await handrail(args, { env: kubeconfig })).stdout);
  expect(unasked).toMatchObject({ cluster: null, facts: {} });
  expect(unasked.warnings[0]).toContain('nothing of it is used');
  const same = JSON.parse((await handrail([...args, '--from', '2.13.7'], { env: kubeconfig })).stdout);
  expect(same.facts).toMatchObject({ method: 'cli', extensions: ['viz'] });
}, 60_000);

test('a cluster without Linkerd says no version', async () => {
  const { code, stderr } = await plan(...(await cluster({ mesh: 'none' })));
  expect(code).toBe(exitCodes.notReady.code);
  expect(stderr).toMatch(/could not be seen[\s\S]*--from/);
}, 60_000);

test('with no cluster the ticket says what an expert would, and what is not known', async () => {
  const { stdout, stderr, code } = await plan(
    '--from',
    '2.9.2',
    '--to',
    '2.14',
    '--by',
    'cli',
    '-o',
    'markdown',
  );
  expect([code, stderr]).toEqual([0, '']);
  await expect(stdout).toMatchFileSnapshot('golden/plan-2.9.2-to-2.14.md');
}, 30_000);

test('each hop tells what its releases change, and no change that runs already', async () => {
  const { hops } = await document('--from', '2.9.2', '--to', '2.12');
  const told = hops.map(({ notices }) => notices.map(({ id }) => id));
  expect(told[0]).toContain('2.9.3-overrides');
  expect(told[0]).not.toContain('2.9.0-ingress');
  expect(told[1]).toEqual(expect.arrayContaining(['2.10-ports', '2.10-viz-split']));
  expect(told[2]).toEqual(expect.arrayContaining(['2.11-localhost', '2.11-psp']));
  expect(told[3]).toContain('2.12-smi');
  expect(new Set(told.flat()).size).toBe(told.flat().length);
  const { stdout } = await plan('--from', '2.10.2', '--to', '2.11');
  expect(stdout).toMatch(
    /^ {2}changes .*; Ports that listen on localhost only are not reached any more; .*\(handrail run notices\/2\.11\)$/m,
  );
});

test.each([
  [
    ['--from', '2.14.10', '--to', '2.13'],
    exitCodes.refused.code,
    /older than stable-2\.14\.10[\s\S]*finish it/,
  ],
  [['--from', 'dev-undefined'], exitCodes.refused.code, /is no release[\s\S]*--from/],
  [['--from', '2.13.7', '--to', 'enterprise-2.14.1'], exitCodes.refused.code, /a vendor/],
  [['--from', 'newest'], exitCodes.usage.code, /--from "newest" is no release/],
  [['--from', '2.13.7', '--to', 'latest'], exitCodes.usage.code, /--to "latest" is no version/],
  [['--from', '2.13.7', '--by', 'argo'], exitCodes.usage.code, /Allowed choices are cli, helm/],
  // A cluster that is named, or needed, has to answer.
  [['--from', '2.13.7', '--context', 'prod'], exitCodes.notReady.code, /nowhere does not exist/],
  [['--to', '2.14'], exitCodes.notReady.code, /nowhere does not exist/],
] as const)('%j ends with %i', async (args, expected, said) => {
  const { code, stdout, stderr } = await plan(...args);
  expect(code).toBe(expected);
  expect(stderr).toMatch(said);
  expect(stdout).toBe('');
});

test('a refusal is a document too, and so is a path of no hops', async () => {
  const refused = await plan('--from', '2.14.10', '--to', '2.13', '-o', 'json');
  expect(refused.code).toBe(exitCodes.refused.code);
  expect(JSON.parse(refused.stdout)).toMatchObject({ type: 'refused', cluster: null });
  expect(await document('--from', '2.14.10', '--to', '2.14')).toMatchObject({ type: 'nothing' });
});

test('a path to walk names the command, with the cluster and the release', async () => {
  const { stdout } = await plan('--from', '2.13.7', '--to', '2.14');
  expect(stdout).toContain('Walk it: handrail run linkerd/upgrade --set TARGET=stable-2.14.10\n');
  expect(stdout).toMatch(/^1 +stable-2\.13\.7 +stable-2\.14\.10 +1\.21-1\.28 +19m$/m);
});
