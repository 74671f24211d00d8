/** A text over the whole screen: a report, the difference of a changed runbook. The keys are those of output. */

import { editText, type TextEdit, textState } from '../components/edit-text.ts';
import type { Command } from '../keys/bindings.ts';
import type { Updated } from '../messages.ts';
import type { Overlay, UiState } from '../ui-state.ts';
import { viewerRows } from './viewer.ts';

type TextOverlay = Extract<Overlay, { type: 'text' }>;

const textOf = (ui: UiState): TextOverlay | undefined =>
  ui.overlay?.type === 'text' ? ui.overlay : undefined;

export function openText(ui: UiState, title: string, text: string): Updated {
  const lines = text.replace(/\n$/, '').split('\n');
  return [
    {
      ...ui,
      overlay: { type: 'text', title, lines, scroll: 0, search: '', found: undefined, typing: undefined },
    },
    [],
  ];
}

export function textCommand(ui: UiState, command: Command): Updated {
  const text = textOf(ui);
  if (!text) return [ui, []];
  const rows = viewerRows(ui);
  const last = Math.max(0, text.lines.length - rows);
  const go = (scroll: number): Updated => [
    { ...ui, overlay: { ...text, scroll: Math.max(0, Math.min(last, scroll)) } },
    [],
  ];
  switch (command) {
    case 'up':
      return go(text.scroll - 1);
    case 'down':
      return go(text.scroll + 1);
    case 'page-up':
      return go(text.scroll - rows + 1);
    case 'page-down':
      return go(text.scroll + rows - 1);
    case 'top':
      return go(0);
    case 'bottom':
      return go(last);
    case 'search':
      return [{ ...ui, overlay: { ...text, typing: textState(text.search) } }, []];
    case 'next-match':
      return find(ui, text, (text.found ?? text.scroll - 1) + 1, 1);
    case 'previous-match':
      return find(ui, text, (text.found ?? text.scroll) - 1, -1);
    case 'submit':
      return text.typing
        ? find(ui, { ...text, search: text.typing.text, found: undefined, typing: undefined }, text.scroll, 1)
        : [ui, []];
    case 'back':
    case 'interrupt':
      return [{ ...ui, overlay: text.typing ? { ...text, typing: undefined } : undefined }, []];
    default:
      return [ui, []];
  }
}

function find(ui: UiState, text: TextOverlay, from: number, direction: 1 | -1): Updated {
  const wanted = text.search.toLowerCase();
  if (wanted === '') return [{ ...ui, overlay: text, told: 'There is nothing to look for yet: / asks.' }, []];
  for (let line = from; line >= 0 && line < text.lines.length; line += direction) {
    if (!text.lines[line]!.toLowerCase().includes(wanted)) continue;
    const last = Math.max(0, text.lines.length - viewerRows(ui));
    return [{ ...ui, overlay: { ...text, found: line, scroll: Math.min(last, Math.max(0, line - 3)) } }, []];
  }
  return [{ ...ui, overlay: text, told: 'No further match in this direction.' }, []];
}

export function editTextSearch(ui: UiState, change: TextEdit): Updated {
  const text = textOf(ui);
  return text?.typing
    ? [{ ...ui, overlay: { ...text, typing: editText(text.typing, change) } }, []]
    : [ui, []];
}
