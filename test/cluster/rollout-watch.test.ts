/** Rollouts on a real control plane go through reason after reason and back, and the watch says why within two seconds. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { ClusterApi } from '../../src/cluster/api.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import {
  type RolloutBoard,
  type RolloutWatch,
  watchRollouts,
} from '../../src/cluster/rollouts/rollout-watch.ts';
import type { Reason, ReasonCode, Rollout } from '../../src/rollout/model.ts';
import { systemClock } from '../../src/state/kind.ts';
import { createTools } from '../helpers/kubectl.ts';
import { eventually } from './eventually.ts';
import { configureMissingInjector } from './injector.ts';
import { startControlPlane } from './server/start.ts';
import { sharedCluster } from './shared.ts';

const cluster = await sharedCluster();
const { kubectl } = cluster.tools;
let api: ClusterApi;

beforeAll(() => {
  api = openClusterApi(cluster.kubeconfig, {});
});
afterAll(() => api.close());

/** A watch with the first moment at which each reason was on the board. */
interface Seen extends RolloutWatch {
  readonly first: ReadonlyMap<string, { readonly at: number; readonly reason: Reason }>;
  of(name: string): Rollout | undefined;
}

function follow(namespace: string): Seen {
  const first = new Map<string, { at: number; reason: Reason }>();
  const watch = watchRollouts(api, { namespaces: [namespace] }, systemClock, ({ rollouts }: RolloutBoard) => {
    for (const { ref, reasons } of rollouts)
      for (const reason of reasons) {
        const key = `${ref.name} ${reason.code}`;
        if (!first.has(key)) first.set(key, { at: Date.now(), reason });
      }
  });
  return {
    ...watch,
    get board() {
      return watch.board;
    },
    first,
    of: (name) => watch.board.rollouts.find(({ ref }) => ref.name === name),
  };
}

const workload = (kind: string, name: string, pod: object = {}, meta: object = {}) =>
  stringify({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      ...(kind === 'DaemonSet' ? {} : { replicas: 2 }),
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, ...meta },
        spec: { containers: [{ name: 'web', image: 'nginx:1.27' }], ...pod },
      },
    },
  });

const image = (name: string) => ({ containers: [{ name: 'web', image: name }] });
const crash = (code: string) => ({ annotations: { 'practice.handrail.dev/crash': code } });

/** Watched as it is broken and as it is mended. The time of a reason has no part of a second on the cluster. */
async function throughAndBack(
  namespace: string,
  name: string,
  code: ReasonCode,
  { broken, mended }: { readonly broken: () => Promise<unknown>; readonly mended: () => Promise<unknown> },
): Promise<Reason> {
  const seen = follow(namespace);
  try {
    await broken();
    const { at, reason } = await eventually(
      () => seen.first.get(`${name} ${code}`),
      `${code} of ${name}`,
      40_000,
    );
    if (reason.since !== undefined) expect(at - reason.since).toBeLessThan(2_000 + 1_000);
    await mended();
    await eventually(() => seen.of(name)?.good, `${name} to be good again`, 60_000);
    expect(seen.of(name)!.reasons.filter(({ kind }) => kind !== 'benign')).toEqual([]);
    return reason;
  } finally {
    seen.close();
  }
}

const apply = (namespace: string, text: string) => kubectl(['-n', namespace, 'apply', '-f', '-'], text);

describe('what pods run into', () => {
  test.each<[string, ReasonCode, object, object]>([
    ['Deployment', 'IMAGE_PULL', image('nginx:does-not-exist'), {}],
    ['StatefulSet', 'IMAGE_PULL', image('nginx:does-not-exist'), {}],
    ['DaemonSet', 'IMAGE_PULL', image('nginx:does-not-exist'), {}],
    ['Deployment', 'CRASH_LOOP', {}, crash('web=3')],
    ['Deployment', 'OOM_KILLED', {}, crash('web=137')],
    ['Deployment', 'UNSCHEDULABLE', { nodeSelector: { disk: 'none' } }, {}],
  ])('%s: %s', async (kind, code, pod, meta) => {
    const namespace = await cluster.namespace();
    await apply(namespace, workload(kind, 'web'));
    await throughAndBack(namespace, 'web', code, {
      broken: () => apply(namespace, workload(kind, 'web', pod, meta)),
      async mended() {
        await apply(namespace, workload(kind, 'web'));
        // A StatefulSet waits for its broken pod for ever: it is to be deleted by hand.
        if (kind === 'StatefulSet') await kubectl(`-n ${namespace} delete pod web-1 --wait=false`);
      },
    });
  });
});

