/** Which keys of a mode do nothing for what is on screen: hidden where they cannot concern it, told with a reason otherwise. */
import type { WalkState } from '../../state/walk.ts';
import type { Command } from '../keys/bindings.ts';
import type { Disabled } from '../keys/match-key.ts';
import type { UiState } from '../ui-state.ts';
import { obstacle, parametersOf } from '../update/briefing.ts';
import { homeRows } from '../update/home.ts';
import { runsToView } from '../update/viewer.ts';
import { failureEntries } from './failure.ts';
import { diagnosisNow } from './findings.ts';
import { panelNow } from './kinds.ts';
import { actionAt, isShell } from './place.ts';

/** Commands that cannot be given now, with the sentence that says why. */
export function disabledCommands(ui: UiState): Disabled {
  const off: Partial<Record<Command, string>> = {};
  if (ui.screen === 'home') ofHome(ui, off);
  if (ui.screen === 'briefing') ofBriefing(ui, off);
  if (ui.walk && ui.overlay?.type === 'leave') ofLeaving(ui.walk.state, off);
  if (ui.walk && !ui.overlay && (ui.screen === 'walk' || ui.screen === 'summary')) ofWalk(ui, off);
  const viewer = ui.overlay ? undefined : ui.walk?.viewer;
  if (!viewer || runsToView(ui, viewer.run).length < 2) {
    off['next-run'] = 'There is nothing else to show here.';
    off['previous-run'] = off['next-run'];
  }
  return off;
}

type Off = Partial<Record<Command, string>>;

function ofHome(ui: UiState, off: Off): void {
  const row = homeRows(ui)[ui.home.selected];
  const practice = ui.home.practice;
  if (!row) off.open = 'There is nothing to open yet.';
  if (row?.type !== 'session') {
    off['follow-session'] = 'Only a session can be followed: select one.';
    off.report = 'Only a session has a report: select one.';
  }
  if (ui.home.practiceBusy) {
    for (const command of ['practice-up', 'practice-reset', 'practice-down'] as const)
      off[command] = 'The practice cluster is busy: wait until it is done.';
  } else if (practice.type !== 'ready' || !practice.value.running) {
    off['practice-reset'] = 'The practice cluster does not run.';
    off['practice-down'] = 'The practice cluster does not run.';
  }
}

function ofBriefing(ui: UiState, off: Off): void {
  const briefing = ui.briefing?.briefing;
  if (briefing?.type !== 'ready') {
    for (const command of ['start', 'start-dry-run', 'edit-values'] as const)
      off[command] = 'The briefing is not ready.';
    return;
  }
  if (parametersOf(briefing.value).length === 0) off['edit-values'] = 'This runbook has no parameters.';
  const why = obstacle(briefing.value);
  if (why === undefined) return;
  off.start = `It cannot start: ${why}.`;
  off['start-dry-run'] = off.start;
}

function ofLeaving({ question, session }: WalkState, off: Off): void {
  if (!session.stack.at(-1)?.from) off['abandon-branch'] = 'This is the runbook itself, not a pitfall.';
  else if (!question) off['abandon-branch'] = 'Something runs: wait for its end, or cancel it.';
}

function ofWalk(ui: UiState, off: Off): void {
  const { state, output, sent } = ui.walk!;
  const { question } = state;
  if (!panelNow(ui)) {
    off['open-row'] = 'There are no rows here.';
    off['close-row'] = off['open-row'];
    off['leave-out'] = 'There is no plan here that parts could be left out of.';
  }
  const looks = state.live.working?.doing === 'perform' && state.session.cluster && !state.readOnly;
  if (question?.type !== 'failure' && !diagnosisNow(state) && !looks)
    off['show-findings'] = 'The cluster was not looked at for this step.';
  if (state.readOnly || !state.session.cluster) {
    off.diagnose = 'Only who drives the session can look again.';
    off.suppress = off.diagnose;
  }
  if (!output) off['show-output'] = 'There is no output here.';
  if (state.changed === undefined) off['show-changes'] = 'The runbook on disk is the one of this session.';
  if (ui.screen === 'summary') {
    off.note = 'The session is over: its record is closed.';
    return;
  }
  if (sent || !question) {
    if (!state.live.running && !state.live.soak && !state.live.working)
      off['cancel-command'] = 'Nothing runs that could be stopped.';
    return;
  }
  switch (question.type) {
    case 'run': {
      const action = actionAt(state, question.at);
      if (!action || !isShell(action) || !action.preview || question.purpose !== 'change')
        off.preview = 'This step has no preview.';
      return;
    }
    case 'confirm':
      off.preview = 'There is no command here to preview.';
      return;
    case 'parameter':
      off.preview = 'There is no command here to preview.';
      if (!question.at) {
        off['done-by-hand'] = 'A value is needed first.';
        off.skip = 'A value is needed first.';
      }
      return;
    case 'failure':
      if (!question.canVerify) off.verify = 'This step has no verify.';
      if (!question.canUndo) off.undo = 'This step has no undo.';
      if (failureEntries(state, question).length === 0 && !ui.walk!.panel.inRows)
        off['open-branch'] = 'The runbook names no branch for this failure.';
      return;
    case 'unknown-outcome':
      if (question.verified === 'no-verify') off.verify = 'This step has no verify.';
      return;
    case 'read':
    case 'choose':
    case 'wrong-cluster':
    case 'continue':
    case 'branch-finished':
      return;
  }
}
