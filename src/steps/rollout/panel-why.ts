/** The foot of the panel: why what is selected is not done, or else the worst of all. */
import type { PodView, Reason, Rollout } from '../../rollout/model.ts';
import { reasonDetail, reasonLine } from '../../rollout/words.ts';
import { age, span as duration } from '../../terminal/duration.ts';
import { type Line, line, span } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';
import type { PanelProps } from '../panel.ts';
import { byHand, isFine, label, trouble, worst } from './panel-words.ts';
import { ownerRow, type RolloutShown, rowId } from './shown.ts';

/** At most `room` lines; none where all is well. */
export function whyLines(
  { board }: RolloutShown,
  { ui, width, now }: Pick<PanelProps, 'ui' | 'width' | 'now'>,
  room: number,
): readonly Line[] {
  const selected = chosenRollout(board.rollouts, ui.selected);
  // Of what is well there is nothing to tell: the foot stays with what is not.
  const chosen = selected && !isFine(selected.rollout) ? selected : undefined;
  const rollout = chosen?.rollout ?? worst(board.rollouts);
  if (!rollout) return [];
  const reason =
    rollout.reasons.find(({ code }) => code === chosen?.pod?.code) ?? trouble(rollout) ?? rollout.reasons[0];
  const several = new Set(board.rollouts.map(({ ref }) => ref.namespace)).size > 1;
  const name = label(rollout, several);
  if (!reason) {
    if (rollout.good) return [];
    const held = byHand(rollout);
    const says = held === undefined ? rollout.kubectl.message : `${name}: ${held}`;
    const style = held === undefined ? 'quiet' : 'warning';
    return wrap(`${says}${deadlineWords(rollout, now, ' Its deadline is')}`, width)
      .map((text) => line(text, style))
      .slice(0, room);
  }
  const style = reason.kind === 'doomed' ? 'bad' : reason.kind === 'transient' ? 'warning' : 'quiet';
  const lasted = reason.since === undefined ? 0 : now - reason.since;
  const since = lasted < 2_000 ? '' : ` for ${age(lasted)}`;
  const others = rollout.reasons.length - 1;
  const head: Line = [
    span(rollout.settled ? `Not right with ${name}: ` : `Why ${name} waits: `, 'strong'),
    span(reasonLine(reason, rollout), style),
    span(
      `${since}${others > 0 ? `, and ${others} more` : ''}${deadlineWords(rollout, now, '; its deadline is')}`,
    ),
  ];
  return [...wrapLine(head, width), ...belowHead(reason, rollout, width)].slice(0, Math.max(1, room));
}

/** When its controller gives it up, or when ten minutes have brought nothing: as long as it goes on, that is to be known. */
function deadlineWords({ phase, deadlineAt }: Rollout, now: number, before: string): string {
  if (phase !== 'PROGRESSING' || deadlineAt === undefined) return '';
  return deadlineAt > now ? `${before} in ${duration(deadlineAt - now)}` : `${before} over`;
}

function belowHead(reason: Reason, rollout: Rollout, width: number): readonly Line[] {
  const says = wrap(reasonDetail(reason), width - 2).slice(0, 2);
  const looked =
    reason.code === 'UNDETERMINED' && rollout.lookedAt.length > 0
      ? wrap(`Looked at: ${rollout.lookedAt.join('; ')}`, width - 2).slice(0, 3)
      : [];
  const advice = reason.advice === '' ? [] : wrap(reason.advice, width - 2).slice(0, 2);
  const own = [
    ...says.map((text) => [text, 'plain'] as const),
    ...looked.map((text) => [text, 'quiet'] as const),
  ];
  return [...own, ...advice.map((text) => [text, 'info'] as const)].map(([text, style]) => [
    span('  '),
    span(text, style),
  ]);
}

/** A head that is too long goes on in a second line, in its own styles up to the break. */
function wrapLine(head: Line, width: number): readonly Line[] {
  const text = head.map((part) => part.text).join('');
  const [first = '', ...more] = wrap(text, width);
  if (more.length === 0) return [head];
  let at = 0;
  const cut = head.flatMap((part) => {
    const kept = part.text.slice(0, Math.max(0, first.length - at));
    at += part.text.length;
    return kept === '' ? [] : [span(kept, part.style)];
  });
  return [cut, ...more.map((rest) => line(`  ${rest}`))];
}

/** The rollout that the selected row belongs to, and the pod where it is one. */
function chosenRollout(
  rollouts: readonly Rollout[],
  selected: string | undefined,
): { readonly rollout: Rollout; readonly pod: PodView | undefined } | undefined {
  if (selected === undefined) return undefined;
  const row = ownerRow(selected);
  for (const rollout of rollouts) {
    if (row === rowId.workload(rollout.uid) || row.startsWith(`r:${rollout.uid}/`)) {
      return { rollout, pod: undefined };
    }
    if (!row.startsWith('p:')) continue;
    for (const { pods } of rollout.revisions) {
      const pod = pods.find(({ uid }) => rowId.pod(uid) === row);
      if (pod) return { rollout, pod };
    }
  }
  return undefined;
}
