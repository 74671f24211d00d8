/** What a restart plans: who is restarted, in which order, what is called out, and what is left as it is. */
import { describe, expect, test } from 'vitest';
import { buildRestartPlan } from '../../src/data-plane/build-restart-plan.ts';
import type { ControlPlaneMeta, Survey, SurveyRow, UnmeshedRow } from '../../src/data-plane/model.ts';
import type {
  Budget,
  PlannedWorkload,
  RestartChoice,
  RestartPlan,
  RestartTarget,
} from '../../src/data-plane/restart-plan.ts';
import { wavesOf, wavesWithOut } from '../../src/data-plane/waves.ts';
import { matchesSelector } from '../../src/rollout/label-selector.ts';
import { planText } from '../../src/steps/restart/plan-text.ts';

const OLD = 'stable-2.13.7';
const NEW = 'stable-2.14.10';

const plane = (more: Partial<ControlPlaneMeta> = {}): ControlPlaneMeta => ({
  namespace: 'linkerd',
  state: 'found',
  version: NEW,
  source: 'ConfigMap linkerd/linkerd-config',
  proxyVersion: NEW,
  running: [{ version: NEW, pods: 3 }],
  trustRoot: 'aa',
  trustRoots: ['aa'],
  ...more,
});

function row(
  kind: SurveyRow['kind'],
  place: string,
  version: string,
  more: Partial<SurveyRow> = {},
): SurveyRow {
  const [namespace = '', name = ''] = place.split('/');
  return {
    namespace,
    kind,
    name,
    version,
    skew: version === NEW ? 'current' : 'old',
    pods: 2,
    otherTrustRoot: 0,
    override: '',
    examples: [],
    role: 'data-plane',
    extension: '',
    meshOf: 'linkerd',
    ...more,
  };
}

function target(
  kind: RestartTarget['kind'],
  place: string,
  more: Partial<RestartTarget> = {},
): RestartTarget {
  const [namespace = '', name = ''] = place.split('/');
  return {
    kind,
    namespace,
    name,
    uid: `uid-${name}`,
    deleting: false,
    podLabels: { app: name },
    desired: 2,
    paused: false,
    strategy: 'RollingUpdate',
    partition: 0,
    maxUnavailable: undefined,
    maxSurge: undefined,
    rolling: false,
    pin: '',
    asks: true,
    proxyInTemplate: '',
    ...more,
  };
}

interface Given {
  readonly rows?: readonly SurveyRow[];
  readonly targets?: readonly RestartTarget[];
  readonly budgets?: readonly Budget[];
  readonly choice?: Partial<RestartChoice>;
  readonly survey?: Partial<Survey>;
  readonly absent?: readonly string[];
  readonly doneBefore?: readonly string[];
  readonly begunBefore?: Readonly<Record<string, string>>;
}

function build(given: Given) {
  const controlPlane = plane();
  const survey = {
    controlPlane,
    controlPlanes: [controlPlane],
    rows: given.rows ?? [],
    unmeshed: [],
    bare: [],
    unseen: [],
    ...given.survey,
  } as unknown as Survey;
  return buildRestartPlan(
    {
      survey,
      targets: given.targets ?? [],
      budgets: given.budgets ?? [],
      absent: given.absent ?? [],
      unseen: [],
      doneBefore: new Set(given.doneBefore),
      begunBefore: new Map(Object.entries(given.begunBefore ?? {})),
    },
    {
      namespaces: [],
      workloads: [],
      only: 'out-of-date',
      expect: undefined,
      selected: false,
      ...given.choice,
    },
    { sizes: { canary: 1, size: 5 }, atOnce: 5 },
  );
}

function planned(given: Given): RestartPlan {
  const built = build(given);
  if (built.type === 'impossible') throw new Error(built.detail);
  return built.plan;
}

/** The one workload `shop/web` with an old proxy, as it is given. */
const one = (
  more: Partial<RestartTarget> = {},
  kind: RestartTarget['kind'] = 'Deployment',
  given: Given = {},
) => planned({ rows: [row(kind, 'shop/web', OLD)], targets: [target(kind, 'shop/web', more)], ...given });

const codes = (plan: RestartPlan) =>
  plan.workloads.flatMap(({ remarks }) => remarks.map(({ level, code }) => `${level} ${code}`));

