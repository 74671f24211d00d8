/** The one step of the screens: what happened, and the state it happened in, give the next state and what is to be done. Pure. */

import type { TextEdit } from '../components/edit-text.ts';
import type { Command } from '../keys/bindings.ts';
import type { Effect, Message, Updated } from '../messages.ts';
import { keyMode } from '../mode.ts';
import { type UiState, withBriefing, withHome, withWalk } from '../ui-state.ts';
import { briefed, briefingCommand, editingCommand, editValue, sureOfStart } from './briefing.ts';
import { diagnosisCommand } from './diagnosis.ts';
import { goHome, homeCommand, homeLoaded, sureOfPractice } from './home.ts';
import { steer } from './panel.ts';
import { editPrompt, promptCommand } from './prompt.ts';
import { panelHere } from './say.ts';
import { editTextSearch, openText, textCommand } from './text.ts';
import { editSearch, found, outputCame, readPane, searchCommand, viewerCommand } from './viewer.ts';
import { walkBegan, walkChanged, walkCommand, walkEnded, walkTick } from './walk.ts';

/** A second Ctrl-C within this time pauses and leaves at once, ms. */
const twice = 2_000;

export function update(ui: UiState, message: Message): Updated {
  switch (message.type) {
    case 'command':
      return command({ ...ui, told: undefined }, message.command);
    case 'steer':
      return steer({ ...ui, told: undefined }, panelHere(ui), message.word);
    case 'edit':
      return typed({ ...ui, told: undefined }, message.edit);
    case 'told':
      return [{ ...ui, told: message.text }, []];
    case 'highlighted':
      return [withWalk(ui, { choice: Math.max(0, message.index) }), []];
    case 'resized': {
      const next = { ...ui, size: message.size };
      return [next, readPane(next)];
    }
    case 'tick': {
      const next = { ...ui, now: message.now };
      return [next, walkTick(next)];
    }
    case 'target':
    case 'runbooks':
    case 'sessions':
    case 'practice':
      return homeLoaded(ui, message);
    case 'briefed':
      return briefed(ui, message.file, message.result);
    case 'walk-began':
      return walkBegan(ui, message.state, message.folder);
    case 'walk-refused':
      return ui.screen === 'briefing'
        ? [withBriefing(ui, { starting: undefined, trouble: message.trouble }), []]
        : [withHome(ui, { opening: false, trouble: message.trouble }), []];
    case 'walk-changed':
      return walkChanged({ ...ui, now: message.now ?? ui.now }, message.state);
    case 'walk-ended':
      return walkEnded(ui, message.end);
    case 'output':
      return outputCame(ui, message.place, message.run, message.window);
    case 'found':
      return found(ui, message.run, message.text, message.line);
    case 'summed-up': {
      const { run, said } = message;
      return [withWalk(ui, { preview: { run, said } }), []];
    }
    case 'report':
      return 'failed' in message.result
        ? [{ ...ui, told: message.result.failed }, []]
        : openText(ui, 'Report', message.result.text);
  }
}

function command(ui: UiState, name: Command): Updated {
  const redraw: Effect = { type: 'redraw' };
  if (name === 'redraw') return [ui, [redraw]];
  const mode = keyMode(ui);
  if (name === 'help' && mode !== 'help') return [{ ...ui, overlay: { type: 'help', scroll: 0 } }, []];
  switch (mode) {
    case 'help':
      return helpCommand(ui, name);
    case 'leave':
      return leaveCommand(ui, name);
    case 'output':
      return ui.overlay ? textCommand(ui, name) : viewerCommand(ui, name);
    case 'search':
      return ui.overlay ? textCommand(ui, name) : searchCommand(ui, name);
    case 'home':
      return homeCommand(ui, name);
    case 'sure':
      return ui.screen === 'home' ? sureOfPractice(ui, name) : sureOfStart(ui, name);
    case 'briefing':
      return briefingCommand(ui, name);
    case 'parameter':
      return ui.screen === 'briefing' ? editingCommand(ui, name) : promptCommand(ui, name);
    case 'note':
    case 'typed-confirm':
      return promptCommand(ui, name);
    case 'diagnosis':
      return diagnosisCommand(ui, name);
    case 'summary':
      return summaryCommand(ui, name);
    default:
      return walkCommand(ui, name);
  }
}

function typed(ui: UiState, change: TextEdit): Updated {
  if (ui.overlay) return editTextSearch(ui, change);
  if (ui.screen === 'briefing') return editValue(ui, change);
  return ui.walk?.viewer ? editSearch(ui, change) : editPrompt(ui, change);
}

function helpCommand(ui: UiState, name: Command): Updated {
  const scroll = ui.overlay?.type === 'help' ? ui.overlay.scroll : 0;
  const page = Math.max(1, ui.size.rows - 6);
  const by = { up: -1, down: 1, 'page-up': -page, 'page-down': page, top: -100_000, bottom: 100_000 }[
    name as 'up'
  ];
  if (by !== undefined) return [{ ...ui, overlay: { type: 'help', scroll: Math.max(0, scroll + by) } }, []];
  return name === 'back' || name === 'help' || name === 'interrupt'
    ? [{ ...ui, overlay: undefined }, []]
    : [ui, []];
}

/** Whether a command or an action is at work: then a session can be paused and not stopped. */
const isBusy = ({ walk }: UiState): boolean =>
  walk?.state.live.running !== undefined || walk?.state.live.working !== undefined;

function leaveCommand(ui: UiState, name: Command): Updated {
  const overlay = ui.overlay?.type === 'leave' ? ui.overlay : undefined;
  const send = (type: 'pause' | 'stop' | 'leave-branch'): Updated => [
    { ...ui, overlay: undefined },
    [{ type: 'send', intent: { type } }],
  ];
  switch (name) {
    case 'pause':
      return send('pause');
    case 'interrupt':
      return overlay && ui.now - overlay.since < twice
        ? send('pause')
        : [{ ...ui, overlay: { type: 'leave', sure: false, since: ui.now } }, []];
    case 'stop':
      // What runs is not left behind for good: the same key says so.
      return overlay?.sure && !isBusy(ui)
        ? send('stop')
        : [{ ...ui, overlay: { type: 'leave', sure: true, since: ui.now } }, []];
    case 'abandon-branch':
      return send('leave-branch');
    case 'stay':
      return [{ ...ui, overlay: undefined }, []];
    default:
      return [ui, []];
  }
}

function summaryCommand(ui: UiState, name: Command): Updated {
  const walk = ui.walk;
  if (!walk) return [ui, []];
  const leave = (home: boolean): Updated => {
    if (!home || !ui.fromHome) return [{ ...ui, exit: { end: walk.end } }, []];
    const [next, effects] = goHome(ui, undefined);
    return [next, [{ type: 'close-walk' }, ...effects]];
  };
  switch (name) {
    case 'report':
      return [ui, [{ type: 'report', id: walk.state.session.id }]];
    case 'back':
      return leave(true);
    case 'quit':
    case 'interrupt':
      return leave(false);
    case 'up':
    case 'down':
    case 'page-up':
    case 'page-down': {
      const by = { up: -1, down: 1, 'page-up': -10, 'page-down': 10 }[name];
      return [{ ...ui, walk: { ...walk, scroll: Math.max(0, walk.scroll + by) } }, []];
    }
    case 'show-output':
      return walkCommand(ui, name);
    default:
      return [ui, []];
  }
}
