import type { ActionRef } from '../../state/event.ts';
import type { CommandRun } from '../../state/session.ts';
import type { WalkState } from '../../state/walk.ts';
import { age, clock, timeOfDay } from '../../terminal/duration.ts';
import { type Line, line, span } from '../../terminal/line.ts';
import type { UiState, WalkUi } from '../ui-state.ts';
import { endingWords } from '../words/ending.ts';
import { currentAction, shownRun } from '../words/place.ts';
import { soakNow, waitAt } from '../words/wait.ts';
import { paragraph, type Room, stacked } from './parts.ts';
import { commandAndOutput } from './run-output.ts';
import { linesBefore } from './step-text.ts';

/** What runs, how it stands, and its output as it comes. */
export function atWork(
  ui: UiState,
  walk: WalkUi,
  width: number,
  height: number,
  room: Room,
): readonly Line[] {
  const { state } = walk;
  const { running } = state.live;
  const at = currentAction(state);
  const run = shownRun(state, at);
  const soak = soakNow(state, at);
  if (soak) {
    const about = [
      ...messageOf(state, at, width),
      ...soakLines(ui, soak, width, room),
      ...probeEnded(run, width),
    ];
    const left = Math.max(0, height - about.length - 1);
    return stacked(about, commandAndOutput(walk, run, [], width, left, room)).slice(0, height);
  }
  if (!running) return doingLines(state, at, width, room);
  const quiet = ui.now - running.lastOutputAt;
  const status: Line[] = running.stopping
    ? [line('Ending it: TERM was sent to its process group, KILL follows.', 'warning')]
    : running.silent
      ? [
          ...paragraph(
            `${room.glyphs.warning} Silent for ${age(quiet)}: longer than expected. It may be stuck, or only slow. It is not ended by itself.`,
            width,
            'warning',
          ),
        ]
      : [
          [
            span('Running', 'info'),
            span(`, last output ${quiet < 2000 ? 'now' : `${age(quiet)} ago`}`, 'quiet'),
          ],
        ];
  return commandAndOutput(walk, run, status, width, height, room);
}

/** What a kind does that shows nothing of it: the text of the step stays, and below it what goes on. */
function doingLines(state: WalkState, at: ActionRef | undefined, width: number, room: Room): readonly Line[] {
  const { working } = state.live;
  const text = linesBefore(state, at, width, room);
  if (!working) return stacked(text, [line('...', 'quiet')]);
  if (working.stopping) return stacked(text, paragraph('Ending it.', width, 'warning'));
  const said =
    working.doing === 'plan'
      ? 'Looking at the cluster, to say what would be done. Nothing is changed.'
      : 'It is under way.';
  return stacked(text, paragraph(said, width, 'info'));
}

const probes = {
  none: '',
  passing: 'Its check passes',
  failing: 'Its check FAILS',
  running: 'Its check runs',
} as const;

function soakLines(
  ui: UiState,
  soak: NonNullable<WalkState['live']['soak']>,
  width: number,
  { glyphs }: Room,
): readonly Line[] {
  const probe = probes[soak.probe];
  return [
    [
      span(`${glyphs.waiting} Waiting until ${timeOfDay(soak.endsAt)}`, 'info'),
      span(`  ${clock(soak.endsAt - ui.now)} left`, 'strong'),
    ],
    ...(probe === ''
      ? []
      : paragraph(
          `${probe}${soak.probes > 0 ? `, ${soak.probes === 1 ? 'once' : `${soak.probes} times`} so far` : ''}.`,
          width,
          soak.probe === 'failing' ? 'bad' : 'plain',
        )),
  ];
}

/** How the last probe of a wait ended, where it has. */
const probeEnded = (run: CommandRun | undefined, width: number): readonly Line[] =>
  run?.purpose === 'probe' && run.ending
    ? paragraph(
        `Last run: ${endingWords(run.ending).short}, ${timeOfDay(Date.parse(run.startedAt))}`,
        width,
        'quiet',
      )
    : [];

/** What the runbook says about a wait. */
export function messageOf(state: WalkState, at: ActionRef | undefined, width: number): readonly Line[] {
  const message = waitAt(state, at)?.message;
  return message === undefined ? [] : paragraph(message, width);
}
