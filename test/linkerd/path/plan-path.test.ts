/** By which releases a path goes, and where there is none. */
import { describe, expect, test } from 'vitest';
import { avoided } from '../../../src/linkerd/avoid.ts';
import { knownVersions } from '../../../src/linkerd/facts.ts';
import { exists, lines } from '../../../src/linkerd/lines.ts';
import type { PathFacts } from '../../../src/linkerd/path/model.ts';
import { planPath } from '../../../src/linkerd/path/plan-path.ts';
import { lineOf } from '../../../src/linkerd/version-order.ts';

const stops = (from: string, to: string, facts: PathFacts = {}): readonly string[] => {
  const path = planPath(from, to, facts);
  if (path.type !== 'path') throw new Error(JSON.stringify(path));
  return path.hops.map((hop) => hop.to);
};

describe('a path goes through', () => {
  test.each<[string, string, readonly string[]]>([
    // Out of the 2.9 that loses its settings first.
    [
      'stable-2.9.2',
      '2.14',
      ['stable-2.9.5', 'stable-2.10.2', 'stable-2.11.5', 'stable-2.12.6', 'stable-2.13.7', 'stable-2.14.10'],
    ],
    ['stable-2.9.3', 'stable-2.10.2', ['stable-2.9.5', 'stable-2.10.2']],
    ['stable-2.9.2', '2.9', ['stable-2.9.5']],
    ['stable-2.9.2', 'stable-2.9.4', ['stable-2.9.4']],
    ['stable-2.9.4', '2.10', ['stable-2.10.2']],
    // Another patch of the line that runs is no stop: the next line takes any.
    ['stable-2.12.0', '2.13', ['stable-2.13.7']],
    ['stable-2.13.0', '2.14', ['stable-2.14.10']],
    ['stable-2.13.4', '2.13', ['stable-2.13.7']],
    // A release is the end as it was named; on the way there it is the best of each line.
    ['stable-2.12.3', 'stable-2.14.5', ['stable-2.13.7', 'stable-2.14.5']],
    ['2.13.7', '2.14.10', ['stable-2.14.10']],
    // The lines after 2.14 are edges.
    ['stable-2.14.10', '2.15', ['edge-24.2.4']],
    ['stable-2.14.10', 'version-2.17', ['edge-24.2.4', 'edge-24.8.2', 'edge-24.11.8']],
    ['stable-2.13.7', 'edge-24.2.4', ['stable-2.14.10', 'edge-24.2.4']],
    ['edge-23.11.2', '2.15', ['edge-24.2.4']],
    ['edge-24.9.1', 'edge-25.1.2', ['edge-25.1.2']],
    ['edge-24.9.1', 'edge-25.5.1', ['edge-24.11.8', 'edge-25.5.1']],
    ['edge-25.10.3', '2.19', ['edge-25.10.7']],
    ['edge-24.11.8', 'edge-25.2.1', ['edge-25.2.1']],
    ['stable-2.14.10', '2.20', lines.slice(6).map(({ best }) => best)],
  ])('%s to %s: %j', (from, to, expected) => {
    expect(stops(from, to)).toEqual(expected);
  });
});

describe('nothing is to be done', () => {
  test.each([
    ['stable-2.14.10', 'stable-2.14.10'],
    ['stable-2.14.10', '2.14'],
    ['edge-24.8.2', '2.16'],
    // A later edge of the line than the one that was announced.
    ['edge-24.9.1', '2.16'],
    ['edge-24.9.1', 'version-2.16'],
    ['enterprise-2.18.0', 'enterprise-2.18.0'],
  ])('from %s to %s', (from, to) => {
    expect(planPath(from, to).type).toBe('nothing');
  });

  test('only where all of the control plane runs it', () => {
    const facts = { running: ['stable-2.14.10', 'stable-2.13.7'] };
    const path = planPath('stable-2.14.10', '2.14', facts);
    expect(path).toMatchObject({ type: 'refused', advice: expect.stringContaining('interrupted-upgrade') });
    expect(JSON.stringify(path)).toContain('stable-2.13.7');
  });
});

