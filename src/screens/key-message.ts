/** From a key press to what happens: commands through the key table, letters into the open field. Pure. */
import type { Key } from 'ink';
import { isTooSmall } from './components/too-small.tsx';
import type { Command } from './keys/bindings.ts';
import { BINDINGS } from './keys/bindings.ts';
import { editFromKey } from './keys/edit-key.ts';
import { keyName, matchKey } from './keys/match-key.ts';
import { type KeyMode, TEXT_MODES } from './keys/modes.ts';
import type { Message } from './messages.ts';
import { keyMode } from './mode.ts';
import type { UiState } from './ui-state.ts';
import { editsChoice } from './update/briefing.ts';
import { disabledCommands } from './words/disabled.ts';
import { wordsNow } from './words/kinds.ts';

const listKeys: readonly Command[] = ['up', 'down', 'submit'];

const moves: Readonly<Record<string, Command>> = { Up: 'up', Down: 'down' };
/** A value that is one of a few is chosen, not typed through. */
const turns: Readonly<Record<string, Command>> = { Left: 'left', Right: 'right' };

/** A letter that means something elsewhere says that it does nothing here. */
function idle(mode: KeyMode, name: string | undefined): Message | undefined {
  if (name === undefined || !/^[a-z]$/i.test(name)) return undefined;
  if (!BINDINGS.some((binding) => binding.keys.includes(name))) return undefined;
  if (mode === 'briefing' && name === 'q')
    return {
      type: 'told',
      text: 'Nothing has been started here, so there is nothing to quit: Esc goes back.',
    };
  const when = mode === 'running' ? 'while this runs' : 'here';
  return { type: 'told', text: `${name} does nothing ${when}; ? shows the keys that do.` };
}

const wordsOf = (ui: UiState) => (ui.walk ? wordsNow(ui.walk.state, ui.kinds.steering) : []);

/** What a key press means now; undefined for nothing. `burst`: it came within 30 ms of the key before, as no person types. */
export function keyMessage(ui: UiState, input: string, key: Key, burst: boolean): Message | undefined {
  const mode = keyMode(ui);
  const name = keyName(input, key);
  // Nothing is decided that is not on screen.
  if (name !== 'Ctrl+C' && isTooSmall(ui.size.columns, ui.size.rows)) return undefined;
  if (name === 'Esc' && mode === 'question') return { type: 'command', command: 'back' };
  if (name !== undefined) {
    const match = matchKey(mode, name, burst, disabledCommands(ui), wordsOf(ui));
    // The list of choices takes its own keys.
    if (mode === 'choose' && match.type === 'command' && listKeys.includes(match.command)) return undefined;
    if (match.type === 'command' && match.binding.word) return { type: 'steer', word: match.binding.word };
    if (match.type === 'command') return { type: 'command', command: match.command };
    if (match.type === 'disabled') return { type: 'told', text: match.reason };
    if (match.type === 'too-fast')
      return { type: 'told', text: 'That key came too fast after another to be a decision. Press it again.' };
  }
  if (!TEXT_MODES.includes(mode)) return idle(mode, name);
  if (name !== undefined && mode === 'parameter' && moves[name])
    return { type: 'command', command: moves[name] };
  if (name !== undefined && mode === 'parameter' && turns[name] && editsChoice(ui))
    return { type: 'command', command: turns[name] };
  if (mode === 'typed-confirm' && Array.from(input).length > 1)
    return { type: 'told', text: 'Pasting is ignored here: type the name.' };
  const edit = editFromKey(input, key);
  return edit && { type: 'edit', edit };
}
