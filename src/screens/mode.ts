import type { KeyMode } from './keys/modes.ts';
import type { UiState, WalkUi } from './ui-state.ts';

/** Which keys mean what now. Exactly one mode holds: what lies on top decides. */
export function keyMode(ui: UiState): KeyMode {
  const { overlay, walk } = ui;
  if (overlay?.type === 'help') return 'help';
  if (overlay?.type === 'leave') return 'leave';
  if (overlay?.type === 'text') return overlay.typing ? 'search' : 'output';
  switch (ui.screen) {
    case 'home':
      return ui.home.asking ? 'sure' : 'home';
    case 'briefing':
      if (ui.briefing?.asking) return 'sure';
      return ui.briefing?.editing ? 'parameter' : 'briefing';
    case 'summary':
    case 'walk':
      if (walk?.viewer) return walk.viewer.typing ? 'search' : 'output';
      if (walk?.prompt) return promptMode(walk);
      if (walk?.findings && ui.screen === 'walk') return 'diagnosis';
      if (ui.screen === 'summary') return 'summary';
      return walk ? walkMode(walk) : 'home';
  }
}

function promptMode(walk: WalkUi): KeyMode {
  switch (walk.prompt!.kind) {
    case 'value':
      return 'parameter';
    case 'type-run':
    case 'type-confirm':
      return 'typed-confirm';
    default:
      return 'note';
  }
}

function walkMode(walk: WalkUi): KeyMode {
  if (walk.state.readOnly) return 'read-only';
  const { question } = walk.state;
  if (walk.sent || !question) return 'running';
  switch (question.type) {
    case 'parameter':
      return question.parameter.choices ? 'choose' : 'question';
    case 'run':
      return 'question';
    case 'confirm':
      return question.planned ? 'plan' : 'question';
    case 'choose':
      return 'choose';
    case 'read':
      return 'read';
    case 'continue':
      return 'continue';
    case 'failure':
      return 'failure';
    case 'unknown-outcome':
      return 'unknown';
    case 'branch-finished':
      return 'branch-finished';
    case 'wrong-cluster':
      return 'wrong-cluster';
  }
}
