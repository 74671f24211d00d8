/** Keys and news on the walk: what the operator says becomes an intent, and the question decides which may be said. */
import type { Question } from '../../state/question.ts';
import { sameAction } from '../../state/scene.ts';
import type { WalkEnd, WalkState } from '../../state/walk.ts';
import type { Command } from '../keys/bindings.ts';
import type { Effect, Updated } from '../messages.ts';
import { emptyPanel, type UiState, type WalkUi, withWalk } from '../ui-state.ts';
import { pageOf, scrollTo } from '../views/reading.ts';
import { entryKey, failureEntries } from '../words/failure.ts';
import { panelNow } from '../words/kinds.ts';
import { currentAction, lastRun, shownRun } from '../words/place.ts';
import { openDiagnosis } from './diagnosis.ts';
import { goHome } from './home.ts';
import { panelCommand, panelPlace } from './panel.ts';
import { prompt, promptFor, send } from './prompt.ts';
import { cancel, cancellable, choose, goOn, panelHere, permit, preview, viewOf } from './say.ts';
import { openText } from './text.ts';
import { outputOf, readPane, viewRun } from './viewer.ts';

/** A session has been started or taken up. */
export function walkBegan(ui: UiState, state: WalkState, folder: string): Updated {
  const walk: WalkUi = {
    state,
    folder,
    prompt: promptFor(state.question),
    choice: firstChoice(state.question),
    scroll: 0,
    output: undefined,
    viewer: undefined,
    preview: undefined,
    panel: panelPlace(state, emptyPanel),
    findings: undefined,
    end: undefined,
    cancelAskedAt: undefined,
    changesSeen: false,
    sent: false,
  };
  return follow({ ...ui, screen: 'walk', overlay: undefined, briefing: undefined, walk });
}

/** The session has moved on. Whatever belonged to the question before is gone with it. */
export function walkChanged(ui: UiState, state: WalkState): Updated {
  const { walk } = ui;
  if (!walk) return [ui, []];
  const before = walk.state;
  const asked = before.question !== state.question;
  const moved = subject(before) !== subject(state);
  // With a question open again, whatever was said has been dealt with, and be it refused with the same words as before.
  const answered = asked || (state !== before && state.question !== undefined && !state.live.running);
  const note = walk.prompt?.kind === 'note' ? walk.prompt : undefined;
  return follow(
    preselected(
      withWalk(ui, {
        state,
        panel: panelPlace(state, walk.panel),
        sent: walk.sent && !answered,
        ...(asked
          ? {
              prompt: note ?? promptFor(state.question, walk.given),
              choice: choiceNow(walk, state),
              ...(sameFailure(before, state) ? {} : { findings: undefined }),
            }
          : {}),
        ...(moved ? { scroll: 0 } : {}),
        ...(cancellable(state) ? {} : { cancelAskedAt: undefined }),
      }),
    ),
  );
}

/** The first row of a panel is selected from the beginning; kept, so that it need not be found with each draw. */
function preselected(ui: UiState): UiState {
  const place = ui.walk?.panel;
  if (!place || place.ui.selected !== undefined || !panelNow(ui)) return ui;
  const list = panelHere(ui)?.list;
  const selected = list?.rows[list.stops[list.selected] ?? -1]?.id;
  if (selected === undefined) return ui;
  return withWalk(ui, { panel: { ...place, ui: { ...place.ui, selected } } });
}

export function walkEnded(ui: UiState, end: WalkEnd): Updated {
  if (!ui.walk) return [ui, []];
  if (end.type === 'paused') {
    if (!ui.fromHome) return [{ ...withWalk(ui, { end }), exit: { end } }, []];
    const [home, effects] = goHome(ui, 'Paused. The session is listed below, to go on with.');
    return [home, [{ type: 'close-walk' }, ...effects]];
  }
  return [
    { ...withWalk(ui, { end, prompt: undefined, viewer: undefined }), screen: 'summary', overlay: undefined },
    [],
  ];
}

/** What the text on screen is about: with another subject it is read from its beginning. */
const subject = ({ session, question, live }: WalkState): string => {
  const frame = session.stack[session.stack.length - 1];
  const at = question && 'at' in question ? question.at?.action : undefined;
  return [frame?.id, frame?.current, question?.type, at, live.running?.run].join(' ');
};

/** The same failure, put anew with what a diagnosis found: the same entry stays selected, wherever it is now, if one was. */
function choiceNow({ state: before, choice }: WalkUi, state: WalkState): number {
  const { question } = state;
  if (choice === 0 || before.question?.type !== 'failure' || question?.type !== 'failure') {
    return firstChoice(question);
  }
  const selected = failureEntries(before, before.question)[choice];
  if (!selected || !sameFailure(before, state)) return 0;
  return Math.max(
    0,
    failureEntries(state, question).findIndex((each) => entryKey(each) === entryKey(selected)),
  );
}

/** Still under way, or failed, in the same action: what is on screen of its diagnosis stays. */
const sameFailure = (before: WalkState, { question }: WalkState): boolean => {
  if (question?.type !== 'failure') return false;
  const at = before.question?.type === 'failure' ? before.question.at : currentAction(before);
  return at !== undefined && sameAction(at, question.at);
};

