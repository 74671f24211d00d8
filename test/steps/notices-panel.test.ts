/** What the panel of upgrade notices shows: text, as an operator reads it, at the sizes that there are. */
import { expect, test } from 'vitest';
import type { NoticeResult, Outcome } from '../../src/diagnosis/notices/model.ts';
import type { WalkState } from '../../src/state/walk.ts';
import { noticesPanel } from '../../src/steps/notices/panel.ts';
import { ASCII, UNICODE } from '../../src/terminal/glyphs.ts';
import { lineText, lineWidth } from '../../src/terminal/line.ts';

const at = { frame: 0, step: 'read', action: 'read/1' };
const ref = `Pod shop/web-${'x'.repeat(80)}`;
const unseen = [
  { part: 'secrets', why: 'denied', message: 'It needs the permission to list secrets in all namespaces.' },
] as const;

const result = (id: string, outcome: Outcome, more: Partial<NoticeResult> = {}): NoticeResult => ({
  id,
  certainty: 'found',
  line: '2.11',
  title: `The title of ${id}`,
  text: `What ${id} changes, and what to do.`,
  file: 'notices/2.11.md',
  step: id,
  outcome,
  ...more,
});

const touched: Outcome = {
  type: 'touched',
  objects: [
    {
      subject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
      evidence: { kind: 'field', ref, path: 'metadata.annotations["linkerd.io/inject"]', value: 'ingress' },
    },
  ],
  count: 31,
  unseen,
};
const results: readonly NoticeResult[] = [
  result('2.11-touched', touched),
  result('2.11-maybe', touched, { certainty: 'suspect' }),
  result('2.11-unseen', { type: 'not-checked', unseen }),
  result('2.11-acknowledge', { type: 'to-acknowledge' }),
  result('2.11-elsewhere', { type: 'not-here' }),
];

function draw({
  data = { type: 'noticed', results } as unknown,
  toggled = [] as readonly string[],
  width = 60,
  glyphs = UNICODE,
  looking = false,
}) {
  const notes = looking ? [] : [{ time: '2026-11-21T02:00:05.000Z', text: 'x', data }];
  const walk = {
    session: { stack: [{ id: 0, steps: { read: { actions: { 'read/1': { notes } } } } }], left: [] },
    live: looking ? { progress: { at, value: { type: 'looking', startedAt: 0 } } } : {},
  } as unknown as WalkState;
  const ui = { selected: undefined, toggled, excluded: [] };
  const view = noticesPanel({ walk, at, ui, now: 5000, width, height: 20, glyphs });
  const all = view ? [...view.top, ...view.rows.map(({ line }) => line), ...view.bottom] : [];
  for (const line of all) expect(lineWidth(line), lineText(line)).toBeLessThanOrEqual(width);
  return view === undefined ? undefined : all.map(lineText).join('\n');
}

test('what touches comes first with its objects, and what touches nothing is a number', () => {
  const text = draw({})!;
  expect(text).toMatch(/^2 of 5 changes touch this cluster, 1 could not be looked/);
  const order = [
    '(2) Touches this cluster',
    'Deployment shop/web',
    'and 30 more',
    '(1) Could not be looked at',
    'To be acknowledged',
  ];
  const places = order.map((words) => text.indexOf(words));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(text).toContain('may be touched: look');
  expect(text).toContain('(1) Touches nothing here');
  expect(text).not.toContain('The title of 2.11-elsewhere');
  // Nobody acknowledges what is folded away.
  expect(text).toContain('What 2.11-acknowledge changes, and what to do.');
});

test('rows are opened and closed', () => {
  const text = draw({ toggled: ['g:elsewhere', 'n:2.11-elsewhere', 'n:2.11-touched'] })!;
  expect(text).toContain('The title of 2.11-elsewhere');
  expect(text).toContain('What 2.11-elsewhere changes, and what to do.');
  expect(text).not.toContain('What 2.11-touched changes');
  expect(draw({ toggled: ['g:touched'] })).not.toContain('2.11-touched');
});

test.each([24, 40, 200])(
  'at %i columns every line fits, without characters outside ASCII where those are asked for',
  (width) => {
    expect(draw({ width, glyphs: ASCII, toggled: ['g:elsewhere'] })).toMatch(/^[\x20-\x7e\n]*$/);
  },
);

test('while it looks it says so; what is no result is not shown', () => {
  expect(draw({ looking: true })).toContain('Handrail looks at the cluster');
  expect(draw({ data: { type: 'checked' } })).toBeUndefined();
});
