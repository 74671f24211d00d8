/** What the hops of a path demand, against what an expert would say. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lines } from '../../../src/linkerd/lines.ts';
import { rules } from '../../../src/linkerd/path/demands.ts';
import type { Demand, Hop, PathFacts } from '../../../src/linkerd/path/model.ts';
import { planPath } from '../../../src/linkerd/path/plan-path.ts';

const hopsOf = (from: string, to: string, facts: PathFacts = {}): readonly Hop[] => {
  const path = planPath(from, to, facts);
  if (path.type !== 'path') throw new Error(JSON.stringify(path));
  return path.hops;
};

/** The one hop from a release to the line after it, and what it demands under a code. */
const demand = (from: string, to: string, facts: PathFacts, code: string): Demand | undefined =>
  hopsOf(from, to, facts)[0]!.demands.find((one) => one.code === code);

/** A mesh of the CLI on a Kubernetes that serves it, with nothing of all that may be. */
const bare: PathFacts = {
  method: 'cli',
  kubectl: 'v1.21.1',
  ha: false,
  extensions: [],
  pods: 0,
  cni: false,
  runtimes: ['containerd'],
  trafficSplits: false,
  gatewayApi: 'absent',
};

test('from 2.9.2 to 2.14 by the CLI, with viz and multicluster, an expert says this', () => {
  const facts: PathFacts = {
    ...bare,
    kubernetes: 'v1.21.14',
    kubectl: 'v1.31.0',
    extensions: ['multicluster'],
    runtimes: ['containerd', 'docker'],
    oldestProxy: 'stable-2.9.2',
  };
  const always = ['before healthy', 'before cli-version'];
  const later = ['after multicluster-upgrade', 'after data-plane-restart', 'know no-way-back'];
  const pruned = ['know prune-flag'];
  const said = hopsOf('stable-2.9.2', '2.14', facts).map((hop) => [
    `${hop.from} ${hop.to} ${hop.kind} ${hop.kubernetes.min} ${hop.kubernetes.max}`,
    hop.demands.map(({ weight, code }) => `${weight} ${code}`).sort(),
  ]);
  const expected: readonly (readonly [string, readonly string[]])[] = [
    ['stable-2.9.2 stable-2.9.5 patch 1.13 1.21', [...always, 'before repair', ...pruned]],
    ['stable-2.9.5 stable-2.10.2 major 1.16 1.21', [...always, 'after viz-split', ...later, ...pruned]],
    [
      'stable-2.10.2 stable-2.11.5 major 1.17 1.23',
      [...always, 'after viz-upgrade', 'after multicluster-relink', ...later, ...pruned],
    ],
    [
      'stable-2.11.5 stable-2.12.6 major 1.21 1.23',
      [
        ...always,
        'before definitions-first',
        'before docker-nodes',
        'after viz-upgrade',
        ...later,
        ...pruned,
      ],
    ],
    [
      'stable-2.12.6 stable-2.13.7 major 1.21 1.24',
      [
        ...always,
        'before definitions-first',
        'after prune',
        'after extension-prune',
        'after viz-upgrade',
        ...later,
      ],
    ],
    [
      'stable-2.13.7 stable-2.14.10 major 1.21 1.28',
      [
        ...always,
        'before definitions-first',
        'after prune',
        'after extension-prune',
        'after viz-upgrade',
        'after multicluster-relink',
        ...later,
      ],
    ],
  ];
  expect(said).toEqual(expected.map(([hop, codes]) => [hop, [...codes].sort()]));
  const [repair] = hopsOf('stable-2.9.2', '2.14', facts)[0]!.demands.filter(({ code }) => code === 'repair');
  expect(repair).toMatchObject({ pitfall: 'pitfalls/overrides-missing' });
  expect(repair!.text).toContain('`linkerd repair | kubectl apply -f -` with the linkerd of stable-2.9.5');
});

