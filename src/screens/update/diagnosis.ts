/** The diagnosis over the whole screen: a pitfall is entered, a finding that is known is put aside. Pure. */
import { UNICODE } from '../../terminal/glyphs.ts';
import { EMPTY_TEXT } from '../components/edit-text.ts';
import type { Command } from '../keys/bindings.ts';
import type { Effect, Updated } from '../messages.ts';
import { emptyPanel, type UiState, withWalk } from '../ui-state.ts';
import { type DiagnosisEntry, diagnosisHere } from '../views/diagnosis.ts';
import { diagnosisNow } from '../words/findings.ts';
import { send } from './prompt.ts';
import { isMove, moveRows } from './rows.ts';

/** Opens it; where an action is at work and nothing was looked at yet, that is begun. */
export function openDiagnosis(ui: UiState): Updated {
  const state = ui.walk?.state;
  const begins = state?.live.working && !state.live.diagnosing && !diagnosisNow(state);
  const effects: readonly Effect[] = begins ? [{ type: 'send', intent: { type: 'diagnose' } }] : [];
  return [withWalk(ui, { findings: emptyPanel }), effects];
}

export function diagnosisCommand(ui: UiState, command: Command): Updated {
  const place = ui.walk?.findings;
  const here = diagnosisHere(ui, { columns: ui.size.columns, glyphs: UNICODE });
  if (!place || !here) return [ui, []];
  const { list, entry } = here;
  if (isMove(command)) return [withWalk(ui, { findings: moveRows(place, list, command) }), []];
  switch (command) {
    case 'open-branch':
      return enter(ui, entry);
    case 'suppress':
      return entry?.type === 'finding'
        ? [withWalk(ui, { prompt: { kind: 'suppress', draft: EMPTY_TEXT }, suppressing: entry.finding }), []]
        : [{ ...ui, told: 'Select a finding first.' }, []];
    case 'diagnose':
      return [ui, [{ type: 'send', intent: { type: 'diagnose' } }]];
    case 'back':
    case 'interrupt':
      return [withWalk(ui, { findings: undefined }), []];
    default:
      return [ui, []];
  }
}

/** Only a step that failed is left for a pitfall: it is what one comes back to. */
function enter(ui: UiState, entry: DiagnosisEntry | undefined): Updated {
  const file = entry?.file;
  if (file === undefined)
    return [{ ...ui, told: 'No pitfall names this finding. What to do is said below.' }, []];
  if (ui.walk?.state.question?.type !== 'failure')
    return [{ ...ui, told: 'A pitfall is entered from a step that failed, and leads back to it.' }, []];
  return send(withWalk(ui, { findings: undefined }), { type: 'branch', href: file });
}