describe('refused is', () => {
  test.each<[string, string, RegExp, RegExp, PathFacts?]>([
    // from, to, why, what to do
    ['dev-undefined', '2.14', /dev-undefined is no release/, /--from/],
    ['git-1a2b3c4d', '2.14', /is no release/, /--from/],
    ['', '2.14', /no release/, /--from/],
    ['stable-2.8.1', '2.14', /older than 2\.9/, /stable-2\.9\.5/],
    ['edge-20.10.1', '2.14', /older than 2\.9/, /stable-2\.9\.5/],
    ['enterprise-2.16.1', '2.18', /a vendor/, /guide of the vendor/],
    ['enterprise-2.16.1', 'enterprise-2.18.0', /a vendor/, /guide of the vendor/],
    ['stable-2.14.10', 'enterprise-2.15.1', /a vendor/, /vendor for its guide/],
    ['stable-2.13.7', 'latest', /no version/, /for example/i],
    ['stable-2.13.7', '2.8', /older than 2\.9/, /stable-2\.9\.5/],
    ['stable-2.13.7', 'stable-2.14.11', /no stable-2\.14\.11/, /stable-2\.14\.10/],
    ['stable-2.14.10', 'stable-2.15.0', /edge releases alone/, /edge-24\.2\.4/],
    ['edge-26.6.3', '2.21', /newer than all/, /edge-26\.6\.3/],
    ['edge-26.6.3', 'stable-2.21.0', /newer than all/, /edge-26\.6\.3/],
    ['edge-26.6.3', 'edge-26.9.1', /newer than edge-26\.8\.3/, /release notes/],
    ['edge-26.6.3', 'edge-26.13.1', /no edge-26\.13\.1/, /edge-26\.6\.3/],
    ['stable-2.14.10', '2.13', /older than stable-2\.14\.10/, /finish/],
    ['stable-2.14.10', 'stable-2.14.9', /older/, /finish/],
    ['edge-24.11.8', 'edge-24.2.4', /older/, /finish/],
    ['edge-24.2.4', 'stable-2.14.10', /older/, /finish/],
    ['stable-2.13.4', 'stable-2.13.0', /older/, /finish/],
    // Of two channels in one line.
    ['edge-23.11.2', 'stable-2.14.10', /two channels/, /edge-24\.2\.4/],
    ['edge-23.11.2', '2.14', /two channels/, /edge-24\.2\.4/],
    // To be avoided.
    ['stable-2.9.1', 'stable-2.9.3', /HTTP\/1/, /stable-2\.9\.5/],
    ['stable-2.11.5', 'stable-2.12.0', /#9398/, /stable-2\.12\.6/],
    ['stable-2.11.5', 'stable-2.12.0-rc2', /candidate/, /stable-2\.12\.6/],
    ['stable-2.12.6', 'stable-2.13.4', /#10908/, /stable-2\.13\.7/],
    ['stable-2.13.7', 'stable-2.14.6', /#11721/, /stable-2\.14\.10/, { method: 'helm' }],
    ['edge-25.4.4', 'edge-25.10.4', /#14605/, /edge-25\.10\.7/],
    // Kubernetes: too old for the first hop, or without what a release on the way is made of.
    [
      'stable-2.11.5',
      '2.13',
      /refuses Kubernetes 1\.20.*1\.21/,
      /to 1\.21-1\.23 first/,
      { kubernetes: 'v1.20.15' },
    ],
    ['edge-25.10.7', '2.20', /needs 1\.31/, /1\.31-1\.35/, { kubernetes: 'v1.30.2' }],
    ['stable-2.10.2', '2.12', /stable-2\.11\.5.*1\.24 at most.*1\.26/, /new mesh/, { kubernetes: 'v1.26.1' }],
    ['stable-2.9.2', '2.10', /stable-2\.9\.5.*1\.21 at most/, /new mesh/, { kubernetes: 'v1.22.0' }],
  ])('%j to %j: %s', (from, to, reason, advice, facts = {}) => {
    const path = planPath(from, to, facts);
    if (path.type !== 'refused') throw new Error(JSON.stringify(path));
    expect(path.reason).toMatch(reason);
    expect(path.advice).toMatch(advice);
  });
});

test('2.14.6 is fine for those who install by the CLI', () => {
  expect(stops('stable-2.13.7', 'stable-2.14.6', { method: 'cli' })).toEqual(['stable-2.14.6']);
});

test('a path says what is doubtful about its ends, and what is not known', () => {
  const warnings = (from: string, to: string, facts: PathFacts = {}) => {
    const path = planPath(from, to, facts);
    return path.type === 'path' ? path.warnings.join('\n') : '';
  };
  expect(warnings('stable-2.13.2', '2.14')).toContain('one to leave');
  expect(warnings('stable-2.13.9', '2.14')).toContain('no release stable-2.13.9 that is known here');
  expect(warnings('stable-2.13.7', 'stable-2.14.5')).toContain('not the last of its line');
  expect(warnings('edge-23.11.2', '2.15')).toContain('by its date it is 2.14');
  expect(warnings('edge-24.8.2', 'edge-24.10.5')).toContain('not known here');
  expect(warnings('stable-2.13.7', '2.14')).toContain(
    'Not known: how it was installed (CLI or Helm), the version of',
  );
  const all = { method: 'cli', kubernetes: 'v1.25.1', extensions: [], ha: false, pods: 3 } as const;
  expect(warnings('stable-2.13.7', '2.14', all)).toBe('');
});

describe('whatever the two ends are', () => {
  const ends = [
    ...new Set([
      ...lines.flatMap(({ first, best }) => [first, best]),
      ...knownVersions,
      ...['stable-2.9.1', 'stable-2.13.3', 'edge-23.11.2', 'edge-24.9.1', 'edge-25.10.3', 'edge-26.8.3'],
    ]),
  ];
  const pairs = ends.flatMap((from) =>
    [...ends, ...lines.map(({ line }) => `2.${line}`)].map((to) => [from, to] as const),
  );

  test('a hop begins where the one before ended, goes at most one line ahead, and to no release that is avoided', () => {
    let paths = 0;
    const wrong: string[] = [];
    for (const [from, to] of pairs) {
      const path = planPath(from, to);
      if (path.type !== 'path') continue;
      paths += 1;
      let at = from;
      for (const hop of path.hops) {
        const ahead = lineOf(hop.to)! - lineOf(hop.from)!;
        const right =
          hop.from === at &&
          hop.kind === (['patch', 'major'] as const)[ahead] &&
          avoided(hop.to) === undefined &&
          exists(hop.to) !== 'no' &&
          hop.line === `2.${lineOf(hop.to)}` &&
          hop.estimateMs > 0;
        if (!right) wrong.push(`${from} to ${to}: ${JSON.stringify({ ...hop, demands: [] })}`);
        at = hop.to;
      }
      if (at !== path.to) wrong.push(`${from} to ${to} ends with ${at}`);
      const sum = path.hops.reduce((all, hop) => all + hop.estimateMs, 0);
      if (sum !== path.estimateMs) wrong.push(`${from} to ${to} takes ${path.estimateMs}`);
    }
    expect(wrong).toEqual([]);
    expect(paths).toBeGreaterThan(200);
  });

  test('a refusal has a reason and an advice, and there is never a path both ways', () => {
    const wrong = pairs.filter(([from, to]) => {
      const path = planPath(from, to);
      if (path.type === 'refused') return Math.min(path.reason.length, path.advice.length) < 15;
      return path.type === 'path' && planPath(path.to, from).type === 'path';
    });
    expect(wrong).toEqual([]);
  });
});
