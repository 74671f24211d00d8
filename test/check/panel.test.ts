/** What the panel shows: text, as an operator reads it, at the sizes that there are. */
import { expect, test } from 'vitest';
import type { CheckLine } from '../../src/linkerd/check-report.ts';
import type { ExpectedCheck } from '../../src/linkerd/expected-checks.ts';
import type { WalkState } from '../../src/state/walk.ts';
import { checkPanel } from '../../src/steps/check/panel.ts';
import { type CheckRunning, noResult, resultOf } from '../../src/steps/check/result.ts';
import type { PanelView } from '../../src/steps/panel.ts';
import { ASCII, UNICODE } from '../../src/terminal/glyphs.ts';
import { lineText, lineWidth } from '../../src/terminal/line.ts';

const at = { frame: 0, step: 'check', action: 'check/1' };
const now = Date.parse('2026-11-21T02:00:12Z');
const hint = (anchor: string) => `https://linkerd.io/2.14/checks/#${anchor}`;
const fine = (category: string, count: number): CheckLine[] =>
  Array.from({ length: count }, (_, index) => ({
    category,
    description: `thing ${index} holds`,
    result: 'success',
  }));
const lines: CheckLine[] = [
  ...fine('kubernetes-api', 2),
  ...fine('linkerd-existence', 8),
  {
    category: 'linkerd-identity',
    description: 'issuer cert is issued by the trust anchor',
    result: 'error',
    error: 'None of the trust anchors has signed it: proxies would not trust each other.',
    hint: hint('l5d-identity-issuer-cert-issued-by-trust-anchor'),
  },
  ...fine('linkerd-identity', 6),
  {
    category: 'linkerd-data-plane',
    description: 'data plane is up-to-date',
    result: 'warning',
    error: `Not stable-2.14.10:\n${Array.from({ length: 30 }, (_, pod) => `shop/web-${pod}`).join('\n')}`,
    hint: hint('l5d-data-plane-version'),
  },
  {
    category: 'linkerd-webhooks-and-apisvc-tls',
    description: 'proxy-injector webhook has valid cert',
    result: 'unseen',
    error: 'Not permitted: get secrets in linkerd.',
  },
];
const announced: ExpectedCheck[] = [
  { check: 'data plane is up-to-date', until: 'it is restarted' },
  { check: 'thing 0', until: 'tomorrow' },
];

interface Given {
  readonly result?: ReturnType<typeof resultOf>;
  readonly running?: CheckRunning;
  readonly toggled?: readonly string[];
  readonly width?: number;
  readonly height?: number;
  readonly glyphs?: typeof UNICODE;
  readonly ended?: boolean;
}

function draw({ result, running, toggled = [], width = 53, height = 18, glyphs = UNICODE, ended }: Given) {
  const notes = result ? [{ time: '2026-11-21T02:00:05.000Z', text: 'x', data: result }] : [];
  const action = { notes, ...(ended ? { ended: { ok: true, detail: '' } } : {}) };
  const walk = {
    session: { stack: [{ id: 0, steps: { check: { actions: { 'check/1': action } } } }], left: [] },
    live: running ? { progress: { at, value: running } } : {},
  } as unknown as WalkState;
  const ui = { selected: undefined, toggled, excluded: [] };
  const view = checkPanel({ walk, at, ui, now, width, height, glyphs });
  const all = view ? [...view.top, ...view.rows.map(({ line }) => line), ...view.bottom] : [];
  for (const line of all) expect(lineWidth(line), lineText(line)).toBeLessThanOrEqual(width);
  return { view: view as PanelView, text: all.map(lineText).join('\n') };
}
const report = { success: false, checks: lines, rest: '', ends: [] };
const result = resultOf('linkerd', report, announced);

