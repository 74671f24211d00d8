/** What plain mode says when the session moves from one state to the next. Pure: a difference of two folds in sentences. */

import type { ShellBlock } from '../../runbook/model.ts';
import { showControls } from '../../runbook/strip-controls.ts';
import type { ActionRef } from '../../state/event.ts';
import { textAfter, textBefore } from '../../state/explained.ts';
import { kindOf } from '../../state/kind.ts';
import type { Question } from '../../state/question.ts';
import type { CommandRun, Frame } from '../../state/session.ts';
import type { WalkState } from '../../state/walk.ts';
import { kinds } from '../../steps/kinds.ts';
import { clock, span, timeOfDay } from '../../terminal/duration.ts';
import { endingWords } from '../words/ending.ts';
import {
  actionAt,
  blockFor,
  clusterName,
  currentAction,
  frameTitle,
  isShell,
  modeWord,
  positionIn,
  stepAt,
  valuesOf,
} from '../words/place.ts';
import { diagnosed } from './diagnosed.ts';
import { indent, type Said } from './said.ts';
import { planned, working } from './works.ts';

const say = (type: Exclude<Said['type'], 'output' | 'explain'>, text: string): Said => ({ type, text });

/** The lines about a session that a reader sees first. */
export function opening(walk: WalkState, folder: string): readonly Said[] {
  const { session } = walk;
  return [
    say('heading', session.title),
    say(
      'text',
      `${modeWord(session)} on ${clusterName(session)}${session.cluster ? ` (${session.cluster.server})` : ''}`,
    ),
    say('text', `Session ${session.id}, kept in ${folder}`),
    ...(session.resumes > 0 ? [say('text', 'Resumed.')] : []),
    ...(walk.readOnly
      ? [say('notice', `${walk.readOnly.owner} drives this session; here it is only shown.`)]
      : []),
    ...(walk.changed === undefined
      ? []
      : [
          say(
            'notice',
            'The runbook has changed since this session began. The session keeps its own copy. The difference:',
          ),
          say('text', indent(walk.changed, '  ')),
        ]),
  ];
}

/** Everything that came about between two states, in the order it is told. `asked`: the question that was put last. */
export function narrate(before: WalkState | undefined, after: WalkState, asked?: Question): readonly Said[] {
  return [
    ...notices(before, after),
    ...framesLeft(before, after),
    ...runsEnded(before, after),
    ...after.session.stack.flatMap((frame) => stepsMoved(before, after, frame)),
    ...runsStarted(before, after, asked),
    ...shown(before, after),
    ...working(before, after),
    ...planned(before, after),
    ...diagnosed(before, after),
    ...liveChanges(before, after),
    ...noted(before, after),
  ];
}

function notices(before: WalkState | undefined, after: WalkState): readonly Said[] {
  const { notice, over } = after.live;
  // Why it is over is told at the end of all.
  return notice !== undefined && notice !== before?.live.notice && !over ? [say('notice', notice)] : [];
}

function framesLeft(before: WalkState | undefined, after: WalkState): readonly Said[] {
  return after.session.left
    .slice(before?.session.left.length ?? after.session.left.length)
    .map((frame) =>
      frame.visit !== undefined && frame.outcome === 'finished'
        ? say('good', `Done: ${frameTitle(after, frame)}`)
        : say('text', `Back from: ${frameTitle(after, frame)}`),
    );
}