describe('who is restarted', () => {
  const rows = [
    row('Deployment', 'shop/old', OLD),
    row('Deployment', 'shop/half', OLD, { pods: 1 }),
    row('Deployment', 'shop/half', NEW, { pods: 1 }),
    row('Deployment', 'shop/current', NEW),
    row('Deployment', 'shop/other-root', NEW, { otherTrustRoot: 1 }),
  ];
  const unmeshed: UnmeshedRow[] = [
    { namespace: 'shop', kind: 'Deployment', name: 'bare', pods: 2, examples: [], asked: 'namespace' },
  ];
  const targets = ['old', 'half', 'current', 'other-root', 'bare', 'foreign'].map((name) =>
    target('Deployment', `shop/${name}`, name === 'foreign' ? { asks: false } : {}),
  );
  const names = (choice: Partial<RestartChoice>) => {
    const plan = planned({ rows, targets, survey: { unmeshed }, choice });
    return plan.workloads.map(({ name }) => name);
  };

  test('those that are out of date: another version, or other trust anchors', () => {
    expect(names({})).toEqual(['old', 'half', 'other-root']);
  });

  test('all that have a proxy, or all', () => {
    expect(names({ only: 'meshed' })).toEqual(['old', 'half', 'current', 'other-root']);
    expect(names({ only: 'all' })).toEqual(['old', 'half', 'current', 'other-root', 'bare', 'foreign']);
  });

  test('pods that should have a proxy and have none are left, unless their workload is named', () => {
    const { left } = planned({ rows, targets, survey: { unmeshed } });
    expect(left).toMatchObject([{ name: 'bare', code: 'NO_PROXY' }]);
    const named = { workloads: [{ kind: 'Deployment', namespace: 'shop', name: 'bare' } as const] };
    expect(names(named)).toEqual(['bare']);
  });

  test('who is named and has no proxy is told why nothing is done, and the others are not', () => {
    const none = target('Deployment', 'shop/none', { asks: false });
    const zero = target('Deployment', 'shop/zero', { desired: 0 });
    const all = { rows, targets: [...targets, none, zero] };
    const named = (...list: string[]) =>
      planned({ ...all, choice: { workloads: list.map((name) => ({ kind: 'Deployment', name })) } });
    expect(named('none', 'zero').left).toMatchObject([
      { name: 'none', code: 'NO_PROXY' },
      { name: 'zero', code: 'ZERO' },
    ]);
    expect(named('old').left).toEqual([]);
    expect(planned(all).left).toEqual([]);
  });

  test('without a control plane it is said that nothing gives a proxy', () => {
    const survey = { controlPlane: undefined, controlPlanes: [] } as unknown as Partial<Survey>;
    const bare = planned({ targets, survey, choice: { only: 'all' } });
    expect(bare.notices).toEqual([expect.stringMatching(/^No Linkerd control plane was found: /)]);
    const none = planned({ targets: targets.slice(-1), survey, choice: { only: 'all' } });
    expect(none.notices).toEqual([]);
  });

  test('what the runbook expects is compared by what it means', () => {
    expect(names({ expect: '2.14.10' })).toEqual(['old', 'half', 'other-root']);
  });

  test('what an attempt before has restarted is not planned again', () => {
    const plan = planned({
      rows,
      targets,
      choice: { only: 'meshed' },
      doneBefore: ['Deployment/shop/old', 'Deployment/shop/current'],
    });
    expect(plan.workloads.map(({ name }) => name)).toEqual(['half', 'other-root']);
    expect(plan.upToDate).toBe(2);
  });

  test('what an earlier attempt has begun is carried through with its stamp, and nothing is begun on top of it', () => {
    const stamp = '2026-11-21T10:00:00.000Z';
    const plan = one({ rolling: true }, 'Deployment', {
      rows: [row('Deployment', 'shop/web', OLD)],
      targets: [target('Deployment', 'shop/web', { rolling: true })],
      begunBefore: { 'Deployment/shop/web': stamp, 'Deployment/shop/gone': stamp },
    });
    expect(plan.workloads).toMatchObject([{ name: 'web', begun: stamp, remarks: [{ code: 'BEGUN' }] }]);
  });
});