test('what has to be said is open and comes first; the rest is a row', () => {
  const { text } = draw({ result });
  expect(text).toBe(
    [
      '✖ 1 failed, 1 not seen, 1 expected, 16… linkerd check',
      '✖ linkerd-identity               1 failed, 6 passed',
      '  ✖ issuer cert is issued by the trust anchor',
      '    None of the trust anchors has signed it: proxies',
      '    would not trust each other.',
      '    https://linkerd.io/2.14/checks/',
      '    #l5d-identity-issuer-cert-issued-by-trust-anchor',
      '  ✔ 6 passed',
      'ℹ linkerd-data-plane             1 expected',
      '  ℹ data plane is up-to-date',
      '    expected until it is restarted',
      '    Not stable-2.14.10:',
      '    … 30 more lines',
      '? linkerd-webhooks-and-apisvc-…  1 not seen',
      '  ? proxy-injector webhook has valid cert',
      '    Not permitted: get secrets in linkerd.',
      '✔ 2 categories are clean',
      '“thing 0” was expected not to hold until tomorrow,',
      'and holds.',
    ].join('\n'),
  );
});

test('rows open and close: clean categories, what passed, a long error, a category', () => {
  const { text } = draw({
    result,
    toggled: ['clean', 'c:linkerd-existence', 'p:linkerd-identity', 'c:linkerd-webhooks-and-apisvc-tls'],
  });
  expect(text).toMatch(/✔ kubernetes-api +2 passed\n✔ linkerd-existence +8 passed\n {2}✔ thing 0 holds/);
  expect(text).toMatch(/✔ 6 passed\n {2}✔ thing 0 holds/);
  expect(text).not.toContain('get secrets');
  const long = draw({ result, toggled: ['l:linkerd-data-plane:data plane is up-to-date'] }).text;
  expect(long).toContain('shop/web-29');
  expect(long).not.toContain('more lines');
});

test('with room, every clean category has its row, and an address is whole', () => {
  const { text } = draw({ result, width: 93, height: 40 });
  expect(text).toContain('https://linkerd.io/2.14/checks/#l5d-identity-issuer-cert-issued-by-trust-anchor');
  expect(text).toMatch(/✔ kubernetes-api +2 passed/);
  expect(text).toMatch(/^✖ 1 failed, 1 not seen, 1 as expected, 16 passed +linkerd check$/m);
});

test('the verdict of an action that has ended stands above the panel already', () => {
  expect(draw({ result, ended: true }).view.top).toEqual([]);
});

test('while the tool runs it is said that it says nothing', () => {
  const running: CheckRunning = {
    type: 'running',
    by: 'linkerd',
    startedAt: now - 12_000,
    at: '',
    lines: [],
  };
  expect(draw({ running }).text).toBe(
    `◌ linkerd check looks ...${' '.repeat(24)}0:12\nIt says what it found when it has looked at\neverything.`,
  );
});

test('own checks come category by category', () => {
  const running: CheckRunning = {
    type: 'running',
    by: 'handrail',
    startedAt: now - 1_000,
    at: 'linkerd-identity',
    lines: lines.slice(0, 10),
  };
  expect(draw({ running }).text).toBe(
    [
      `◌ Handrail looks ...${' '.repeat(29)}0:01`,
      '✔ kubernetes-api     2 passed',
      '✔ linkerd-existence  8 passed',
      '◌ linkerd-identity',
    ].join('\n'),
  );
});

test('no result: why', () => {
  const { text } = draw({ result: noResult('linkerd', 'linkerd check ended with exit code 137.') });
  expect(text).toBe(`✖ No result${' '.repeat(29)}linkerd check\nlinkerd check ended with exit code 137.`);
});

test('nothing is shown before there is anything, nor where the notes are of an older program', () => {
  expect(draw({}).view).toBeUndefined();
});

test('ASCII', () => {
  const { text } = draw({ result, glyphs: ASCII });
  expect(text.replaceAll(/[“”]/g, '')).toMatch(/^[\x20-\x7e\n]*$/);
});
