/** The text fields of the walk: opened by a key, submitted as an intent. */
import type { ParameterSpec } from '../../runbook/model.ts';
import type { Intent, Question } from '../../state/question.ts';
import { EMPTY_TEXT, editText, type TextEdit, textState } from '../components/edit-text.ts';
import { isConfirmed } from '../components/typed-confirm.ts';
import type { Command } from '../keys/bindings.ts';
import type { Updated } from '../messages.ts';
import { type Given, type Prompt, type PromptKind, type UiState, withWalk } from '../ui-state.ts';
import { readSuppression } from '../words/suppression.ts';

/**
 * A parameter's field is open at once: there is nothing else to say to it. Choices are a list instead. What was given and
 * refused stands there again to be put right, but for a secret, of which one could not see what is wrong.
 */
export function promptFor(question: Question | undefined, given?: Given): Prompt | undefined {
  if (question?.type !== 'parameter' || question.parameter.choices) return undefined;
  const { parameter, error } = question;
  const refused =
    error !== undefined &&
    parameter.type !== 'secret' &&
    given?.question?.type === 'parameter' &&
    given.question.parameter.name === parameter.name;
  return { kind: 'value', draft: refused ? given.draft : startOf(parameter) };
}

const startOf = (parameter: ParameterSpec) =>
  parameter.type === 'secret' ? EMPTY_TEXT : textState(parameter.default ?? '');

/** Hands the intent to the engine; until it moves, keys that decide something wait. */
export function send(ui: UiState, intent: Intent, waits = true): Updated {
  const sent = waits ? { sent: true, prompt: undefined } : { prompt: undefined };
  return [withWalk(ui, sent), [{ type: 'send', intent }]];
}

/** The yes to a question: to a plan it says which of its parts are left out. */
export function confirmation(
  ui: UiState,
  question: Extract<Question, { type: 'confirm' }>,
): Extract<Intent, { type: 'confirm' }> {
  const excluded = ui.walk?.panel.ui.excluded ?? [];
  return question.planned ? { type: 'confirm', excluded } : { type: 'confirm' };
}

/** Opens an empty field. */
export const prompt = (ui: UiState, kind: PromptKind): Updated => [
  withWalk(ui, { prompt: { kind, draft: EMPTY_TEXT } }),
  [],
];

/** Keys while a field is open. */
export function promptCommand(ui: UiState, command: Command): Updated {
  const open = ui.walk?.prompt;
  if (!open) return [ui, []];
  switch (command) {
    case 'back':
      return [withWalk(ui, { prompt: undefined }), []];
    case 'interrupt':
      return [
        { ...withWalk(ui, { prompt: undefined }), overlay: { type: 'leave', sure: false, since: ui.now } },
        [],
      ];
    case 'submit':
    case 'confirm':
      return submit(ui, open);
    default:
      return [ui, []];
  }
}

function submit(ui: UiState, open: Prompt): Updated {
  const question = ui.walk?.state.question;
  const { text } = open.draft;
  const said = text.trim();
  const refuse = (error: string): Updated => [withWalk(ui, { prompt: { ...open, error } }), []];
  switch (open.kind) {
    case 'value': {
      const optional = question?.type === 'parameter' && question.parameter.optional === true;
      return text === '' && !optional
        ? refuse('It needs a value.')
        : send(withWalk(ui, { given: { question, draft: open.draft } }), { type: 'value', value: text });
    }
    case 'note':
      return said === '' ? refuse('The note is empty.') : send(ui, { type: 'note', text: said }, false);
    case 'skip':
      return said === ''
        ? refuse('Skipping needs a reason: it goes into the record.')
        : send(ui, { type: 'skip', reason: said });
    case 'done-by-hand':
      return said === ''
        ? refuse('Say what you did: it goes into the record.')
        : send(ui, { type: 'done-by-hand', note: said });
    case 'settle-done':
    case 'settle-not-done':
      return said === ''
        ? refuse('Say how you know: it goes into the record.')
        : send(ui, { type: 'settle', done: open.kind === 'settle-done', note: said });
    case 'suppress': {
      const { suppressing } = ui.walk ?? {};
      const given = readSuppression(text);
      if ('error' in given) return refuse(given.error);
      if (!suppressing) return [withWalk(ui, { prompt: undefined }), []];
      return [withWalk(ui, { prompt: undefined }), [{ type: 'suppress', finding: suppressing, ...given }]];
    }
    case 'type-run':
    case 'type-confirm': {
      const must = question && 'mustType' in question ? question.mustType : undefined;
      const wrong = open.kind === 'type-run' ? 'That is not the name.' : 'That is not what has to be typed.';
      if (must === undefined || !isConfirmed(text, must)) return refuse(`${wrong} Type: ${must ?? ''}`);
      const typed = text.trim();
      return open.kind === 'type-run' || question?.type !== 'confirm'
        ? send(ui, { type: 'run', typed })
        : send(ui, { ...confirmation(ui, question), typed });
    }
  }
}

export function editPrompt(ui: UiState, change: TextEdit): Updated {
  const open = ui.walk?.prompt;
  if (!open) return [ui, []];
  return [withWalk(ui, { prompt: { kind: open.kind, draft: editText(open.draft, change) } }), []];
}