describe('what is left as it is', () => {
  test.each([
    ['PAUSED', { paused: true }, 'Deployment'],
    ['ON_DELETE', { strategy: 'OnDelete' }, 'DaemonSet'],
    ['PARTITION', { partition: 2 }, 'StatefulSet'],
    ['ZERO', { desired: 0 }, 'Deployment'],
    ['DELETING', { deleting: true }, 'Deployment'],
    ['PINNED', { pin: OLD }, 'Deployment'],
    ['IN_TEMPLATE', { proxyInTemplate: OLD }, 'Deployment'],
  ] as const)('%s', (code, more, kind) => {
    const plan = one(more, kind);
    expect(plan.workloads).toEqual([]);
    expect(plan.left).toMatchObject([{ kind, namespace: 'shop', name: 'web', version: OLD, code }]);
  });

  test('owners that no patch of a template restarts, each with what to do instead', () => {
    const rows = (['Job', 'CronJob', 'Rollout', 'ReplicaSet', 'Other'] as const).map((kind) =>
      row(kind, `shop/${kind.toLowerCase()}`, OLD),
    );
    const bare = [
      {
        namespace: 'shop',
        name: 'debug',
        version: OLD,
        skew: 'old',
        otherTrustRoot: false,
        override: '',
        role: 'data-plane',
        extension: '',
        meshOf: 'linkerd',
      } as const,
    ];
    const { left } = planned({ rows, survey: { bare } });
    expect(left.map(({ kind, code }) => [kind, code])).toEqual([
      ['Job', 'JOB'],
      ['CronJob', 'CRON_JOB'],
      ['Rollout', 'ROLLOUT'],
      ['ReplicaSet', 'OTHER_OWNER'],
      ['Other', 'OTHER_OWNER'],
      ['Pod', 'BARE_POD'],
    ]);
    expect(left.find(({ kind }) => kind === 'Rollout')?.why).toContain(
      'kubectl argo rollouts restart rollout -n shop',
    );
  });

  test('the control plane and extensions wait for their own upgrades, unless their namespace is named', () => {
    const rows = [
      row('Deployment', 'linkerd/linkerd-identity', OLD, { role: 'control-plane' }),
      row('Deployment', 'linkerd-viz/tap', OLD, { role: 'extension', extension: 'viz' }),
    ];
    const targets = [
      target('Deployment', 'linkerd/linkerd-identity'),
      target('Deployment', 'linkerd-viz/tap'),
    ];
    expect(planned({ rows, targets }).left.map(({ code }) => code)).toEqual(['CONTROL_PLANE', 'EXTENSION']);
    const named = planned({ rows, targets, choice: { namespaces: ['linkerd-viz'] } });
    expect(named.workloads.map(({ id }) => id)).toEqual(['Deployment/linkerd-viz/tap']);
  });

  test('a workload whose object could not be read is not forgotten', () => {
    const { left } = planned({ rows: [row('DaemonSet', 'logging/shipper', OLD)] });
    expect(left).toMatchObject([{ kind: 'DaemonSet', name: 'shipper', code: 'NOT_SEEN' }]);
  });

  test('a pinned workload is restarted where that is asked for, and must come back with what it is pinned to', () => {
    const plan = one({ pin: OLD }, 'Deployment', { choice: { only: 'meshed' } });
    expect(plan.workloads).toMatchObject([{ expect: OLD }]);
    expect(codes(plan)).toEqual(['warning PINNED']);
  });
});

