import { describe, expect, test } from 'vitest';
import { columnLines } from '../../src/commands/survey/columns.ts';
import { surveyDocument, surveyLines } from '../../src/commands/survey/print.ts';
import type { SurveyedCluster } from '../../src/commands/survey/view.ts';
import type { PodMeta } from '../../src/data-plane/model.ts';
import { foldSurvey, type SurveyInput } from '../../src/data-plane/survey.ts';
import { UNICODE } from '../../src/terminal/glyphs.ts';
import { span } from '../../src/terminal/line.ts';
import { displayWidth } from '../../src/terminal/text.ts';
import { controlPlaneMeta, namespaceMeta, podMeta } from '../data-plane/pods.ts';

const cluster: SurveyedCluster = {
  name: 'prod-eu-1',
  server: 'https://10.0.0.1:6443',
  practice: false,
  at: Date.UTC(2026, 0, 2, 3, 4, 5),
  namespaces: [],
};
const fold = (pods: readonly PodMeta[], given: Partial<SurveyInput> = {}) =>
  foldSurvey({
    pods,
    namespaces: [namespaceMeta()],
    controlPlanes: [controlPlaneMeta()],
    finished: new Set(),
    unseen: [],
    ...given,
  });
const print = (
  survey: ReturnType<typeof fold>,
  {
    form = 'table',
    width,
    behind = false,
  }: { form?: 'table' | 'tree'; width?: number; behind?: boolean } = {},
) =>
  surveyLines({ survey, cluster, behind }, form, { width, glyphs: UNICODE, ascii: false }).map((line) =>
    line.map(({ text }) => text).join(''),
  );
const csv = (pods: readonly PodMeta[]) =>
  surveyDocument({ survey: fold(pods), cluster, behind: false }, 'csv')
    .split('\r\n')
    .slice(1, -1);
const json = (survey: ReturnType<typeof fold>, behind = false) =>
  JSON.parse(surveyDocument({ survey, cluster, behind }, 'json'));

describe('where there is nothing to show, it is said why', () => {
  test.each([
    [
      'no mesh',
      fold([podMeta({ meshOf: '' })], { controlPlanes: [] }),
      ['none: Linkerd is not installed here', 'No pod has a proxy.'],
    ],
    [
      'no mesh that could be seen',
      fold([podMeta({ meshOf: '' })], { controlPlanes: [], unseen: ['x'] }),
      ['none was seen', 'Not everything could be looked at'],
    ],
    ['no pods', fold([]), ['stable-2.14.10 in linkerd', 'There are no pods.']],
  ])('%s', (_, survey, sentences) => {
    const text = print(survey).join('\n');
    for (const sentence of sentences) expect(text).toContain(sentence);
    expect(text).not.toContain('NAMESPACE');
  });

  test('no proxy is behind', () => {
    expect(print(fold([podMeta()]), { behind: true })).toContain('No proxy is behind.');
  });
});

test('a mesh that is as it should be has no findings', () => {
  const lines = print(fold([podMeta(), podMeta()]));
  expect(lines.at(-1)).toMatch(/^shop {7}deploy\/web/);
});

test('a control plane that pods belong to and that is not there is called missing', () => {
  const controlPlanes = [controlPlaneMeta({ state: 'missing', version: undefined, proxyVersion: undefined })];
  expect(print(fold([podMeta()], { controlPlanes }))[1]).toBe(
    'Control plane  missing: pods belong to one in linkerd, where none is',
  );
});

test('what new proxies get is said where it is not the control plane’s version', () => {
  const controlPlanes = [controlPlaneMeta({ proxyVersion: 'stable-2.14.9' })];
  expect(print(fold([podMeta()], { controlPlanes })).join('\n')).toContain('new proxies get stable-2.14.9');
});

test('long lists end with how many more there are', () => {
  const pods = Array.from({ length: 30 }, (_, index) =>
    podMeta({ ownerName: `w-${String(index).padStart(2, '0')}`, proxyVersion: 'stable-2.13.7' }),
  );
  const survey = fold(pods);
  expect(print(survey)).toContain('    and 22 more (-o json has them all)');
  const [finding] = json(survey).findings;
  expect(finding).toMatchObject({ code: 'proxies-behind', level: 'attention' });
  expect(finding.items).toHaveLength(30);
});

