/** What the operator says to a question, or to what runs: nothing that was not on screen is agreed to. Pure. */
import type { Question } from '../../state/question.ts';
import type { WalkState } from '../../state/walk.ts';
import { UNICODE } from '../../terminal/glyphs.ts';
import type { Updated } from '../messages.ts';
import { type UiState, type WalkUi, withWalk } from '../ui-state.ts';
import { panelOf, walkView } from '../views/footer.ts';
import type { PanelPane } from '../views/panel-pane.ts';
import { scrollOn, wasInView } from '../views/reading.ts';
import { lastRun } from '../words/place.ts';
import { turnOver } from './panel.ts';
import { confirmation, prompt, promptFor, send } from './prompt.ts';
import { viewRun } from './viewer.ts';

/** How long a first `c` waits for the second, ms. */
const cancelWindow = 5_000;

/** The window into the step's text, as it is drawn now. */
export const viewOf = (ui: UiState) => walkView(ui, { columns: ui.size.columns, glyphs: UNICODE });

/** The pane of the kind at hand, as it is drawn now. */
export const panelHere = (ui: UiState): PanelPane | undefined =>
  panelOf(ui, { columns: ui.size.columns, glyphs: UNICODE });

/** Goes on once everything there is to read has been in view; before that, it is read on. */
export function goOn(ui: UiState, walk: WalkUi): Updated {
  const pane = panelHere(ui);
  if (pane?.more && !walk.state.readOnly) {
    if (!pane.text) return [turnOver(ui), []];
    return [withWalk(ui, { scroll: scrollOn(pane.text) }), []];
  }
  if (pane) return send(ui, { type: 'continue' });
  const view = viewOf(ui);
  if (wasInView(view) || walk.state.readOnly) return send(ui, { type: 'continue' });
  return [withWalk(ui, { scroll: scrollOn(view) }), []];
}

/** Nothing is permitted that was not on screen: a command below the text is brought there first. */
export function permit(ui: UiState, question: Question | undefined): Updated {
  if (question?.type === 'run') {
    const view = viewOf(ui);
    if (!wasInView(view)) {
      const told = 'This is the command. Read it; y once more runs it.';
      return [{ ...withWalk(ui, { scroll: scrollOn(view) }), told }, []];
    }
    return question.mustType === undefined ? send(ui, { type: 'run' }) : prompt(ui, 'type-run');
  }
  if (question?.type === 'confirm') {
    const pane = panelHere(ui);
    if (pane?.text) {
      if (!wasInView(pane.text)) return [withWalk(ui, { scroll: scrollOn(pane.text) }), []];
      return [{ ...turnOver(ui), told: 'This is the plan. Read it; y once more does it.' }, []];
    }
    const view = viewOf(ui);
    if (!pane && !wasInView(view)) return [withWalk(ui, { scroll: scrollOn(view) }), []];
    return question.mustType === undefined
      ? send(ui, confirmation(ui, question))
      : prompt(ui, 'type-confirm');
  }
  if (question?.type === 'parameter') return [withWalk(ui, { prompt: promptFor(question) }), []];
  return [ui, []];
}

/** The selected entry is the answer. */
export function choose(ui: UiState, walk: WalkUi, question: Question | undefined): Updated {
  if (question?.type === 'choose') {
    const option = question.options[walk.choice];
    return option ? send(ui, { type: 'choose', value: option.value }) : [ui, []];
  }
  const value = question?.type === 'parameter' ? question.parameter.choices?.[walk.choice] : undefined;
  return value === undefined ? [ui, []] : send(ui, { type: 'value', value });
}

/** The first `v` runs the preview, the next ones show what it said. */
export function preview(ui: UiState, walk: WalkUi, question: Question | undefined): Updated {
  if (question?.type !== 'run') return [ui, []];
  const run = lastRun(walk.state, question.at, 'preview');
  return run?.ending ? viewRun(ui, run.run, 'start') : send(ui, { type: 'preview' });
}

/** Something runs, waits or works that can be ended. */
export const cancellable = ({ live }: WalkState): boolean =>
  live.running !== undefined || live.soak !== undefined || live.working !== undefined;

/** Asked for once, it says what would be ended; twice, it is. */
export function cancel(ui: UiState, walk: WalkUi): Updated {
  const { running, soak, working } = walk.state.live;
  if (!cancellable(walk.state)) return [{ ...ui, told: 'Nothing runs that could be stopped.' }, []];
  const asked = walk.cancelAskedAt;
  if (asked !== undefined && ui.now - asked < cancelWindow)
    return [withWalk(ui, { cancelAskedAt: undefined }), [{ type: 'send', intent: { type: 'cancel' } }]];
  const what = running
    ? 'the command: TERM to its process group, KILL if that does not help'
    : soak || !working
      ? 'the wait'
      : working.doing === 'plan'
        ? 'the look at the cluster'
        : 'this action; what it has begun on the cluster goes on there';
  return [{ ...withWalk(ui, { cancelAskedAt: ui.now }), told: `Press c once more to end ${what}.` }, []];
}
