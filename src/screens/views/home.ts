/** The home screen: what can be gone on with or begun, and the cluster it would be on. */

import { ago, span as duration } from '../../terminal/duration.ts';
import type { StyleName } from '../../terminal/line.ts';
import { cutLine, EMPTY_LINE, type Line, line, span, spreadLine } from '../../terminal/line.ts';
import { padEnd } from '../../terminal/text.ts';
import { windowStart } from '../components/window.ts';
import type { SessionEntry } from '../services.ts';
import type { Loadable, UiState } from '../ui-state.ts';
import { type HomeRow, homeRows, onPractice } from '../update/home.ts';
import { badge, headerLine, labelled, paragraph, type Room } from './parts.ts';

export function homeHeader(ui: UiState, room: Room): Line {
  const { target } = ui.home;
  const cluster = target.type === 'ready' ? target.value.cluster : undefined;
  const right = cluster
    ? [badge(cluster.practice ? 'PRACTICE' : 'LIVE'), span(` ${cluster.name}`, 'strong')]
    : [span(target.type === 'loading' ? 'looking for the cluster' : 'no cluster', 'quiet')];
  return headerLine('Handrail', right, room);
}

const practiceDoing = {
  up: 'starting; this takes a few seconds',
  reset: 'being reset',
  down: 'being stopped',
} as const;

function targetLines(ui: UiState, width: number): readonly Line[] {
  const { target } = ui.home;
  if (target.type === 'loading')
    return labelled('Target', 'Asking the cluster who it is ...', width, 'quiet');
  if (target.type === 'failed') return labelled('Target', target.message, width, 'bad');
  const { cluster, problem } = target.value;
  return [
    ...(cluster
      ? labelled('Target', `${cluster.name}, context ${cluster.context}, ${cluster.server}`, width)
      : labelled('Target', 'none: p starts a practice cluster, and it becomes the target', width)),
    ...(problem === undefined ? [] : labelled('', problem, width, 'bad')),
  ];
}

function practiceLines(ui: UiState, width: number): readonly Line[] {
  const { practice, practiceBusy } = ui.home;
  if (practiceBusy) return labelled('Practice', practiceDoing[practiceBusy], width, 'info');
  if (practice.type === 'loading') return labelled('Practice', '...', width, 'quiet');
  if (practice.type === 'failed') return labelled('Practice', practice.message, width, 'bad');
  const { running, detail } = practice.value;
  return running
    ? labelled('Practice', `runs: ${detail}   (R resets it, D ends it)`, width, 'ok')
    : labelled('Practice', 'not running: p starts one, to try things without any risk', width);
}

const statusStyles: Readonly<Record<SessionEntry['status'], StyleName>> = {
  running: 'info',
  paused: 'plain',
  interrupted: 'warning',
  completed: 'ok',
  stopped: 'quiet',
  failed: 'bad',
  unreadable: 'bad',
};

function rowLine(row: HomeRow, selected: boolean, ui: UiState, { columns, glyphs }: Room): Line {
  const mark = span(selected ? ` ${glyphs.current} ` : '   ', 'selected');
  const style = selected ? 'selected' : 'plain';
  if (row.type === 'runbook') {
    const { title, summary, estimateMs, builtIn } = row.runbook;
    const right = [estimateMs === undefined ? '' : `~${duration(estimateMs)}`, builtIn ? 'built in' : 'yours']
      .filter((part) => part !== '')
      .join(', ');
    const gap = summary === '' ? [] : [span(`  ${summary}`, 'quiet')];
    return spreadLine([mark, span(title, style), ...gap], [span(`${right} `, 'quiet')], columns, glyphs.cut);
  }
  const { title, status, where, cluster, updatedAt, mode, gone } = row.session;
  const titleWidth = Math.max(20, Math.floor(columns * 0.32));
  return cutLine(
    spreadLine(
      [
        mark,
        span(padEnd(title, titleWidth, glyphs.cut), style),
        gone
          ? span(' cluster gone ', 'bad')
          : span(` ${padEnd(status, 12, glyphs.cut)}`, statusStyles[status]),
        span(where),
      ],
      [
        span(
          ` ${mode === 'dry-run' ? 'dry run, ' : ''}${cluster ?? 'no cluster'}, ${ago(updatedAt, ui.now)} `,
          'quiet',
        ),
      ],
      columns,
      glyphs.cut,
    ),
    columns,
    glyphs.cut,
  );
}