describe('what is called out', () => {
  test.each([
    ['one replica that is covered', { desired: 1 }, 'Deployment', ['note ONE_REPLICA']],
    [
      'one replica that may be missing',
      { desired: 1, maxUnavailable: 1 },
      'Deployment',
      ['warning ONE_REPLICA'],
    ],
    [
      'no surge: one may be missing all the same',
      { desired: 1, maxUnavailable: 0, maxSurge: 0 },
      'Deployment',
      ['warning ONE_REPLICA'],
    ],
    ['one replica of a StatefulSet', { desired: 1 }, 'StatefulSet', ['warning ONE_REPLICA']],
    ['a percentage is rounded down', { desired: 3 }, 'Deployment', []],
    ['all pods at once', { desired: 3, maxUnavailable: '100%' }, 'Deployment', ['warning GAP']],
    ['Recreate', { strategy: 'Recreate' }, 'Deployment', ['warning RECREATE']],
    ['a rollout under way', { rolling: true }, 'Deployment', ['warning ROLLING']],
    ['a partition', { partition: 1 }, 'StatefulSet', ['warning PARTITION']],
    ['node by node', { desired: 12 }, 'DaemonSet', ['note NODE_BY_NODE']],
    ['a proxy that does not come back', { asks: false }, 'Deployment', ['warning NOT_INJECTED']],
    ['namespaces that cannot be read', { asks: undefined }, 'Deployment', []],
  ] as const)('%s', (_, more, kind, expected) => {
    expect(codes(one(more, kind))).toEqual(expected);
  });

  test('a budget that is used up does not hold a rollout back, and says so', () => {
    const budget = (name: string, app: string, disruptionsAllowed: number, namespace = 'shop'): Budget => ({
      namespace,
      name,
      selector: { matchLabels: { app } },
      disruptionsAllowed,
    });
    const budgets = [
      budget('web', 'web', 0),
      budget('roomy', 'web', 1),
      budget('other', 'api', 0),
      budget('elsewhere', 'web', 0, 'billing'),
    ];
    const plan = one({}, 'Deployment', { budgets });
    expect(codes(plan)).toEqual(['warning NO_DISRUPTION']);
    expect(plan.workloads[0]?.remarks[0]?.text).toMatch(
      /^PodDisruptionBudget web .* does not hold a rollout back/,
    );
  });

  test('a control plane that is half upgraded', () => {
    const half = plane({
      running: [
        { version: OLD, pods: 1 },
        { version: NEW, pods: 2 },
      ],
    });
    const plan = one({}, 'Deployment', { survey: { controlPlane: half, controlPlanes: [half] } });
    expect(plan.notices).toEqual([
      'The control plane is configured for stable-2.14.10 and still runs stable-2.13.7 (1 pod): new pods may get either proxy. Finish its upgrade first.',
    ]);
  });
});

describe('what is refused', () => {
  const why = (given: Given) => {
    const built = build({
      rows: [row('Deployment', 'shop/web', OLD)],
      targets: [target('Deployment', 'shop/web')],
      ...given,
    });
    return built.type === 'impossible' ? built.detail : built.type;
  };

  test('a name that is not there', () => {
    expect(why({ absent: ['shp'] })).toBe('There is no namespace shp on this cluster.');
    const wrong = { namespaces: ['shop'], workloads: [{ kind: 'Deployment', name: 'wbe' } as const] };
    expect(why({ choice: wrong })).toBe('There is no Deployment wbe in shop.');
  });

  test('a version that the control plane would not give', () => {
    expect(why({ choice: { expect: 'edge-24.11.8' } })).toBe(
      'A restart would bring stable-2.14.10, not edge-24.11.8: that is what the control plane in linkerd gives to new pods. Upgrade it first.',
    );
  });

  test('to tell what is out of date without a control plane to compare with', () => {
    const survey = { controlPlane: undefined, controlPlanes: [] };
    expect(why({ survey })).toMatch(/no Linkerd control plane was found/);
    expect(why({ survey, choice: { only: 'meshed' } })).toBe('plan');
  });
});

test('nothing to restart is said with what was found', () => {
  const built = build({
    rows: [row('Deployment', 'shop/web', NEW), row('CronJob', 'shop/night', OLD)],
    targets: [target('Deployment', 'shop/web')],
  });
  expect(built).toMatchObject({
    type: 'nothing',
    detail:
      'Nothing to restart: 1 workload up to date at stable-2.14.10, 1 left as they are (CronJob shop/night).',
  });
});

