/** What the panel of a pruning shows, at the sizes that there are. */
import { expect, test } from 'vitest';
import type { WalkState } from '../../src/state/walk.ts';
import type { PanelUi } from '../../src/steps/panel.ts';
import { prunePanel } from '../../src/steps/prune/panel.ts';
import type { PrunePlan } from '../../src/steps/prune/plan.ts';
import { ASCII, UNICODE } from '../../src/terminal/glyphs.ts';
import { lineText, lineWidth } from '../../src/terminal/line.ts';

const at = { frame: 0, step: 'a', action: 'a/1' };
const plan: PrunePlan = {
  form: 1,
  what: 'plain',
  label: 'linkerd.io/control-plane-ns=linkerd',
  rows: [
    ['Secret', 'linkerd', 'linkerd-tap-k8s-tls'],
    ['ClusterRole', undefined, 'linkerd-linkerd-tap\u001b[31m'],
  ].map(([kind = '', namespace, name = '']) => ({
    ...(namespace === undefined ? {} : { namespace }),
    ...{ id: name, kind, name, apiVersion: 'v1', resource: 'x', uid: name },
  })),
  left: [{ kind: 'Namespace', name: 'shop', why: 'A Namespace is never deleted here.' }],
  unseen: ['Job: You may not list jobs.batch.'],
};
const counted: PrunePlan = {
  ...plan,
  what: 'definitions',
  rows: [
    {
      ...plan.rows[1]!,
      id: 'crd',
      kind: 'CustomResourceDefinition',
      name: 'trafficsplits.split.smi-spec.io',
      resources: 3,
    },
  ],
};

function draw(
  of: PrunePlan,
  {
    notes,
    excluded = [],
    selected,
    width = 70,
    glyphs = UNICODE,
  }: {
    notes?: readonly object[];
    excluded?: readonly string[];
    selected?: string;
    width?: number;
    glyphs?: typeof UNICODE;
  } = {},
): string {
  const time = '2026-11-21T02:00:00.000Z';
  const action = {
    plan: { plan: of, text: '', excluded },
    notes: (notes ?? []).map((data) => ({ time, text: '', data })),
    startedAt: notes && time,
  };
  const walk = {
    session: { stack: [{ id: 0, file: 'main.md', steps: { a: { actions: { 'a/1': action } } } }] },
    live: {},
  } as unknown as WalkState;
  const ui: PanelUi = { selected, toggled: [], excluded };
  const view = prunePanel({ walk, at, ui, now: Date.parse(time) + 5_000, width, height: 18, glyphs })!;
  const lines = [...view.top, ...view.rows.map(({ line }) => line), ...view.bottom];
  for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(width);
  return lines.map((line) => lineText(line).trimEnd()).join('\n');
}

test('the plan: each object, what is left out, what is left and why, and what was not seen', () => {
  expect(draw(plan, { excluded: [plan.rows[0]!.id] })).toMatchInlineSnapshot(`
    "Delete 1 object, 1 left out
    Each carries the label linkerd.io/control-plane-ns=linkerd
    [ ] Secret            linkerd/linkerd-tap-k8s-tls
    [x] ClusterRole       linkerd-linkerd-tap

    Left as they are
    ↷ Namespace shop  A Namespace is never deleted here.
    ▲ Not looked at: Job: You may not list jobs.batch."
  `);
});

test('a definition says what goes with it', () => {
  const text = draw(counted, { selected: 'crd' });
  expect(text).toContain('Delete 1 definition with 3 resources of theirs');
  expect(text).toContain('would be deleted');
});

test('while it goes on: what is gone, what is waited for, what has failed', () => {
  const [secret, role] = plan.rows;
  const text = draw(plan, {
    notes: [
      { type: 'deleting', id: secret!.id },
      { type: 'deleted', id: secret!.id },
      { type: 'deleting', id: role!.id },
    ],
  });
  expect(text).toContain('1 of 2 objects deleted');
  expect(text).toContain('waits to be gone  0:05');
  expect(draw(plan, { notes: [{ type: 'failed', id: role!.id, why: 'Its finalizers hold it.' }] })).toContain(
    'Its finalizers hold it.',
  );
});

test('any width, and without any glyph of its own', () => {
  for (let width = 12; width < 90; width += 1) {
    draw(plan, { width, glyphs: ASCII });
    draw(counted, { width, notes: [] });
  }
});
