import { stripControls } from '../../runbook/strip-controls.ts';
import type { UiState } from '../ui-state.ts';
import { clusterName, modeWord, position } from '../words/place.ts';
import { endWords } from './summary.ts';

/** What stays on the main screen when the program is left: how the session stands and where its record is. Undefined where there was none. */
export function farewell(ui: UiState): string | undefined {
  const { walk } = ui;
  if (!walk) return undefined;
  const { session } = walk.state;
  const here = position(walk.state);
  const where =
    here.step && !session.ended ? `  at        ${here.number} of ${here.total} ${here.step.title}\n` : '';
  const words = walk.end && endWords(walk.state, walk.end);
  const running =
    walk.end?.type === 'paused' && walk.state.live.running && !walk.state.readOnly
      ? '  The command that was running goes on; resuming shows how it ended.\n'
      : '';
  const head = words
    ? [words.head, words.detail].filter((part) => part !== '').join(' ')
    : 'You followed a session.';
  return stripControls(
    `${session.title}: ${head}\n` +
      `  on        ${modeWord(session)} ${clusterName(session)}\n${where}${running}` +
      `  record    ${walk.folder}\n`,
  );
}