describe('a hop demands', () => {
  const next = (from: string) => lines.find(({ best }) => best === from)!.line + 1;
  test.each<[string, PathFacts, string, Demand['weight']]>([
    // from, what is known besides, code, weight
    ['stable-2.9.5', {}, 'viz-split', 'after'],
    ['stable-2.9.5', { method: 'helm' }, 'global-values', 'before'],
    ['stable-2.10.2', { extensions: ['multicluster'] }, 'multicluster-relink', 'after'],
    ['stable-2.11.5', {}, 'definitions-first', 'before'],
    ['stable-2.11.5', { method: 'helm' }, 'chart-migration', 'before'],
    ['stable-2.11.5', { method: 'helm', helm: 'v2.17.0' }, 'helm-too-old', 'before'],
    ['stable-2.11.5', { method: 'helm', kubernetes: 'v1.25.3' }, 'removed-apis', 'before'],
    ['stable-2.11.5', { method: 'helm', extensions: ['viz'] }, 'extension-charts', 'after'],
    ['stable-2.11.5', { method: 'helm', extensions: ['multicluster'] }, 'multicluster-links-lost', 'after'],
    ['stable-2.11.5', { runtimes: ['docker'] }, 'docker-nodes', 'before'],
    ['stable-2.11.5', { trafficSplits: true }, 'traffic-splits', 'before'],
    ['stable-2.11.5', { kubectl: 'v1.20.0' }, 'kubectl-too-old', 'before'],
    ['stable-2.13.7', { gatewayApi: 'external' }, 'gateway-api-bundled', 'before'],
    ['stable-2.13.7', { extensions: ['multicluster'] }, 'multicluster-relink', 'after'],
    ['stable-2.14.10', {}, 'edge-channel', 'know'],
    ['stable-2.14.10', { method: 'helm' }, 'edge-charts', 'know'],
    ['stable-2.14.10', { gatewayApi: 'external' }, 'gateway-api-ceiling', 'know'],
    ['edge-24.11.8', {}, 'gateway-api-required', 'before'],
    ['edge-24.11.8', { gatewayApi: 'external' }, 'gateway-api-owner', 'before'],
    ['edge-24.11.8', { gatewayApi: 'linkerd' }, 'gateway-api-transition', 'know'],
    ['edge-24.11.8', { gatewayApi: 'linkerd', method: 'helm' }, 'gateway-api-defaults', 'before'],
    ['edge-24.11.8', { extensions: ['multicluster'] }, 'multicluster-link-gen', 'after'],
    ['edge-24.11.8', {}, 'mesh-port', 'before'],
    ['edge-25.4.4', { gatewayApi: 'linkerd', method: 'helm' }, 'gateway-api-keep', 'before'],
    ['edge-25.4.4', { extensions: ['jaeger'] }, 'jaeger-removal', 'before'],
    ['edge-25.10.7', {}, 'native-sidecars', 'know'],
    ['edge-25.10.7', { gatewayApi: 'external' }, 'gateway-api-floor', 'before'],
    ['stable-2.12.6', { cni: true }, 'cni-first', 'before'],
    ['stable-2.12.6', { method: 'helm', ha: true }, 'ha-values', 'before'],
    ['stable-2.12.6', { method: 'helm' }, 'chart-version', 'before'],
    ['stable-2.12.6', {}, 'prune', 'after'],
    ['stable-2.12.6', { oldestProxy: 'stable-2.11.5' }, 'data-plane-too-old', 'block'],
    ['stable-2.12.6', { running: ['stable-2.12.6', 'stable-2.11.5'] }, 'half-upgraded', 'block'],
  ])('from %s, with %j: %s', (from, more, code, weight) => {
    expect(demand(from, `2.${next(from)}`, { ...bare, ...more }, code)?.weight).toBe(weight);
  });

  test.each<[string, PathFacts, string]>([
    // The same hops, where the facts say otherwise; and the hops beside them.
    ['stable-2.9.5', {}, 'repair'],
    ['stable-2.9.5', {}, 'global-values'],
    ['stable-2.10.2', {}, 'multicluster-relink'],
    ['stable-2.10.2', {}, 'definitions-first'],
    ['stable-2.11.5', {}, 'chart-migration'],
    ['stable-2.11.5', {}, 'docker-nodes'],
    ['stable-2.11.5', {}, 'traffic-splits'],
    ['stable-2.11.5', {}, 'prune'],
    ['stable-2.11.5', { method: 'helm' }, 'removed-apis'],
    ['stable-2.11.5', { method: 'helm', helm: 'v3.14.0' }, 'helm-too-old'],
    ['stable-2.11.5', { method: 'helm', extensions: ['viz'] }, 'viz-upgrade'],
    ['stable-2.11.5', { method: 'helm' }, 'prune-flag'],
    ['stable-2.12.6', {}, 'prune-flag'],
    ['stable-2.12.6', { method: 'helm' }, 'chart-migration'],
    ['stable-2.12.6', { method: 'helm' }, 'cli-version'],
    ['stable-2.12.6', { method: 'helm' }, 'ha-values'],
    ['stable-2.12.6', { extensions: ['multicluster'] }, 'multicluster-relink'],
    ['stable-2.12.6', { oldestProxy: 'stable-2.12.0' }, 'data-plane-too-old'],
    ['stable-2.12.6', { running: ['stable-2.12.6'] }, 'half-upgraded'],
    ['stable-2.13.7', {}, 'gateway-api-bundled'],
    ['stable-2.13.7', {}, 'edge-channel'],
    ['edge-24.8.2', { method: 'helm' }, 'edge-charts'],
    ['edge-24.11.8', { extensions: ['jaeger'] }, 'jaeger-removal'],
    ['edge-24.11.8', { gatewayApi: 'linkerd' }, 'gateway-api-required'],
    ['edge-24.11.8', { gatewayApi: 'linkerd', method: 'cli' }, 'gateway-api-defaults'],
    ['edge-25.4.4', { extensions: ['viz'] }, 'jaeger-removal'],
    ['edge-25.4.4', { extensions: ['jaeger'] }, 'jaeger-upgrade'],
    ['edge-25.4.4', { gatewayApi: 'external', method: 'helm' }, 'gateway-api-keep'],
    ['edge-25.4.4', {}, 'mesh-port'],
  ])('but from %s, with %j, never %s', (from, more, code) => {
    expect(demand(from, `2.${next(from)}`, { ...bare, ...more }, code)).toBeUndefined();
  });

  test('what came with an edge between two lines is demanded by the hop that crosses it', () => {
    const jaeger = { ...bare, extensions: ['jaeger'] };
    // edge-25.10.1 is of 2.18, and has no jaeger any more.
    expect(demand('edge-25.9.1', 'edge-25.10.1', jaeger, 'jaeger-removal')).toBeDefined();
    expect(demand('edge-25.10.1', '2.19', jaeger, 'jaeger-removal')).toBeUndefined();
    expect(demand('edge-25.10.7', 'edge-26.5.2', bare, 'native-sidecars')).toBeDefined();
  });
});