describe('what keeps pods from being made', () => {
  test('a quota that is used up', async () => {
    const namespace = await cluster.namespace();
    const reason = await throughAndBack(namespace, 'web', 'QUOTA_EXCEEDED', {
      async broken() {
        await kubectl(`-n ${namespace} create quota few --hard=pods=1`);
        await apply(namespace, workload('Deployment', 'web'));
      },
      mended: () => kubectl(`-n ${namespace} delete quota few`),
    });
    expect(reason.subject).toBe('few');
  });

  test('a pod security level', async () => {
    const namespace = await cluster.namespace();
    const enforce = 'pod-security.kubernetes.io/enforce';
    await throughAndBack(namespace, 'web', 'POD_SECURITY_VIOLATION', {
      async broken() {
        await kubectl(`label namespace ${namespace} ${enforce}=restricted`);
        await apply(namespace, workload('Deployment', 'web'));
      },
      mended: () => kubectl(`label namespace ${namespace} ${enforce}-`),
    });
  });

  test.each(['Deployment', 'DaemonSet'])('a service account that is not there, for a %s', async (kind) => {
    const namespace = await cluster.namespace();
    await throughAndBack(namespace, 'web', 'SERVICEACCOUNT_MISSING', {
      broken: () => apply(namespace, workload(kind, 'web', { serviceAccountName: 'nobody' })),
      mended: () => kubectl(`-n ${namespace} create serviceaccount nobody`),
    });
  });

  test('an injector whose Service is gone', async () => {
    const namespace = await cluster.namespace();
    const missing = await configureMissingInjector(cluster.client, [namespace], 'linkerd-is-away');
    await eventually(
      async () => (await kubectl(`-n ${namespace} run trial --image=nginx:1.27 --dry-run=server`)).code === 1,
      'a webhook in force',
    );
    const reason = await throughAndBack(namespace, 'web', 'ADMISSION_WEBHOOK_FAILED', {
      broken: () => apply(namespace, workload('Deployment', 'web')),
      mended: () => missing.remove(),
    });
    expect(reason.subject).toBe('linkerd-proxy-injector.linkerd.io');
  });
});

describe('permissions', () => {
  /** What is on the board once nothing is awaited any more. */
  async function boardFor(kubeconfig: string, namespace: string): Promise<RolloutBoard> {
    const own = openClusterApi(kubeconfig, {});
    const watch = watchRollouts(own, { namespaces: [namespace] }, systemClock, () => {});
    try {
      await eventually(() => watch.board.live && watch.board.rollouts[0]?.good, 'the rollout to be done');
      return watch.board;
    } finally {
      watch.close();
      own.close();
    }
  }

  test('whoever may look at the cluster sees it all', async () => {
    const namespace = await cluster.namespace();
    await apply(namespace, workload('Deployment', 'web'));
    expect((await boardFor(cluster.viewerKubeconfig, namespace)).unseen).toEqual([]);
  });

  test('whoever may look into one namespace alone, and not at its events, sees its rollouts and is told what is missing', async () => {
    const namespace = await cluster.namespace();
    await apply(namespace, workload('Deployment', 'web'));
    const name = `ann-${namespace}`;
    const look = '--verb=get --verb=list --verb=watch';
    const apps = 'deployments,replicasets,statefulsets,daemonsets,controllerrevisions';
    const named = apps.split(',').map((resource) => `--resource=${resource}.apps`);
    await kubectl(`-n ${namespace} create role looks ${look} --resource=pods ${named.join(' ')}`);
    await kubectl(`-n ${namespace} create rolebinding looks --role=looks --user=${name}`);
    const config = parse(cluster.kubeconfig) as { users: { user: Record<string, unknown> }[] };
    config.users[0]!.user.as = name;
    const board = await boardFor(stringify(config), namespace);
    expect(board.unseen.toSorted()).toEqual([
      `events (list events in ${namespace})`,
      'namespaces (list namespaces)',
      'nodes (list nodes)',
    ]);
  });
});

test('an API server that is killed: no word is given on what is old, and the watch goes on when it is back', async () => {
  const own = await startControlPlane();
  onTestFinished(() => own.kill());
  const ownApi = openClusterApi(own.kubeconfig.text, {});
  const tools = await createTools(own.kubeconfig.text);
  const watch = watchRollouts(ownApi, { namespaces: ['default'] }, systemClock, () => {});
  onTestFinished(async () => {
    watch.close();
    ownApi.close();
    await tools.dispose();
  });
  await tools.kubectl(['apply', '-f', '-'], workload('Deployment', 'web'));
  await eventually(() => watch.board.live && watch.board.rollouts[0]?.phase === 'PROGRESSING', 'a rollout');
  await own.stopApiServer();
  const stale = await eventually(
    () => watch.board.streams.find(({ status }) => status.type === 'stale'),
    'a stale stream',
  );
  expect(watch.board.live).toBe(false);
  expect(stale.status).toMatchObject({ why: expect.stringMatching(/./) });
  expect(watch.board.rollouts).toHaveLength(1);
  await own.startApiServer();
  await tools.kubectl(['scale', 'deployment/web', '--replicas=0']);
  await eventually(
    () => watch.board.live && watch.board.rollouts[0]?.phase === 'SCALED_TO_ZERO',
    'what has changed meanwhile',
    40_000,
  );
});
