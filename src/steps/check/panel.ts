/** What a check shows: the verdict, the categories with what has to be said of them, and what was expected and did not come. */
import { actionIn } from '../../state/session.ts';
import { clock } from '../../terminal/duration.ts';
import { type Line, line, span, spreadLine } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';
import { type PanelProps, type PanelRow, type PanelView, progressOf } from '../panel.ts';
import { categoryRows, runningRows, styleOf } from './panel-rows.ts';
import { countParts } from './panel-words.ts';
import { type CheckResult, type CheckRunning, missingText, tools } from './result.ts';

/** The result where there is one, kept in the journal; else what is known while it runs. */
export function checkPanel(props: PanelProps): PanelView | undefined {
  const result = resultIn(props);
  if (result) return resultView(result, props);
  const running = progressOf<CheckRunning>(props.walk, props.at);
  return running ? runningView(running, props) : undefined;
}

/** The data of the last note of this attempt. */
function resultIn({ walk, at }: PanelProps): CheckResult | undefined {
  const data = actionIn(walk.session, at)?.notes.at(-1)?.data;
  // Notes of this kind are written by it alone; an older program may have written none with data.
  return typeof data === 'object' && data !== null && (data as { type?: unknown }).type === 'checked'
    ? (data as CheckResult)
    : undefined;
}

function resultView(result: CheckResult, props: PanelProps): PanelView {
  const { width, glyphs, height, walk, at } = props;
  const mark = result.ok ? span(`${glyphs.done} `, 'ok') : span(`${glyphs.failed} `, 'bad');
  const verdict: Line =
    result.lines.length === 0
      ? [mark, span('No result', 'strong')]
      : [mark, ...countParts(result.lines, width >= 60 ? 'long' : 'short')];
  // When the action has ended, its own sentence stands above the panel and says the same.
  const ended = actionIn(walk.session, at)?.ended !== undefined;
  const told = [
    ...(result.broken === undefined || ended ? [] : [{ text: result.broken, style: 'bad' as const }]),
    ...result.missing.map((one) => ({ text: missingText(one), style: 'info' as const })),
    ...result.remarks.map((text) => ({ text, style: 'quiet' as const })),
  ];
  const bottom = told.flatMap(({ text, style }) => wrap(text, width).map((part) => line(part, style)));
  const room = Math.max(3, Math.floor(height / 3));
  return {
    top: ended ? [] : [spreadLine(verdict, [span(tools[result.by], 'quiet')], width, glyphs.cut)],
    rows: categoryRows(result.lines, props, height - 1 - Math.min(room, bottom.length)),
    bottom: bottom.slice(0, room),
  };
}

function runningView(running: CheckRunning, props: PanelProps): PanelView {
  const { width, glyphs, now } = props;
  const elapsed = clock(now - running.startedAt);
  const what: Line = [
    span(`${glyphs.waiting} `, 'info'),
    span(running.by === 'linkerd' ? 'linkerd check looks ...' : 'Handrail looks ...', 'strong'),
  ];
  const silent =
    running.by === 'linkerd' && running.lines.length === 0
      ? wrap('It says what it found when it has looked at everything.', width).map((text) =>
          line(text, 'quiet'),
        )
      : [];
  return {
    top: [spreadLine(what, [span(elapsed, 'quiet')], width, glyphs.cut), ...silent],
    rows: [...runningRows(running.lines, props), ...current(running, props)],
    bottom: [],
  };
}

/** The category that is looked at now. */
function current({ at }: CheckRunning, { glyphs }: PanelProps): readonly PanelRow[] {
  return at === '' ? [] : [{ line: [span(`${glyphs.waiting} `, 'info'), span(at, styleOf('running'))] }];
}