function stepsMoved(before: WalkState | undefined, after: WalkState, frame: Frame): readonly Said[] {
  const old = before?.session.stack.find((candidate) => candidate.id === frame.id);
  const said: Said[] = [];
  // Which of several visits it is, is told after a resume, too.
  if (!old && frame.from && (before || frame.visit !== undefined))
    said.push(say('heading', `${frame.visit === undefined ? 'Branch: ' : ''}${frameTitle(after, frame)}`));
  const steps = after.bundle.runbooks[frame.file]?.steps ?? [];
  // Only steps that were reached have a state, so a step of a long runbook costs no more than one of a short one.
  for (const [id, now] of Object.entries(frame.steps)) {
    const was = old?.steps[id]?.status;
    // A session that was resumed has its past in the record: only what happens from now on is told.
    if (now.status === was || now.status === 'current' || (!before && now.status !== 'pending')) continue;
    const step = steps.find((candidate) => candidate.id === id);
    if (!step) continue;
    const name = `Step ${step.number} ${step.title}`;
    const last = step.actions.at(-1);
    if (now.status === 'done' && before && last)
      said.push({ type: 'explain', at: { frame: frame.id, step: step.id, action: last.id }, part: 'after' });
    if (now.status === 'done') said.push(say('good', `Done: ${name}`));
    if (now.status === 'done-by-hand') said.push(say('good', `Done by hand: ${name} (${now.remark ?? ''})`));
    if (now.status === 'skipped') said.push(say('notice', `Skipped: ${name} (${now.remark ?? ''})`));
    if (now.status === 'not-applicable')
      said.push(say('text', `Does not apply: ${name} (${now.remark ?? ''})`));
  }
  const here = positionIn(after, frame);
  if (
    here.step &&
    here.state?.status === 'current' &&
    (frame.current !== old?.current || was(old) !== 'current')
  )
    said.push(...stepHeading(after, frame));
  return said;
}

const was = (frame: Frame | undefined) =>
  frame?.current === undefined ? undefined : frame.steps[frame.current]?.status;

/** A step's heading. Its text comes with the actions that it belongs to. */
export function stepHeading(walk: WalkState, frame: Frame): readonly Said[] {
  const { step, number, total } = positionIn(walk, frame);
  return step ? [say('heading', `Step ${number} of ${total}: ${step.title}`)] : [];
}

/** The text of a step before or after one of its actions, as it was written. */
export function explained(walk: WalkState, at: ActionRef, part: 'before' | 'after'): readonly Said[] {
  const step = stepAt(walk, at);
  const content = step ? (part === 'before' ? textBefore : textAfter)(step, at.action) : [];
  return content.flatMap((one) =>
    one.type === 'prose'
      ? [say('text', one.source.trim())]
      : one.type === 'code'
        ? [say('text', indent(one.source.trimEnd(), '    '))]
        : [],
  );
}

/** A command with all that a person must know before saying yes: risk, shell, limit, place, cluster, values. */
export function commandLines(walk: WalkState, block: ShellBlock, risk: string): readonly Said[] {
  const limit = block.timeoutMs === undefined ? 'no time limit' : `at most ${span(block.timeoutMs)}`;
  const place = block.namespace === undefined ? '' : `, in namespace ${block.namespace}`;
  const values = valuesOf(walk.session, block.script);
  return [
    say(
      'text',
      `${risk.toUpperCase()}  ${block.language}, ${limit}${place}, on ${clusterName(walk.session)}`,
    ),
    say('command', indent(showControls(block.script).trimEnd(), '  $ ')),
    ...values.map(({ name, value }) => say('text', `  ${name}=${value}`)),
  ];
}

/** A command that was asked about has been printed already. */
function runsStarted(
  before: WalkState | undefined,
  after: WalkState,
  asked: Question | undefined,
): readonly Said[] {
  if (!before) return [];
  return Object.values(after.session.runs)
    .filter((run) => !before.session.runs[run.run])
    .flatMap((run) => {
      const action = actionAt(after, run);
      const purpose = asked?.type === 'run' ? asked.purpose : asked?.type === 'read' ? 'look' : undefined;
      const known = purpose === run.purpose && asked && 'at' in asked && asked.at?.action === run.action;
      const explain: Said = { type: 'explain', at: run, part: 'before' };
      if (tellsAll(after, run)) return [explain, say('text', `Running ${showControls(run.script)} ...`)];
      if (!action || known) return [explain, say('text', `Running (${run.purpose}) ...`)];
      if (!isShell(action)) return [explain, say('text', `Running ${oneLine(run.script)} ...`)];
      const risk = run.purpose === 'change' || run.purpose === 'undo' ? action.risk : 'look';
      return [
        explain,
        ...commandLines(after, blockFor(action, run.purpose), run.purpose === 'change' ? risk : run.purpose),
        say('text', 'Running ...'),
      ];
    });
}

