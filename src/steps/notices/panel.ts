/** What notices show: what touches this cluster with its objects, then what has to be acknowledged, and what touches nothing here. */

import { grouped } from '../../diagnosis/notices/groups.ts';
import type { NoticeResult } from '../../diagnosis/notices/model.ts';
import {
  groupTitles,
  marksOf,
  moreText,
  objectText,
  proofText,
  summaryText,
  unseenText,
} from '../../diagnosis/notices/words.ts';
import { actionIn } from '../../state/session.ts';
import { clock } from '../../terminal/duration.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { cutLine, type Line, line, type StyleName, span, spreadLine } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';
import { type PanelProps, type PanelRow, type PanelView, progressOf } from '../panel.ts';
import { noticedIn } from './noticed.ts';

/** The result where there is one, kept in the journal; else that it is looked. */
export function noticesPanel(props: PanelProps): PanelView | undefined {
  const { walk, at, width, glyphs, now } = props;
  const state = actionIn(walk.session, at);
  const noticed = noticedIn(state?.notes.at(-1)?.data);
  if (noticed) {
    const summary = state?.ended === undefined ? wrap(summaryText(noticed.results), width) : [];
    return {
      top: summary.map((text) => line(text, 'strong')),
      rows: rowsOf(noticed.results, props),
      bottom: [],
    };
  }
  const looking = progressOf<{ readonly startedAt: number }>(walk, at);
  if (looking === undefined) return undefined;
  const what: Line = [
    span(`${glyphs.waiting} `, 'info'),
    span('Handrail looks at the cluster ...', 'strong'),
  ];
  const elapsed = clock(now - looking.startedAt);
  return { top: [spreadLine(what, [span(elapsed, 'quiet')], width, glyphs.cut)], rows: [], bottom: [] };
}

type Group = 'touched' | 'unseen' | 'acknowledge' | 'elsewhere';

const marks: Readonly<Record<Group, readonly [keyof Glyphs, StyleName]>> = {
  touched: ['warning', 'warning'],
  unseen: ['unknown', 'warning'],
  acknowledge: ['info', 'info'],
  elsewhere: ['done', 'ok'],
};

function rowsOf(results: readonly NoticeResult[], frame: PanelProps): readonly PanelRow[] {
  const groups = grouped(results);
  return (Object.keys(marks) as Group[]).flatMap((group) => {
    const inIt = groups[group];
    if (inIt.length === 0) return [];
    const id = `g:${group}`;
    const folded = (group === 'elsewhere') !== frame.ui.toggled.includes(id);
    const [glyph, style] = marks[group];
    const head: PanelRow = {
      id,
      opens: true,
      line: cutLine(
        [
          span(`${frame.glyphs[glyph]} `, style),
          span(`(${inIt.length}) `, 'quiet'),
          span(groupTitles[group], 'heading'),
        ],
        frame.width,
        frame.glyphs.cut,
      ),
    };
    return folded ? [head] : [head, ...inIt.flatMap((one) => noticeRows(one, group, frame))];
  });
}

/** One notice: of what touches objects they are shown unasked, of all else the text alone, and asked for. */
function noticeRows(one: NoticeResult, group: Group, { width, ui }: PanelProps): readonly PanelRow[] {
  const id = `n:${one.id}`;
  const open = (group !== 'elsewhere') !== ui.toggled.includes(id);
  const [first = '', ...more] = wrap(`${one.title} (${marksOf(one)})`, width - 2);
  const below = (indent: number, text: string, style: StyleName): readonly PanelRow[] =>
    wrap(text, width - indent).map((part) => ({ line: [span(' '.repeat(indent)), span(part, style)] }));
  const head: readonly PanelRow[] = [
    { id, opens: true, line: [span('  '), span(first, 'strong')] },
    ...more.map((text): PanelRow => ({ line: [span('  '), span(text, 'strong')] })),
  ];
  return open ? [...head, ...below(4, one.text, 'quiet'), ...outcomeRows(one, below)] : head;
}

function outcomeRows(
  one: NoticeResult,
  below: (indent: number, text: string, style: StyleName) => readonly PanelRow[],
): readonly PanelRow[] {
  const { outcome } = one;
  if (outcome.type === 'not-here' || outcome.type === 'to-acknowledge') return [];
  const unseen = outcome.unseen.flatMap((part) => below(4, unseenText(part), 'warning'));
  if (outcome.type === 'not-checked') return unseen;
  const more = moreText(one);
  return [
    ...outcome.objects.flatMap((touched) => [
      ...below(4, objectText(touched), 'plain'),
      ...below(6, proofText(touched), 'code'),
    ]),
    ...(more === undefined ? [] : below(4, more, 'quiet')),
    ...unseen,
  ];
}
