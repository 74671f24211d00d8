/** What a rollout shows while it is watched: how far it is, the tree of workloads and pods, and why it waits. */
import type { RolloutBoard } from '../../cluster/rollouts/rollout-watch.ts';
import { actionIn } from '../../state/session.ts';
import { age, clock, span as duration, timeOfDay } from '../../terminal/duration.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { cutLine, type Line, type StyleName, span, spreadLine } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';
import { type PanelProps, type PanelRow, type PanelView, progressOf } from '../panel.ts';
import { missingName } from '../workload-names.ts';
import { treeRows } from './panel-rows.ts';
import { whyLines } from './panel-why.ts';
import { isFine } from './panel-words.ts';
import type { RolloutShown } from './shown.ts';

/** A panel of at most `height` rows where nothing is selected: a third of them at most says why it waits. */
export function rolloutPanel(props: PanelProps): PanelView | undefined {
  const shown = progressOf<RolloutShown>(props.walk, props.at);
  if (!shown) return story(props);
  const { width, height, glyphs, ui } = props;
  const now = Math.min(props.now, shown.end?.at ?? props.now);
  return {
    top: topLines(shown, now, props).map((one) => cutLine(one, width, glyphs.cut)),
    rows: treeRows({ shown, ui, now, width, glyphs }, height),
    bottom: whyLines(shown, { ui, width, now }, Math.max(2, Math.min(6, Math.floor(height / 3)))),
  };
}

function topLines(shown: RolloutShown, now: number, { width, glyphs }: PanelProps): readonly Line[] {
  const { board, startedAt, timeoutAt, estimateAt, end } = shown;
  const times = `${clock(now - startedAt)} of ${clock(timeoutAt - startedAt)}`;
  const late = now - startedAt > 0.8 * (timeoutAt - startedAt);
  const left =
    estimateAt === undefined || end || estimateAt <= now ? '' : `, about ${duration(estimateAt - now)} left`;
  const stuck = board.rollouts.filter(({ phase }) => phase === 'STUCK').length;
  const count: Line = board.complete
    ? [
        span(`${board.rollouts.filter(isFine).length} of ${board.rollouts.length} rolled out`, 'strong'),
        ...(stuck > 0 ? [span(`, ${stuck} stuck`, 'bad')] : []),
      ]
    : [span('Listing what is there ...', 'quiet')];
  return [
    spreadLine([...count, span(left, 'quiet')], [span(times, late ? 'warning' : 'quiet')], width, glyphs.cut),
    ...streamLines(board, now, width, glyphs),
    ...board.missing.flatMap((thing) =>
      remark(glyphs.failed, 'bad', `There is no ${missingName(thing)}.`, width),
    ),
    ...(shown.asking
      ? [
          [
            span(`${glyphs.warning} `, 'warning'),
            span('Accept it as it is? The same key again does it.', 'strong'),
          ],
        ]
      : []),
    ...(board.unseen.length === 0
      ? []
      : remark(glyphs.warning, 'warning', `Not seen: ${board.unseen.join(', ')}`, width)),
  ];
}

/** A mark and a sentence, in so many lines at most. */
function remark(mark: string, style: StyleName, text: string, width: number, most = 2): readonly Line[] {
  return wrap(text, Math.max(8, width - 2))
    .slice(0, most)
    .map((part, row) => [span(row === 0 ? `${mark} ` : '  ', style), span(part)]);
}

/** Nothing where all that is shown is up to date. */
function streamLines(board: RolloutBoard, now: number, width: number, glyphs: Glyphs): readonly Line[] {
  const open = board.streams.filter(({ status }) => status.type !== 'denied');
  const stale = open.filter(({ status }) => status.type === 'stale');
  const [first] = stale;
  if (first?.status.type === 'stale') {
    const { since, why } = first.status;
    const names = [...new Set(stale.map(({ resource }) => resource))];
    const what = stale.length === open.length ? 'All of this is' : `${names.join(', ')}:`;
    const text = `${what} stale for ${age(Math.max(0, now - since))}: ${why}`;
    // Why comes last, behind the address of a server, which is often long.
    return remark(glyphs.warning, 'warning', text, width, 4);
  }
  const connecting = open.filter(({ status }) => status.type === 'connecting');
  if (!board.complete || connecting.length === 0) return [];
  const names = [...new Set(connecting.map(({ resource }) => resource))];
  return [[span(`${glyphs.waiting} connecting: ${names.join(', ')}`, 'quiet')]];
}

/** For those who only follow, and after a resume until the first list is there: what was written down. */
function story({ walk, at, width, glyphs }: PanelProps): PanelView | undefined {
  const notes = actionIn(walk.session, at)?.notes ?? [];
  if (notes.length === 0) return undefined;
  return {
    top: [],
    rows: notes.flatMap(({ time, text }, index): readonly PanelRow[] => {
      const clockTime = `${timeOfDay(Date.parse(time))} `;
      const [first = '', ...more] = wrap(text, Math.max(12, width - clockTime.length));
      return [
        { id: `n:${index}`, line: cutLine([span(clockTime, 'quiet'), span(first)], width, glyphs.cut) },
        ...more.map((part, row) => ({
          id: `n:${index}#${row}`,
          line: cutLine([span(' '.repeat(clockTime.length)), span(part)], width, glyphs.cut),
        })),
      ];
    }),
    bottom: [],
  };
}
