/** What a pruning shows: its plan while it is asked about, object by object, then how far it is. */
import { counted } from '../../data-plane/words.ts';
import { actionIn } from '../../state/session.ts';
import { clock } from '../../terminal/duration.ts';
import { cutLine, EMPTY_LINE, type Line, line, type Span, span } from '../../terminal/line.ts';
import { padEnd, wrap } from '../../terminal/text.ts';
import type { PanelProps, PanelRow, PanelView } from '../panel.ts';
import { type RowState, statesOf } from './notes.ts';
import { objectName, type PrunePlan, type PruneRow, resourcesWords } from './plan.ts';
import { headline } from './plan-text.ts';

/** The plan at its question; after that the same objects, from the notes alone. */
export function prunePanel(props: PanelProps): PanelView | undefined {
  const { walk, at, width, glyphs } = props;
  const action = actionIn(walk.session, at);
  const plan = action?.plan?.plan as PrunePlan | undefined;
  if (!action?.plan || plan?.form !== 1) return undefined;
  const asked = action.startedAt === undefined;
  const { top, rows } = asked ? planned(plan, props) : underWay(plan, action.plan.excluded, props);
  const cut = (one: Line) => cutLine(one, width, glyphs.cut);
  return {
    top: top.map(cut),
    rows: rows.map((row) => ({ ...row, line: cut(row.line) })),
    bottom: asked ? selectedLines(plan, props).map(cut) : [],
  };
}

type Shown = Pick<PanelView, 'top' | 'rows'>;

function planned(plan: PrunePlan, { ui, glyphs }: PanelProps): Shown {
  const chosen = plan.rows.filter(({ id }) => !ui.excluded.includes(id));
  const out = plan.rows.length - chosen.length;
  return {
    top: [
      [
        span(headline({ what: plan.what, rows: chosen }), 'strong'),
        ...(out > 0 ? [span(`, ${out} left out`, 'warning')] : []),
      ],
      line(`Each carries the label ${plan.label}`, 'quiet'),
    ],
    rows: [
      ...plan.rows.map((row): PanelRow => {
        const excluded = ui.excluded.includes(row.id);
        return {
          id: row.id,
          optional: true,
          line: [
            span(excluded ? '[ ] ' : '[x] ', excluded ? 'quiet' : 'strong'),
            ...nameSpans(row, excluded ? 'quiet' : 'plain', glyphs.cut),
          ],
        };
      }),
      ...(plan.left.length === 0
        ? []
        : [{ line: EMPTY_LINE }, { line: line('Left as they are', 'heading') }]),
      ...plan.left.map(
        (one, index): PanelRow => ({
          id: `left:${index}`,
          line: [span(`${glyphs.skipped} `, 'warning'), span(objectName(one)), span(`  ${one.why}`, 'quiet')],
        }),
      ),
      ...plan.unseen.map(
        (one): PanelRow => ({
          line: [span(`${glyphs.warning} `, 'warning'), span(`Not looked at: ${one}`)],
        }),
      ),
    ],
  };
}

function nameSpans(row: PruneRow, style: 'plain' | 'quiet', mark: string): readonly Span[] {
  const { kind, namespace, name, resources } = row;
  return [
    span(`${padEnd(shortKind(kind), 16, mark)}  `, 'quiet'),
    span(namespace === undefined ? name : `${namespace}/${name}`, style),
    ...(resources === undefined
      ? []
      : [span(`  ${resourcesWords(resources)}`, resources === 0 ? 'quiet' : 'bad')]),
  ];
}

/** The long names of kinds as people say them. */
const shortKind = (kind: string): string =>
  kind
    .replace('CustomResourceDefinition', 'CRD')
    .replace('WebhookConfiguration', 'Webhook')
    .replace('PodDisruptionBudget', 'DisruptionBudget');

function underWay(plan: PrunePlan, excluded: readonly string[], props: PanelProps): Shown {
  const { walk, at, now, glyphs } = props;
  const action = actionIn(walk.session, at);
  const rows = plan.rows.filter(({ id }) => !excluded.includes(id));
  const states = statesOf(action?.notes ?? []);
  const done = rows.filter(({ id }) => states.get(id)?.type === 'deleted').length;
  return {
    top: [[span(`${done} of ${counted(rows.length, 'object')} deleted`, 'strong')]],
    rows: rows.map((row): PanelRow => {
      const state = states.get(row.id) ?? { type: 'waiting' };
      const ended = action?.ended !== undefined;
      return {
        id: row.id,
        line: [
          markOf(state, props),
          span(' '),
          ...nameSpans(row, state.type === 'waiting' ? 'quiet' : 'plain', glyphs.cut),
          ...(state.type === 'deleting' && !ended
            ? [span(`  waits to be gone  ${clock(now - state.since)}`, 'quiet')]
            : []),
          ...(state.type === 'failed' ? [span(`  ${state.why}`, 'bad')] : []),
        ],
      };
    }),
  };
}

function markOf({ type }: RowState, { glyphs }: PanelProps): Span {
  switch (type) {
    case 'waiting':
      return span(glyphs.pending, 'quiet');
    case 'deleting':
      return span(glyphs.waiting, 'info');
    case 'deleted':
      return span(glyphs.done, 'ok');
    case 'failed':
      return span(glyphs.failed, 'bad');
  }
}

/** What is to know of the selected row, in whole sentences. */
function selectedLines(plan: PrunePlan, { ui, width, height, glyphs }: PanelProps): readonly Line[] {
  const row = plan.rows.find(({ id }) => id === ui.selected);
  const left = plan.left.find((_, index) => `left:${index}` === ui.selected);
  const told = left
    ? `${objectName(left)}: ${left.why}`
    : row?.resources === undefined
      ? undefined
      : `With the definition ${row.name} ${row.resources === 0 ? 'no resource is' : `${resourcesWords(row.resources)} of it, in all namespaces, would be`} deleted.`;
  if (told === undefined) return [];
  return wrap(told, width - 2)
    .slice(0, Math.max(2, Math.floor(height / 3)))
    .map((text, at): Line => [span(at === 0 ? `${glyphs.info} ` : '  ', 'info'), span(text)]);
}