test('the flag of kubectl is the one that it knows, and is left open where it is not known', () => {
  const flag = (kubectl: string | undefined) => {
    const { kubectl: _, ...rest } = bare;
    return demand('stable-2.9.5', '2.10', { ...rest, ...(kubectl && { kubectl }) }, 'prune-flag')!.text;
  };
  expect(flag('v1.22.3')).toContain('--prune-whitelist');
  expect(flag('v1.22.3')).not.toContain('allowlist');
  expect(flag('v1.32.4')).toContain('1.32, names them by --prune-allowlist');
  expect(flag(undefined)).toMatch(/whitelist up to kubectl 1\.25.*allowlist from 1\.26/);
});

describe('what hangs on a fact that is not known', () => {
  test('begins with the condition, and is given for each method', () => {
    const [hop] = hopsOf('stable-2.11.5', '2.12');
    const text = (code: string) => hop!.demands.find((one) => one.code === code)?.text;
    expect(text('chart-migration')).toMatch(/^If Helm installed it: move from the chart linkerd2/);
    expect(text('cli-version')).toMatch(/^If the CLI installed it: work/);
    expect(text('docker-nodes')).toMatch(/^If a node runs Docker: set/);
    expect(text('multicluster-links-lost')).toMatch(
      /^If Helm installed it, and if there is the multicluster extension: link/,
    );
    expect(text('definitions-first')).toMatch(
      /^Update .*`linkerd upgrade --crds`, or the chart linkerd-crds/,
    );
  });

  test('is given without a condition where it is known', () => {
    for (const { demands } of hopsOf('stable-2.9.2', '2.20', {
      ...bare,
      kubernetes: 'v1.21.1',
      oldestProxy: 'stable-2.9.2',
    })) {
      // NetworkPolicies are not among the facts.
      const open = demands.filter(({ text, code }) => /^If /.test(text) && code !== 'mesh-port');
      expect(open).toEqual([]);
    }
  });
});

test('what the hops before have brought counts for those after them', () => {
  const hops = hopsOf('stable-2.9.5', '2.20', { ...bare, method: 'helm', kubernetes: 'v1.21.1' });
  const saying = (code: string) =>
    hops.filter(({ demands }) => demands.some((one) => one.code === code)).map(({ line }) => line);
  // The definitions of the Gateway API come with 2.14, so they are Linkerd's own at 2.18.
  expect(saying('gateway-api-required')).toEqual([]);
  expect(saying('gateway-api-defaults')).toEqual(['2.18']);
  expect(saying('gateway-api-keep')).toEqual(['2.19']);
  // viz is an extension from 2.10 on, and with Helm it is installed anew at 2.12.
  expect(saying('viz-upgrade')).toEqual([
    '2.11',
    '2.13',
    '2.14',
    '2.15',
    '2.16',
    '2.17',
    '2.18',
    '2.19',
    '2.20',
  ]);
});

