/** Keys and answers on the briefing: parameters are set here, and the session is started from here. */
import type { ParameterSpec } from '../../runbook/model.ts';
import type { Mode } from '../../state/event.ts';
import { EMPTY_TEXT, editText, type TextEdit, type TextState, textState } from '../components/edit-text.ts';
import type { Command } from '../keys/bindings.ts';
import type { Failed, Updated } from '../messages.ts';
import type { Briefing, RequirementResult } from '../services.ts';
import { type UiState, withBriefing } from '../ui-state.ts';
import { goHome } from './home.ts';

/** The parameters that the briefing lists. */
export function parametersOf(briefing: Briefing): readonly ParameterSpec[] {
  return briefing.bundle.runbooks[briefing.bundle.root]?.parameters ?? [];
}

/** Why the session cannot be started, or undefined. A tool that is missing is no obstacle: perhaps its step is not needed. */
export function obstacle(briefing: Briefing): string | undefined {
  const errors = briefing.diagnostics.filter((found) => found.severity === 'error').length;
  if (errors > 0) return errors === 1 ? 'the runbook has an error' : `the runbook has ${errors} errors`;
  const runbook = briefing.bundle.runbooks[briefing.bundle.root];
  if (runbook?.steps.length === 0) return 'there is no step in it, so nothing to run';
  const [refused] = briefing.refused;
  if (refused) return `the value of ${refused.name} is refused`;
  return runbook?.needsCluster !== false && !briefing.cluster ? 'there is no cluster to work on' : undefined;
}

/** What the runbook needs and does not have. */
export const lacking = (briefing: Briefing): readonly RequirementResult[] =>
  briefing.requirements.filter((result) => result.status !== 'ok' && result.status !== 'unknown');

const ready = (ui: UiState): Briefing | undefined =>
  ui.briefing?.briefing.type === 'ready' ? ui.briefing.briefing.value : undefined;

export function briefingCommand(ui: UiState, command: Command): Updated {
  const { briefing } = ui;
  if (!briefing) return [ui, []];
  const page = Math.max(1, ui.size.rows - 8);
  const scroll = (by: number): Updated => [
    withBriefing(ui, { scroll: Math.max(0, briefing.scroll + by) }),
    [],
  ];
  switch (command) {
    case 'up':
      return scroll(-1);
    case 'down':
      return scroll(1);
    case 'page-up':
      return scroll(-page);
    case 'page-down':
      return scroll(page);
    case 'edit-values':
      return beginEdit(ui, firstOpen(ui));
    case 'start':
      return begin(ui, briefing.mode);
    case 'start-dry-run':
      return begin(ui, 'dry-run');
    case 'refresh':
      return [
        withBriefing(ui, { briefing: { type: 'loading' }, trouble: undefined }),
        [{ type: 'brief', file: briefing.file, values: briefing.values }],
      ];
    case 'back':
      return ui.fromHome ? goHome(ui, undefined) : [{ ...ui, exit: { end: undefined } }, []];
    case 'interrupt':
      return [{ ...ui, exit: { end: undefined } }, []];
    default:
      return [ui, []];
  }
}

function begin(ui: UiState, mode: Mode): Updated {
  const briefing = ready(ui);
  if (!briefing || !ui.briefing || ui.briefing.starting) return [ui, []];
  const why = obstacle(briefing);
  if (why !== undefined)
    return [
      withBriefing(ui, {
        trouble: { message: `It cannot start: ${why}.`, fix: 'Mend it, then r checks again.' },
      }),
      [],
    ];
  if (lacking(briefing).length > 0) return [withBriefing(ui, { asking: mode, trouble: undefined }), []];
  return start(ui, mode);
}

const start = (ui: UiState, mode: Mode): Updated => [
  withBriefing(ui, { starting: mode, asking: undefined, trouble: undefined }),
  [{ type: 'start', file: ui.briefing!.file, values: ui.briefing!.values, mode }],
];

/** The answer to whether to start although something is lacking. */
export function sureOfStart(ui: UiState, command: Command): Updated {
  const mode = ui.briefing?.asking;
  if (command === 'sure' && mode) return start(ui, mode);
  return command === 'back' || command === 'interrupt'
    ? [withBriefing(ui, { asking: undefined }), []]
    : [ui, []];
}