/** A command that the step itself runs, such as a gate: the operator has not seen it just now. */
function oneLine(script: string): string {
  const [first = '', ...more] = script.trim().split('\n');
  return `${showControls(first)}${more.length > 0 ? ' …' : ''}`;
}

function runsEnded(before: WalkState | undefined, after: WalkState): readonly Said[] {
  return Object.values(after.session.runs).flatMap((run): readonly Said[] => {
    const old = before?.session.runs[run.run];
    if (run.ending === undefined || !before || (old && old.ending !== undefined)) return [];
    if (tellsAll(after, run)) return [];
    // A soak or a gate asks again and again: what it prints is news where it fails, and in the record otherwise.
    if (run.purpose === 'probe' && run.ending.type === 'exited' && run.ending.ok) return [endingLine(run)];
    return [{ type: 'output', run: run.run }, endingLine(run)];
  });
}

/** What the command prints, and how it ended, is told by the kind of action that ran it. */
function tellsAll(walk: WalkState, run: CommandRun): boolean {
  const action = actionAt(walk, run);
  const kind = action && !isShell(action) ? kindOf(kinds, action.kind) : undefined;
  return kind?.way === 'performs' && kind.tellsAll === true;
}

function endingLine(run: CommandRun): Said {
  const ending = run.ending!;
  const words = endingWords(ending);
  const took = run.durationMs === undefined ? '' : ` after ${clock(run.durationMs)}`;
  const good = ending.type === 'exited' && ending.ok;
  const meaning = words.meaning === '' ? '' : ` ${words.meaning}`;
  return say(
    good ? 'good' : 'bad',
    `${good ? 'Ended well' : 'Ended badly'}: ${run.purpose}, ${words.short}${took}.${meaning}`,
  );
}

function shown(before: WalkState | undefined, after: WalkState): readonly Said[] {
  if (!before) return [];
  const frame = after.session.stack[after.session.stack.length - 1]!;
  const old = before.session.stack.find((candidate) => candidate.id === frame.id);
  return Object.entries(frame.steps).flatMap(([step, state]) =>
    Object.entries(state.actions).flatMap(([id, action]) => {
      const already = old?.steps[step]?.actions[id]?.shown.length ?? 0;
      return action.shown.slice(already).flatMap((purpose) => {
        const at = { frame: frame.id, step, action: id };
        const found = actionAt(after, at);
        if (!found || !isShell(found)) return [];
        const risk = purpose === 'change' ? found.risk : purpose;
        return [
          { type: 'explain' as const, at, part: 'before' as const },
          ...commandLines(after, blockFor(found, purpose), risk),
          say('text', 'Dry run: shown, not run.'),
        ];
      });
    }),
  );
}

function liveChanges(before: WalkState | undefined, after: WalkState): readonly Said[] {
  const said: Said[] = [];
  const { running, soak } = after.live;
  const old = before?.live;
  if (running?.silent && !(old?.running?.run === running.run && old.running.silent))
    said.push(
      say(
        'notice',
        'It has been silent for longer than its author expected. It may be stuck, or only slow. It is not ended.',
      ),
    );
  if (running?.stopping && !old?.running?.stopping) said.push(say('notice', 'Ending the command ...'));
  const at = currentAction(after);
  if (soak && !old?.soak && at) said.push({ type: 'explain', at, part: 'before' });
  if (soak && !old?.soak) said.push(say('text', `Waiting until ${timeOfDay(soak.endsAt)} ...`));
  if (soak && old?.soak && soak.probe !== old.soak.probe && soak.probe === 'failing')
    said.push(say('bad', 'The check that must keep passing fails.'));
  return said;
}

function noted(before: WalkState | undefined, after: WalkState): readonly Said[] {
  return before
    ? after.session.notes.slice(before.session.notes.length).map((note) => say('text', `Noted: ${note.text}`))
    : [];
}