test('all proxies are restarted before the next hop, and at the end it may wait', () => {
  const restart = hopsOf('stable-2.9.2', '2.11', bare).map(
    ({ demands }) => demands.find(({ code }) => code === 'data-plane-restart')?.text,
  );
  expect(restart[0]).toBeUndefined();
  expect(restart[1]).toContain('before the next hop begins');
  expect(restart[2]).toContain('may wait');
});

test('the demands of a hop are in the order in which one comes to them', () => {
  const [hop] = hopsOf('stable-2.11.5', '2.12', { oldestProxy: 'stable-2.10.2', kubernetes: 'v1.24.1' });
  const weights = hop!.demands.map(({ weight }) => weight);
  const order = ['block', 'before', 'after', 'know'];
  expect(weights).toEqual([...weights].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
  expect(new Set(weights).size).toBe(4);
});

test('every pitfall that a demand names is there', () => {
  for (const { code, pitfall } of rules) {
    if (pitfall === undefined) continue;
    expect(existsSync(resolve(import.meta.dirname, `../../../runbooks/pitfalls/${pitfall}.md`)), code).toBe(
      true,
    );
  }
});

describe('Kubernetes', () => {
  const said = (from: string, to: string, kubernetes: string) =>
    hopsOf(from, to, { ...bare, kubernetes }).flatMap((hop) =>
      hop.demands
        .filter(({ code }) => code.startsWith('kubernetes-'))
        .map(({ weight, code, text }) => [hop.line, weight, code, /1\.\d+(?:-1\.\d+)?/.exec(text)?.[0]]),
    );

  test('is upgraded as seldom as there can be, before the hop that needs it', () => {
    expect(said('stable-2.10.2', '2.20', 'v1.20.3')).toEqual([
      ['2.12', 'block', 'kubernetes-too-old', '1.23'],
      ['2.19', 'before', 'kubernetes-undocumented', '1.31-1.32'],
    ]);
    // 2.14 is documented up to 1.28, and 2.20 refuses what is older than 1.31.
    expect(said('stable-2.14.10', '2.20', 'v1.28.1')).toEqual([
      ['2.19', 'before', 'kubernetes-undocumented', '1.31-1.32'],
    ]);
    expect(said('edge-25.4.4', '2.20', 'v1.29.1')).toEqual([
      ['2.20', 'block', 'kubernetes-too-old', '1.31-1.35'],
    ]);
  });

  test('that is newer than documented stops nothing, and is said', () => {
    expect(said('stable-2.14.10', '2.15', 'v1.30.1')).toEqual([
      ['2.15', 'know', 'kubernetes-undocumented', '1.30'],
    ]);
    expect(said('stable-2.13.7', '2.14', 'v1.28.1')).toEqual([]);
  });

  test('that is not known is named for all hops, in as few versions as serve them', () => {
    const warnings = (from: string, to: string) => {
      const path = planPath(from, to);
      return path.type === 'path' ? path.warnings.join('\n') : '';
    };
    expect(warnings('stable-2.9.2', '2.14')).toContain('Kubernetes has to be 1.21 for every hop.');
    expect(warnings('stable-2.14.10', '2.20')).toContain(
      'Kubernetes has to be 1.23-1.28 for hops 1-4, then 1.31-1.32 for hops 5-6.',
    );
  });
});

describe('the time of a hop', () => {
  const minutes = (facts: PathFacts, from = 'stable-2.13.7', to = '2.14') =>
    hopsOf(from, to, facts)[0]!.estimateMs / 60_000;

  test.each<[PathFacts, number]>([
    [{}, 15 + 4],
    [{ ha: true }, 15 + 10],
    [{ ha: true, extensions: ['viz', 'multicluster'] }, 15 + 10 + 8],
    [{ pods: 300 }, 15 + 4 + 30],
  ])('with %j is %i minutes', (facts, expected) => {
    expect(minutes(facts)).toBe(expected);
  });

  test('leaves out the data plane where it is a patch, and counts the move to new charts', () => {
    expect(minutes({ pods: 300 }, 'stable-2.14.1', '2.14')).toBe(19);
    expect(minutes({ method: 'helm' }, 'stable-2.11.5', '2.12')).toBe(19 + 30);
  });
});
