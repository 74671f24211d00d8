/** What an upgrade says of a mesh that nobody has changed: what every mesh of its release has, and nothing else. */
import { expect, test } from 'vitest';
import { isCrossed } from '../../src/diagnosis/notices/crossed.ts';
import { evaluateNotices } from '../../src/diagnosis/notices/evaluate.ts';
import { startPractice } from '../../src/practice/start-practice.ts';
import { bundledNotices } from './notices.ts';
import { wholeSnapshot } from './whole-snapshot.ts';

type Way = 'cli' | 'ha' | 'helm';

/** Ids with how many objects each names, of a practice cluster as it comes up; what a person acknowledges is left out. */
async function touchedOn(from: string, to: string, way: Way): Promise<readonly string[]> {
  const practice = await startPractice({ mesh: from, ha: way === 'ha', helm: way === 'helm', speed: 200 });
  try {
    const snapshot = await wholeSnapshot(practice, { from, target: to });
    const crossed = (await bundledNotices()).filter((notice) => isCrossed(notice, from, to));
    expect(crossed.length).toBeGreaterThan(0);
    return evaluateNotices(snapshot, crossed).flatMap(({ id, certainty, outcome }) => {
      if (outcome.type === 'not-checked') return [`${id} could not be looked at`];
      return outcome.type === 'touched' ? [`${certainty} ${id} ${outcome.count}`] : [];
    });
  } finally {
    await practice.stop();
  }
}

/** The database of the practice cluster has port 5432. */
const hops: readonly (readonly [
  from: string,
  to: string,
  ways: readonly Way[],
  touched: readonly string[],
])[] = [
  ['stable-2.9.2', 'stable-2.9.5', ['cli'], ['found 2.9.3-overrides 1']],
  [
    'stable-2.9.5',
    'stable-2.10.2',
    ['cli'],
    ['found 2.10-viz-split 4', 'suspect 2.10-ports 1', 'found 2.10-tap-secret 1'],
  ],
  [
    'stable-2.9.5',
    'stable-2.10.2',
    ['ha'],
    ['found 2.10-viz-split 4', 'suspect 2.10-ports 1', 'found 2.10-pdb 1', 'found 2.10-tap-secret 1'],
  ],
  ['stable-2.10.2', 'stable-2.11.5', ['ha'], ['found 2.11-controller-gone 2', 'found 2.11-psp 1']],
  [
    'stable-2.11.5',
    'stable-2.12.6',
    ['ha'],
    ['found 2.12-crds 1', 'found 2.12-grafana 1', 'found 2.12-viz-authz 6'],
  ],
  [
    'stable-2.11.5',
    'stable-2.12.6',
    ['helm'],
    ['found 2.12-crds 1', 'found 2.12-helm-split 1', 'found 2.12-grafana 1', 'found 2.12-ext-ns 1'],
  ],
  ['stable-2.12.6', 'stable-2.13.7', ['ha'], ['suspect 2.13-opaque-both 1', 'found 2.13-authz 2']],
  ['stable-2.13.7', 'stable-2.14.10', ['cli', 'ha', 'helm'], []],
  ['stable-2.14.10', 'edge-24.2.4', ['ha'], []],
  ['edge-24.2.4', 'edge-24.8.2', ['ha'], []],
  ['edge-24.8.2', 'edge-24.11.8', ['ha'], []],
  // Linkerd has installed the Gateway API, four kinds of it.
  ['edge-24.11.8', 'edge-25.4.4', ['ha'], ['found 2.18-gwapi-ownership 4']],
  ['edge-24.11.8', 'edge-25.4.4', ['helm'], ['found 2.18-gwapi-ownership 4', 'found 2.18-helm-keep 4']],
  ['edge-25.4.4', 'edge-25.10.7', ['ha', 'helm'], []],
  ['edge-25.10.7', 'edge-26.6.3', ['ha'], []],
];

const cases = hops.flatMap(([from, to, ways, touched]) => ways.map((way) => ({ from, to, way, touched })));

test.each(cases)(
  '$from to $to, $way',
  async ({ from, to, way, touched }) => {
    expect(await touchedOn(from, to, way)).toEqual(touched);
  },
  120_000,
);