function firstChoice(question: Question | undefined): number {
  if (question?.type === 'parameter')
    return Math.max(0, question.parameter.choices?.indexOf(question.parameter.default ?? '') ?? 0);
  if (question?.type !== 'choose') return 0;
  return Math.max(
    0,
    question.options.findIndex((option) => option.value === question.default),
  );
}

/** Keeps the output pane on the run of the action at hand, never on that of another step. */
function follow(ui: UiState): Updated {
  const { walk } = ui;
  if (!walk) return [ui, []];
  const run = shownRun(walk.state, currentAction(walk.state))?.run;
  if (run === undefined) return [walk.output ? withWalk(ui, { output: undefined }) : ui, []];
  const next = walk.output?.run === run ? ui : withWalk(ui, { output: outputOf(run) });
  return [next, [...readPane(next), ...sumUp(walk)]];
}

/** The preview of what is asked about is put in a few words, once. */
function sumUp({ state, preview }: WalkUi): readonly Effect[] {
  const { question } = state;
  const run = question?.type === 'run' ? lastRun(state, question.at, 'preview') : undefined;
  return run?.ending && preview?.run !== run.run ? [{ type: 'sum-up', run: run.run }] : [];
}

export function walkCommand(ui: UiState, command: Command): Updated {
  const { walk } = ui;
  if (!walk) return [ui, []];
  const pane = panelHere(ui);
  const moved = (pane && panelCommand(ui, pane, command)) ?? moving(ui, walk, command);
  if (moved) return moved;
  const { question } = walk.state;
  switch (command) {
    case 'run':
      return permit(ui, question);
    case 'continue':
      return goOn(ui, walk);
    case 'submit':
      return choose(ui, walk, question);
    case 'open-branch': {
      return question?.type === 'failure' ? openEntry(ui, walk, question) : [ui, []];
    }
    case 'show-findings':
      return openDiagnosis(ui);
    case 'leave-branch':
      return send(ui, { type: 'continue' });
    case 'back':
      return question?.type === 'run' && question.purpose === 'undo'
        ? send(ui, { type: 'cancel' })
        : [ui, []];
    case 'retry':
    case 'verify':
    case 'undo':
      return send(ui, { type: command });
    case 'replan':
      return send(ui, { type: 'replan' });
    case 'refresh':
      return send(ui, { type: 'retry' });
    case 'preview':
      return preview(ui, walk, question);
    case 'done-by-hand':
    case 'skip':
    case 'settle-done':
    case 'settle-not-done':
      return prompt(ui, command);
    case 'note':
      return prompt(ui, 'note');
    case 'cancel-command':
      return cancel(ui, walk);
    case 'show-output':
      return walk.output ? viewRun(ui, walk.output.run, 'end') : [ui, []];
    case 'show-changes':
      return walk.state.changed === undefined
        ? [{ ...ui, told: 'The runbook on disk is the one of this session.' }, []]
        : openText(
            withWalk(ui, { changesSeen: true }),
            'How the runbook on disk has changed',
            walk.state.changed,
          );
    case 'leave':
    case 'interrupt':
      return [{ ...ui, overlay: { type: 'leave', sure: false, since: ui.now } }, []];
    case 'quit':
      return leaveFollowing(ui);
    default:
      return [ui, []];
  }
}

/** What the selected entry of a failure stands for. A change is asked for again before it is made. */
function openEntry(ui: UiState, walk: WalkUi, question: Extract<Question, { type: 'failure' }>): Updated {
  const entry = failureEntries(walk.state, question)[walk.choice];
  switch (entry?.type) {
    case 'branch':
      return send(ui, { type: 'branch', href: entry.branch.href });
    case 'verify':
    case 'retry':
      return send(ui, { type: entry.type });
    case 'findings':
      return openDiagnosis(ui);
    case undefined:
      return [ui, []];
  }
}

/** A follower leaves without a word to the session. */
function leaveFollowing(ui: UiState): Updated {
  if (!ui.fromHome) return [{ ...ui, exit: { end: undefined } }, [{ type: 'close-walk' }]];
  const [home, effects] = goHome(ui, undefined);
  return [home, [{ type: 'close-walk' }, ...effects]];
}

function moving(ui: UiState, walk: WalkUi, command: Command): Updated | undefined {
  const { question } = walk.state;
  const entries =
    question?.type === 'failure'
      ? failureEntries(walk.state, question).length
      : question?.type === 'choose'
        ? question.options.length
        : question?.type === 'parameter'
          ? (question.parameter.choices?.length ?? 0)
          : 0;
  const view = viewOf(ui);
  const page = pageOf(view);
  const moves: Partial<Record<Command, number>> = {
    up: -1,
    down: 1,
    'page-up': -page,
    'page-down': page,
    top: -view.total,
    bottom: view.total,
  };
  const by = moves[command];
  if (by === undefined) return undefined;
  if (entries > 1 && Math.abs(by) === 1)
    return [withWalk(ui, { choice: Math.max(0, Math.min(entries - 1, walk.choice + by)) }), []];
  return [withWalk(ui, { scroll: scrollTo(view, view.first + by) }), []];
}

/** What is read again while time passes: the output of a command that runs. */
export function walkTick(ui: UiState): readonly Effect[] {
  return ui.walk?.state.live.running ? readPane(ui) : [];
}