describe('the order', () => {
  const workload = (place: string, pods: number, more: Partial<PlannedWorkload> = {}): PlannedWorkload => {
    const [namespace = '', name = ''] = place.split('/');
    const id = `Deployment/${place}`;
    const rest = { uid: '', versions: [], expect: NEW, meshed: true, remarks: [] };
    return { id, kind: 'Deployment', namespace, name, pods, ...rest, ...more };
  };
  const warned = one({ desired: 1, maxUnavailable: 1 }).workloads[0]!.remarks;
  const all = [
    workload('a/big', 9),
    workload('a/small', 1, { remarks: warned }),
    workload('a/mid', 4),
    workload('b/mid', 4),
    workload('a/db', 2, { kind: 'StatefulSet', id: 'StatefulSet/a/db' }),
    workload('a/pair', 2),
  ];
  const order = (workloads: readonly PlannedWorkload[], canary: number, size: number) =>
    wavesOf(workloads, { canary, size }).map((wave) =>
      wave.map(({ namespace, name }) => `${namespace}/${name}`),
    );

  test('the canary is the smallest that can do no harm; the others follow by size', () => {
    expect(order(all, 1, 2)).toEqual([['a/pair'], ['a/small', 'a/db'], ['a/mid', 'b/mid'], ['a/big']]);
  });

  test('it is the same in whatever order they come', () => {
    expect(order(all.toReversed(), 2, 3)).toEqual(order(all, 2, 3));
  });

  test('no canary, and more canaries than there are workloads', () => {
    expect(order(all, 0, 10)).toHaveLength(1);
    expect(order(all, 10, 1)).toHaveLength(1);
    expect(order([], 1, 5)).toEqual([]);
  });

  test('what is left out stays in its place among the waves of the others', () => {
    const shown = (...out: string[]) =>
      wavesWithOut(
        all,
        { canary: 1, size: 2 },
        all.filter(({ namespace, name }) => out.includes(`${namespace}/${name}`)).map(({ id }) => id),
      ).map((wave) => wave.map(({ namespace, name }) => `${namespace}/${name}`));
    const rows = order(all, 1, 2);
    expect(shown()).toEqual(rows);
    // Another one is the canary then.
    expect(shown('a/pair')).toEqual([
      ['a/pair', 'a/mid'],
      ['a/small', 'a/db'],
      ['b/mid', 'a/big'],
    ]);
    expect(shown('a/small')).toEqual([['a/pair'], ['a/small', 'a/db', 'a/mid'], ['b/mid', 'a/big']]);
    expect(shown('b/mid', 'a/big')).toEqual([['a/pair'], ['a/small', 'a/db'], ['a/mid', 'b/mid', 'a/big']]);
    expect(shown(...rows.flat())).toEqual([rows.flat()]);
    expect(wavesWithOut([], { canary: 1, size: 2 }, ['none'])).toEqual([]);
  });
});

test('a selector selects as the API has it', () => {
  const labels = { app: 'web', tier: 'front' };
  expect(matchesSelector(undefined, labels)).toBe(false);
  expect(matchesSelector({}, labels)).toBe(true);
  const matching = (operator: string, values?: readonly string[], key = 'tier') =>
    matchesSelector({ matchExpressions: [{ key, operator, ...(values ? { values } : {}) }] }, labels);
  expect([matching('In', ['front']), matching('In', ['back']), matching('In', ['front'], 'none')]).toEqual([
    true,
    false,
    false,
  ]);
  expect([
    matching('NotIn', ['back']),
    matching('NotIn', ['front']),
    matching('NotIn', ['x'], 'none'),
  ]).toEqual([true, false, true]);
  expect([matching('Exists'), matching('DoesNotExist'), matching('DoesNotExist', undefined, 'none')]).toEqual(
    [true, false, true],
  );
});

test('the plan as text says everything that the screen shows', () => {
  const plan = planned({
    rows: [
      row('Deployment', 'shop/web', OLD, { pods: 1 }),
      row('Deployment', 'shop/web', NEW, { pods: 1 }),
      row('StatefulSet', 'shop/db', OLD),
      row('CronJob', 'shop/night', OLD),
    ],
    targets: [target('Deployment', 'shop/web'), target('StatefulSet', 'shop/db', { desired: 1 })],
  });
  expect(
    planText(plan),
  ).toBe(`Restart 2 workloads, 3 pods, proxies to stable-2.14.10 (control plane in linkerd)
2 waves, the first of 1; at most 5 at once

WAVE  WORKLOAD             PODS  PROXY NOW                          TO KNOW
1     Deployment shop/web  2     1 stable-2.13.7, 1 stable-2.14.10
2     StatefulSet shop/db  1     stable-2.13.7                      one replica

To know:
  ! StatefulSet shop/db: One replica: nobody is served from its end until the new pod is ready.

Left as they are:
  Its next run gets the new proxy.
    CronJob shop/night (stable-2.13.7)`);
});
