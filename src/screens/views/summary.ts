/** The summary at the end of a session: what was done, how it came out, and where the record is. */
import type { Frame } from '../../state/session.ts';
import type { WalkEnd, WalkState } from '../../state/walk.ts';
import { clock, shortTime } from '../../terminal/duration.ts';
import { type Line, line, span } from '../../terminal/line.ts';
import { statusSpan } from '../components/status-word.ts';
import type { UiState } from '../ui-state.ts';
import { clusterName, modeWord } from '../words/place.ts';
import { questionLine } from '../words/question.ts';
import { labelled, paragraph, type Room, stacked, windowed } from './parts.ts';

/** How it ended, as a headline and what to do next. */
export function endWords(
  walk: WalkState,
  end: WalkEnd,
): { readonly good: boolean; readonly head: string; readonly detail: string } {
  const resume = `Go on with: handrail resume ${walk.session.id}`;
  switch (end.type) {
    case 'completed':
      return {
        good: true,
        head:
          walk.session.mode === 'dry-run'
            ? 'The dry run is complete. Nothing was changed.'
            : 'The runbook is complete.',
        detail: '',
      };
    case 'paused':
      return walk.readOnly
        ? { good: true, head: 'You followed a session.', detail: '' }
        : { good: true, head: 'Paused.', detail: resume };
    case 'stopped':
      return { good: false, head: 'Stopped for good. What was done stays done.', detail: '' };
    case 'failed':
      return { good: false, head: 'Stopped: a step failed.', detail: `${end.detail} ${resume}` };
    case 'unanswered':
      return {
        good: false,
        head: 'Stopped: a question had no answer.',
        detail: `${questionLine(walk, end.question)} ${end.detail} ${resume}`,
      };
    case 'broken':
      return {
        good: false,
        head: 'Stopped: the session could not be kept. Nothing was done after this.',
        detail: end.detail,
      };
  }
}

function stepLines(walk: WalkState, frame: Frame, room: Room, width: number): readonly Line[] {
  const steps = walk.bundle.runbooks[frame.file]?.steps ?? [];
  return steps.flatMap((step): readonly Line[] => {
    const state = frame.steps[step.id];
    const status = statusSpan(state?.status ?? 'pending', room.glyphs);
    const took =
      state?.enteredAt !== undefined && state.endedAt !== undefined
        ? clock(Date.parse(state.endedAt) - Date.parse(state.enteredAt))
        : '';
    return [
      [
        span(`${String(step.number).padStart(String(steps.length).length)} `, 'quiet'),
        { text: status.text.padEnd(13), style: status.style },
        span(step.title),
        span(took === '' ? '' : `  ${took}`, 'quiet'),
      ],
      ...(state?.remark === undefined ? [] : paragraph(state.remark, width, 'quiet', '      ')),
    ];
  });
}

function counts(walk: WalkState): string {
  const root = walk.session.stack[0]!;
  const all = Object.values(root.steps).map((step) => step.status);
  const count = (status: string): number => all.filter((one) => one === status).length;
  const parts = [
    [count('done'), 'done'],
    [count('done-by-hand'), 'done by hand'],
    [count('skipped'), 'skipped'],
    [count('not-applicable'), 'not needed'],
  ] as const;
  const total = walk.bundle.runbooks[root.file]?.steps.length ?? all.length;
  const open = total - parts.reduce((sum, [number]) => sum + number, 0);
  return [
    ...parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`),
    ...(open > 0 ? [`${open} to do`] : []),
  ].join(', ');
}

/** The whole summary as lines. */
export function summaryLines(ui: UiState, width: number, room: Room): readonly Line[] {
  const { state, end, folder } = ui.walk!;
  const { session } = state;
  const words = end ? endWords(state, end) : { good: true, head: '', detail: '' };
  const took = Date.parse(session.updatedAt) - Date.parse(session.startedAt);
  const { glyphs } = room;
  return stacked(
    [
      line(`${words.good ? glyphs.done : glyphs.failed} ${words.head}`, words.good ? 'ok' : 'bad'),
      ...(words.detail === '' ? [] : paragraph(words.detail, width)),
    ],
    [
      ...labelled('Where', `${modeWord(session)} ${clusterName(session)}`, width),
      ...labelled('Who', session.operators.map((one) => `${one.user}@${one.host}`).join(', '), width),
      ...labelled(
        'Time',
        `${shortTime(session.startedAt)} to ${shortTime(session.updatedAt)}${Number.isNaN(took) ? '' : `, ${clock(took)}`}`,
        width,
      ),
      ...labelled('Steps', counts(state), width),
      ...labelled('Record', folder, width, 'strong'),
      ...labelled('Report', `handrail report ${session.id}, or t here`, width),
    ],
    stepLines(state, session.stack[0]!, room, width),
    session.left.length === 0
      ? []
      : [
          line('Branches', 'heading'),
          ...session.left.flatMap((frame) =>
            paragraph(
              `${state.bundle.runbooks[frame.file]?.title ?? frame.file}: ${frame.outcome ?? 'left'}`,
              width,
            ),
          ),
        ],
    session.notes.length === 0
      ? []
      : [
          line('Notes', 'heading'),
          ...session.notes.flatMap((note) =>
            paragraph(`${shortTime(note.time)} ${note.operator.user}: ${note.text}`, width),
          ),
        ],
  );
}

export function summaryBody(ui: UiState, height: number, room: Room): readonly Line[] {
  const lines = summaryLines(ui, room.columns - 2, room).map((row): Line => [span(' '), ...row]);
  return windowed(lines, height, ui.walk!.scroll, room.glyphs);
}