function listState(
  list: Loadable<readonly unknown[]>,
  count: number,
  empty: string,
  width: number,
): readonly Line[] {
  if (list.type === 'loading') return [line('   ...', 'quiet')];
  if (list.type === 'failed') return paragraph(list.message, width, 'bad', '   ');
  return count === 0 ? paragraph(empty, width, 'quiet', '   ') : [];
}

/** The body: target and practice, then both lists with the selected row always in view. */
export function homeBody(ui: UiState, height: number, room: Room): readonly Line[] {
  const { home } = ui;
  const width = room.columns - 2;
  const rows = homeRows(ui);
  const sessions = rows.filter((row) => row.type === 'session').length;
  const paint = (row: HomeRow, index: number): Line => rowLine(row, index === home.selected, ui, room);
  const none = (loadable: Loadable<readonly unknown[]>, count: number, empty: string) =>
    listState(loadable, count, empty, width);
  const before: Line[] = [
    line(' Go on with', 'heading'),
    ...none(home.sessions, sessions, 'No session is open.'),
    ...rows.slice(0, sessions).map(paint),
    EMPTY_LINE,
    line(' Begin', 'heading'),
    ...none(
      home.runbooks,
      rows.length - sessions,
      'No runbook was found: handrail run FILE opens one of yours.',
    ),
  ];
  const list = [...before, ...rows.slice(sessions).map((row, index) => paint(row, index + sessions))];
  // The row that is selected, counted in lines.
  const at = home.selected < sessions ? home.selected + 1 : before.length + home.selected - sessions;
  const top: Line[] = [
    ...[...targetLines(ui, width), ...practiceLines(ui, width)].map((part): Line => [span(' '), ...part]),
    EMPTY_LINE,
    ...(home.trouble
      ? [
          ...paragraph(home.trouble.message, width, 'bad', ' '),
          ...(home.trouble.fix === undefined ? [] : paragraph(home.trouble.fix, width, 'plain', ' ')),
          EMPTY_LINE,
        ]
      : []),
    ...(home.message === undefined ? [] : [...paragraph(home.message, width, 'ok', ' '), EMPTY_LINE]),
  ];
  const space = Math.max(3, height - top.length);
  const first = windowStart(list.length, space, at);
  return [...top, ...list.slice(first, first + space)];
}

const losses = {
  reset: 'Reset the practice cluster? All that was done on it is lost.',
  down: 'End the practice cluster? All that was done on it is lost.',
} as const;

/** How many sessions are named before the rest is counted. */
const named = 3;

/** What goes with the practice cluster, before it goes. */
function lossLines(ui: UiState, asking: 'reset' | 'down', { columns, glyphs }: Room): readonly Line[] {
  if (ui.home.sessions.type === 'loading')
    return [
      line(` ${losses[asking]}`, 'warning'),
      line(' Looking for the sessions that are open on it ...', 'quiet'),
    ];
  const lost = onPractice(ui);
  const more = lost.length - named;
  return [
    line(` ${losses[asking]}`, 'warning'),
    lost.length === 0
      ? line(' No session is open on it.')
      : line(' These sessions are open on it and could not go on:'),
    ...lost
      .slice(0, named)
      .map(({ title, status, where }) =>
        cutLine(
          [span(`   ${title}, `), span(status, statusStyles[status]), span(`, ${where}`)],
          columns,
          glyphs.cut,
        ),
      ),
    ...(more > 0 ? [line(`   and ${more} more`)] : []),
  ];
}

/** What the footer says above the keys. */
export function homeStatus(ui: UiState, room: Room): readonly Line[] {
  if (ui.home.asking) return lossLines(ui, ui.home.asking, room);
  if (ui.home.opening) return [line(' Opening ...', 'info')];
  return [line(' Nothing is run from here: a runbook opens with a briefing first.', 'quiet')];
}