/** The value shown for a parameter: what was typed here, or what was known. */
export function shownValue(ui: UiState, name: string): string | undefined {
  return ui.briefing?.values[name] ?? ready(ui)?.values[name];
}

/** The parameter to begin with: the first without a value, or else the first. */
function firstOpen(ui: UiState): ParameterSpec | undefined {
  const briefing = ready(ui);
  const all = briefing ? parametersOf(briefing) : [];
  return all.find((parameter) => shownValue(ui, parameter.name) === undefined) ?? all[0];
}

function beginEdit(ui: UiState, parameter: ParameterSpec | undefined): Updated {
  if (!parameter) return [{ ...ui, told: 'This runbook has no parameters.' }, []];
  const draft = draftOf(ui, parameter);
  return [withBriefing(ui, { editing: { name: parameter.name, draft }, trouble: undefined }), []];
}

/** What the field of a parameter begins with. */
function draftOf(ui: UiState, parameter: ParameterSpec): TextState {
  const now = shownValue(ui, parameter.name) ?? parameter.default ?? parameter.choices?.[0];
  return now === undefined || parameter.type === 'secret' ? EMPTY_TEXT : textState(now);
}

/** Whether the value that is being given is one of a few. */
export function editsChoice(ui: UiState): boolean {
  const briefing = ready(ui);
  const name = ui.screen === 'briefing' ? ui.briefing?.editing?.name : undefined;
  return briefing !== undefined && parametersOf(briefing).some((one) => one.name === name && one.choices);
}

/** Keys while a parameter's field is open. */
export function editingCommand(ui: UiState, command: Command): Updated {
  const briefing = ready(ui);
  const editing = ui.briefing?.editing;
  if (!editing || !briefing) return [withBriefing(ui, { editing: undefined }), []];
  const all = parametersOf(briefing);
  const at = all.findIndex((parameter) => parameter.name === editing.name);
  const choices = all[at]?.choices;
  switch (command) {
    case 'back':
    case 'interrupt':
      return [withBriefing(ui, { editing: undefined }), []];
    case 'up':
    case 'down': {
      const next = all[at + (command === 'down' ? 1 : -1)];
      if (!next) return [ui, []];
      const { text } = editing.draft;
      const asBefore = text === draftOf(ui, all[at]!).text;
      const [kept, effects] = asBefore
        ? [ui, []]
        : setValue(ui, editing.name, text, all[at]?.type === 'secret');
      return [beginEdit(kept, next)[0], effects];
    }
    case 'left':
    case 'right': {
      if (!choices || choices.length === 0) return [ui, []];
      const next = choices.indexOf(editing.draft.text) + (command === 'right' ? 1 : -1);
      const value = choices[(next + choices.length) % choices.length]!;
      return [withBriefing(ui, { editing: { name: editing.name, draft: textState(value) } }), []];
    }
    case 'submit': {
      const [set, effects] = setValue(ui, editing.name, editing.draft.text, all[at]?.type === 'secret');
      const next = all[at + 1];
      return [next ? beginEdit(set, next)[0] : set, effects];
    }
    default:
      return [ui, []];
  }
}

/** Sets a value and has the briefing made again with it: the answer says whether the type takes it. */
function setValue(ui: UiState, name: string, value: string, secret: boolean): Updated {
  // An empty field leaves a secret as it was: what is set is not shown, so it cannot be edited.
  if (secret && value === '') return [withBriefing(ui, { editing: undefined }), []];
  const { [name]: _, ...others } = ui.briefing!.values;
  const values = value === '' ? others : { ...others, [name]: value };
  return [
    withBriefing(ui, { values, editing: undefined }),
    [{ type: 'brief', file: ui.briefing!.file, values }],
  ];
}

export function editValue(ui: UiState, change: TextEdit): Updated {
  const editing = ui.briefing?.editing;
  if (!editing) return [ui, []];
  return [withBriefing(ui, { editing: { name: editing.name, draft: editText(editing.draft, change) } }), []];
}

export function briefed(ui: UiState, file: string, result: Briefing | Failed): Updated {
  if (ui.briefing?.file !== file) return [ui, []];
  // What a key could not do yet, it can do now.
  return [
    withBriefing(
      { ...ui, told: undefined },
      {
        asking: undefined,
        briefing:
          'failed' in result ? { type: 'failed', message: result.failed } : { type: 'ready', value: result },
      },
    ),
    [],
  ];
}
