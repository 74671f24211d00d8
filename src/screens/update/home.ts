/** Keys and answers on the home screen. */

import type { Mode } from '../../state/event.ts';
import type { Command } from '../keys/bindings.ts';
import type { Effect, Message, Updated } from '../messages.ts';
import type { RunbookEntry, SessionEntry } from '../services.ts';
import { type Loadable, loading, type PracticeAction, type UiState, withHome } from '../ui-state.ts';

/** A row that can be chosen. */
export type HomeRow =
  | { readonly type: 'session'; readonly session: SessionEntry }
  | { readonly type: 'runbook'; readonly runbook: RunbookEntry };

const readyList = <T>(loadable: Loadable<readonly T[]>): readonly T[] =>
  loadable.type === 'ready' ? loadable.value : [];

const open: readonly SessionEntry['status'][] = ['running', 'paused', 'interrupted'];

/** Sessions to go on with first, then runbooks: the order on screen. */
export function homeRows(ui: UiState): readonly HomeRow[] {
  return [
    ...readyList(ui.home.sessions)
      .filter((session) => open.includes(session.status))
      .map((session): HomeRow => ({ type: 'session', session })),
    ...readyList(ui.home.runbooks).map((runbook): HomeRow => ({ type: 'runbook', runbook })),
  ];
}

/** What is read when the home screen comes up. */
export const homeLoads: readonly Effect[] = (['target', 'runbooks', 'sessions', 'practice'] as const).map(
  (what) => ({
    type: 'load',
    what,
  }),
);

/** Back to the home screen, with what may have changed read again. */
export function goHome(ui: UiState, message: string | undefined): Updated {
  const home = { ...ui.home, opening: false, trouble: undefined, message };
  return [
    { ...ui, screen: 'home', overlay: undefined, briefing: undefined, walk: undefined, home },
    homeLoads,
  ];
}

/** Opens the briefing of a runbook. */
export function openBriefing(
  ui: UiState,
  file: string,
  values: Readonly<Record<string, string>>,
  mode: Mode = 'live',
): Updated {
  const briefing = {
    file,
    values,
    briefing: loading,
    editing: undefined,
    scroll: 0,
    mode,
    starting: undefined,
    asking: undefined,
    trouble: undefined,
  };
  return [{ ...ui, screen: 'briefing', overlay: undefined, briefing }, [{ type: 'brief', file, values }]];
}

const practice = (ui: UiState, action: PracticeAction): Updated =>
  ui.home.practiceBusy
    ? [ui, []]
    : [
        withHome(ui, { practiceBusy: action, trouble: undefined, message: undefined }),
        [{ type: 'practice', action }],
      ];

/** The session could not go on without the practice cluster that runs now. */
export const isOnPractice = ({ practice: practises, gone, status }: SessionEntry): boolean =>
  practises && !gone && open.includes(status);

/** The sessions that could not go on without the practice cluster that runs now. */
export const onPractice = (ui: UiState): readonly SessionEntry[] =>
  readyList(ui.home.sessions).filter(isOnPractice);

/** Asks before a practice cluster is thrown away. Another terminal may have begun a session meanwhile: they are read again. */
const askFirst = (ui: UiState, asking: 'reset' | 'down'): Updated =>
  ui.home.practice.type === 'ready' && ui.home.practice.value.running
    ? [withHome(ui, { asking, trouble: undefined, message: undefined }), [{ type: 'load', what: 'sessions' }]]
    : [ui, []];

/** The answer to whether the practice cluster is to be thrown away. */
export function sureOfPractice(ui: UiState, command: Command): Updated {
  const { asking } = ui.home;
  const answered = withHome(ui, { asking: undefined });
  if (command === 'sure' && ui.home.sessions.type === 'loading')
    return [{ ...ui, told: 'The sessions that would be lost are not known yet.' }, []];
  if (command === 'sure' && asking) return practice(answered, asking);
  return command === 'back' || command === 'interrupt' ? [answered, []] : [ui, []];
}

export function homeCommand(ui: UiState, command: Command): Updated {
  const rows = homeRows(ui);
  const { home } = ui;
  const select = (index: number): Updated => [
    withHome(ui, { selected: Math.max(0, Math.min(rows.length - 1, index)) }),
    [],
  ];
  switch (command) {
    case 'up':
      return select(home.selected - 1);
    case 'down':
      return select(home.selected + 1);
    case 'page-up':
      return select(home.selected - 8);
    case 'page-down':
      return select(home.selected + 8);
    case 'top':
      return select(0);
    case 'bottom':
      return select(rows.length - 1);
    case 'open': {
      const row = rows[home.selected];
      if (!row || home.opening) return [ui, []];
      if (row.type === 'runbook') return openBriefing(ui, row.runbook.file, {});
      const as = row.session.status === 'running' ? 'follower' : 'driver';
      return [
        withHome(ui, { opening: true, trouble: undefined, message: undefined }),
        [{ type: 'resume', id: row.session.id, as }],
      ];
    }
    case 'refresh':
      return [withHome(ui, { message: undefined, trouble: undefined }), homeLoads];
    case 'practice-up':
      return practice(ui, 'up');
    case 'practice-reset':
      return askFirst(ui, 'reset');
    case 'practice-down':
      return askFirst(ui, 'down');
    case 'next-list':
    case 'previous-list': {
      const firstRunbook = rows.findIndex((row) => row.type === 'runbook');
      return select(home.selected < firstRunbook ? firstRunbook : 0);
    }
    case 'follow-session':
    case 'report': {
      const row = rows[home.selected];
      if (row?.type !== 'session' || home.opening) return [ui, []];
      const effect: Effect =
        command === 'report'
          ? { type: 'report', id: row.session.id }
          : { type: 'resume', id: row.session.id, as: 'follower' };
      return [withHome(ui, { opening: command !== 'report', trouble: undefined }), [effect]];
    }
    case 'quit':
    case 'interrupt':
      return [{ ...ui, exit: { end: undefined } }, []];
    default:
      return [ui, []];
  }
}

const settle = <T extends object>(result: T | { readonly failed: string }): Loadable<T> =>
  'failed' in result ? { type: 'failed', message: result.failed } : { type: 'ready', value: result };

const done: Readonly<Record<PracticeAction, string>> = {
  up: 'The practice cluster runs, and is the target now.',
  reset: 'The practice cluster is as new.',
  down: 'The practice cluster is stopped.',
};

/** What was read for the home screen has come. */
export function homeLoaded(
  ui: UiState,
  message: Extract<Message, { type: 'target' | 'runbooks' | 'sessions' | 'practice' }>,
): Updated {
  switch (message.type) {
    case 'target':
      return [withHome(ui, { target: settle(message.result) }), []];
    case 'runbooks':
      return [clamp(withHome(ui, { runbooks: settle(message.result) })), []];
    case 'sessions':
      return [clamp(withHome(ui, { sessions: settle(message.result) })), []];
    case 'practice': {
      if (message.after === undefined) return [withHome(ui, { practice: settle(message.result) }), []];
      if ('failed' in message.result)
        return [withHome(ui, { practiceBusy: undefined, trouble: { message: message.result.failed } }), []];
      const next = {
        practice: settle(message.result),
        practiceBusy: undefined,
        message: done[message.after],
      };
      return [
        withHome(ui, next),
        [
          { type: 'load', what: 'target' },
          { type: 'load', what: 'sessions' },
        ],
      ];
    }
  }
}

function clamp(ui: UiState): UiState {
  const last = Math.max(0, homeRows(ui).length - 1);
  return ui.home.selected > last ? withHome(ui, { selected: last }) : ui;
}