describe('whatever the width, no line is wider', () => {
  const long = 'payment-reconciliation-worker-with-a-name-of-some-length';
  const survey = fold([
    podMeta({
      namespace: 'a-namespace-with-a-very-long-name-indeed',
      ownerName: long,
      override: 'registry.corp/linkerd/proxy',
    }),
    podMeta({ ownerName: '支付服务支付服务支付服务支付服务', proxyVersion: 'x'.repeat(200) }),
    podMeta({ ownerKind: 'Other', ownerName: `StrimziPodSet/${long}`, proxyVersion: 'stable-2.11.5' }),
    podMeta({ ownerName: long, proxyVersion: 'stable-2.13.7' }),
    podMeta({ ownerName: long, proxyVersion: 'stable-2.12.6' }),
  ]);
  test.each([
    ['table', 60],
    ['table', 80],
    ['table', 120],
    ['table', 54],
    ['tree', 48],
    ['tree', 60],
    ['tree', 120],
  ] as const)('%s in %i columns', (form, width) => {
    for (const line of print(survey, { form, width }))
      expect(displayWidth(line), line).toBeLessThanOrEqual(width);
  });

  test('without a terminal nothing is cut', () => {
    expect(print(survey).join('\n')).toContain(`rollout/${long}`.replace('rollout', 'deploy'));
  });
});

test('a name that is too long loses its middle, and cells stay in their columns', () => {
  const columns = [
    { title: 'NAME', atLeast: 6, middle: true },
    { title: 'N', right: true },
  ];
  const rows = ['linkerd-destination', '一二三四五六七八', 'web'].map((name, index) => [
    span(name),
    span(String(index)),
  ]);
  const lines = columnLines(columns, rows, { width: 14, mark: '…' }).map((line) =>
    line.map(({ text }) => text).join(''),
  );
  expect(lines).toEqual(['NAME         N', 'linke…ation  0', '一二… 七八   1', 'web          2']);
});

describe('CSV', () => {
  test('values with commas, quotes and line ends are quoted', () => {
    const [row] = csv([podMeta({ override: 'a,"b"' })]);
    expect(row).toBe('shop,Deployment,web,data-plane,,linkerd,stable-2.14.10,current,1,0,"a,""b"""');
  });

  test.each(['=cmd()', '+1', '-1', '@SUM(A1)'])('%s is no formula', (version) => {
    expect(csv([podMeta({ proxyVersion: version })])[0]).toContain(`,'${version},`);
  });

  test('no rows: the heading alone', () => {
    expect(csv([])).toEqual([]);
  });
});

describe('JSON', () => {
  test('says what it is, when and where', () => {
    expect(json(fold([podMeta()]))).toMatchObject({
      kind: 'handrail/survey',
      version: 1,
      takenAt: '2026-01-02T03:04:05.000Z',
      cluster: { name: 'prod-eu-1', server: 'https://10.0.0.1:6443', practice: false },
      namespaces: 'all',
      only: 'everything',
      completed: 0,
    });
  });

  test('has null where something is not known', () => {
    const controlPlanes = [
      controlPlaneMeta({ version: undefined, proxyVersion: undefined, state: 'unseen' }),
    ];
    const document = json(fold([podMeta({ trustRoot: 'a' })], { controlPlanes, finished: undefined }));
    expect(document).toMatchObject({
      completed: null,
      controlPlanes: [{ version: null, proxyVersion: null, trustRoot: null }],
      trustRoots: [{ sha256: 'a', pods: 1, current: null }],
    });
  });

  test('of what is behind, the counts of the whole stay', () => {
    const survey = fold([
      podMeta(),
      podMeta({ ownerName: 'api', proxyVersion: 'stable-2.13.7' }),
      podMeta({ ownerKind: 'Pod', ownerName: 'x', name: 'x', proxyVersion: 'stable-2.12.0' }),
      podMeta({ namespace: 'linkerd', component: 'identity', proxyVersion: 'stable-2.13.7' }),
    ]);
    const document = json(survey, true);
    expect(document.only).toBe('behind');
    expect(document.workloads.map(({ name }: { name: string }) => name)).toEqual(['api']);
    expect(document.barePods).toHaveLength(1);
    expect(document.totals).toMatchObject({ pods: 4, behind: 2 });
  });
});
