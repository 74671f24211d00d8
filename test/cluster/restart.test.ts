/**
 * A restart of twenty workloads by the real program on a real control plane, whose API server is killed and started again in the
 * middle; then the program itself is killed and resumed. Nothing is lost and nothing is done twice.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import type { PlannedWorkload } from '../../src/data-plane/restart-plan.ts';
import type { JournalEntry } from '../../src/state/event.ts';
import { patchWorkload } from '../../src/steps/restart/patch-workload.ts';
import { entry, handrail, temporaryHome } from '../helpers/handrail.ts';
import { createTools, type Tools } from '../helpers/kubectl.ts';
import { eventually } from './eventually.ts';
import { type Injector, startInjector } from './injector.ts';
import { type FakeKubelet, startFakeKubelet } from './kubelet.ts';
import { type ControlPlane, startControlPlane } from './server/start.ts';

const OLD = 'stable-2.13.7';
const NEW = 'stable-2.14.10';
const home = temporaryHome();
let own: ControlPlane;
let kubelet: FakeKubelet;
let injector: Injector;
let tools: Tools;

interface Item {
  readonly kind: string;
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly generation: number;
    readonly annotations: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: objects as kubectl prints them
  readonly spec: any;
  // biome-ignore lint/suspicious/noExplicitAny: objects as kubectl prints them
  readonly status: any;
}

async function kubectl(args: string, stdin?: string): Promise<string> {
  const { code, stdout, stderr } = await tools.kubectl(args, stdin);
  expect(code, stderr).toBe(0);
  return stdout;
}

const list = async (what: string): Promise<readonly Item[]> =>
  JSON.parse(await kubectl(`get ${what} -A -o json`)).items;

function workload(kind: string, namespace: string, name: string, replicas: number): string {
  return stringify({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace },
    spec: {
      ...(kind === 'DaemonSet' ? {} : { replicas }),
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
      },
    },
  });
}

const workloads = 'deployments,statefulsets,daemonsets';
const isRolledOut = ({ kind, metadata, spec, status }: Item) =>
  status.observedGeneration === metadata.generation &&
  (kind === 'DaemonSet'
    ? status.numberReady === 3 && status.updatedNumberScheduled === 3
    : status.readyReplicas === spec.replicas && status.updatedReplicas === spec.replicas);

beforeAll(async () => {
  own = await startControlPlane();
  tools = await createTools(own.kubeconfig.text);
  kubelet = await startFakeKubelet(own.kubeconfig.text, { nodes: 3, pace: 0.2 });
  for (const name of ['linkerd', 'shop', 'billing']) await kubectl(`create namespace ${name}`);
  for (const name of ['shop', 'billing']) {
    await kubectl(`annotate namespace ${name} linkerd.io/inject=enabled`);
    await eventually(
      async () => (await tools.kubectl(`-n ${name} get serviceaccount default`)).code === 0,
      `the ServiceAccount of ${name}`,
    );
  }
  injector = await startInjector(own.kubeconfig.text, {
    namespaces: ['shop', 'billing'],
    controlPlane: 'linkerd',
    version: OLD,
  });
  const config = stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'linkerd-config', namespace: 'linkerd' },
    data: { values: `linkerdVersion: ${NEW}\n` },
  });
  await kubectl('apply -f -', config);
  const names = Array.from({ length: 20 }, (_, index) => `w${String(index + 1).padStart(2, '0')}`);
  const documents = names.map((name, index) => {
    const kind = index < 15 ? 'Deployment' : index < 18 ? 'StatefulSet' : 'DaemonSet';
    return workload(kind, index % 2 === 0 ? 'shop' : 'billing', name, 1 + (index % 3));
  });
  await kubectl('apply -f -', documents.join('---\n'));
  await eventually(async () => (await list(workloads)).every(isRolledOut), 'all workloads', 60_000);
}, 120_000);

afterAll(async () => {
  await injector?.stop().catch(() => undefined);
  await kubelet?.stop();
  await tools?.dispose();
  await own?.kill();
  home.remove();
});

/** The notes of the only session, as far as they are on disk. */
function notes(): readonly { readonly type?: string; readonly id?: string }[] {
  const sessions = join(home.folder, 'state/handrail/sessions');
  try {
    const [id] = readdirSync(sessions).filter((name) => !name.startsWith('.'));
    return readFileSync(join(sessions, id!, 'journal.jsonl'), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((text) => (JSON.parse(text) as JournalEntry).event)
      .flatMap((event) => (event.type === 'action-noted' ? [(event.data ?? {}) as { type?: string }] : []));
  } catch {
    return [];
  }
}
const count = (type: string) => notes().filter((note) => note.type === type).length;

test('twenty workloads, an API server that is killed, a program that is killed: each is restarted exactly once', async () => {
  const before = await list(workloads);
  expect(before).toHaveLength(20);
  injector.version = NEW;
  const args = [
    'restart',
    '-A',
    '--at-once',
    '3',
    '--kubeconfig',
    own.kubeconfig.path,
    '--plain',
    '--unattended',
  ];
  const program = spawn(process.execPath, [entry, ...args], {
    env: home.env,
    cwd: home.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [program.stdout, program.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const ended = new Promise((resolve) => program.on('exit', resolve));
  await eventually(() => count('restarting') >= 5, `some restarts:\n${said}`, 60_000);
  await own.stopApiServer();
  const then = count('done');
  // An outage has a length: long enough for every stream and the patch at hand to meet it.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(program.exitCode, said).toBeNull();
  await own.startApiServer();
  await eventually(() => count('done') >= Math.max(then + 2, 10), `it to go on:\n${said}`, 90_000);
  program.kill('SIGKILL');
  await ended;
  expect(count('done')).toBeLessThan(20);

  const resumed = await handrail(['resume', '--plain', '--unattended'], { env: home.env });
  expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
  expect(resumed.stdout).toContain('20 of 20 workloads restarted.');
  const begun = notes().flatMap((note) => (note.type === 'restarting' ? [note.id] : []));
  expect(begun).toHaveLength(20);
  expect(new Set(begun).size).toBe(20);
  const after = await list(workloads);
  expect(after.map(({ metadata }) => metadata.generation)).toEqual(
    before.map(({ metadata }) => metadata.generation + 1),
  );
  const stamps = after.map(
    ({ spec }) => spec.template.metadata.annotations['kubectl.kubernetes.io/restartedAt'],
  );
  expect(new Set(stamps).size).toBe(1);
  const pods = (await list('pods')).filter(({ status }) => status.phase === 'Running');
  expect(new Set(pods.map(({ metadata }) => metadata.annotations['linkerd.io/proxy-version']))).toEqual(
    new Set([NEW]),
  );
}, 300_000);

test('a workload that was deleted and made again is not the one that was agreed to', async () => {
  const api = openClusterApi(own.kubeconfig.text, {});
  try {
    const [{ metadata }] = (await list('deployments')) as [Item];
    const { namespace, name } = metadata;
    const planned: PlannedWorkload = {
      id: `Deployment/${namespace}/${name}`,
      kind: 'Deployment',
      namespace,
      name,
      uid: '00000000-0000-4000-8000-000000000000',
      pods: 1,
      versions: [],
      expect: NEW,
      meshed: true,
      remarks: [],
    };
    for (const again of [false, true]) {
      expect(await patchWorkload(api, planned, new Date().toISOString(), again)).toEqual({
        type: 'gone',
        why: 'It was deleted, and another one of its name was made meanwhile.',
      });
    }
    const [now] = (await list('deployments')) as [Item];
    expect(now.metadata.generation).toBe(metadata.generation);
    const gone = { ...planned, name: 'not-there' };
    expect(await patchWorkload(api, gone, new Date().toISOString(), false)).toMatchObject({ type: 'gone' });
  } finally {
    api.close();
  }
});
