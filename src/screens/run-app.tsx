/** The screens as one call: from the first frame to the exit code. */
import type { Mode } from '../state/event.ts';
import { exitCodeOf, exitCodes } from '../state/exit-codes.ts';
import type { Walk } from '../state/walk.ts';
import { panels, steering } from '../steps/panels.ts';
import { readSize, watchSize } from '../terminal/size.ts';
import type { TerminalApp } from '../terminal/terminal-app.ts';
import { App } from './app.tsx';
import { draw } from './components/draw.tsx';
import type { Message } from './messages.ts';
import { keyMode } from './mode.ts';
import { createPerformer } from './perform.ts';
import type { Services } from './services.ts';
import type { Look } from './theme.ts';
import { initialUi, type KindsShown, type UiState } from './ui-state.ts';
import { createUiStore } from './ui-store.ts';
import { homeLoads, openBriefing } from './update/home.ts';
import { farewell } from './views/farewell.ts';

/** Where the program begins. */
export type Initial =
  | { readonly type: 'home' }
  | {
      readonly type: 'briefing';
      readonly file: string;
      readonly values: Readonly<Record<string, string>>;
      readonly mode?: Mode;
    }
  /** `told`: said on the first screen, until the first key. */
  | { readonly type: 'walk'; readonly walk: Walk; readonly told?: string };

export interface AppOptions {
  readonly services: Services;
  readonly terminal: TerminalApp<NodeJS.WriteStream>;
  readonly look: Look;
  readonly initial: Initial;
  readonly screenReader?: boolean;
  /** What kinds of action bring for the screens; those that the program has, unless told. */
  readonly kinds?: KindsShown;
  /** Told how to put the session in order when the program is ended from outside. */
  readonly onReady?: (app: { readonly pause: () => Promise<void> }) => void;
  readonly now?: () => number;
}

const ownKinds = (): KindsShown => ({ panels, steering });

/** At most five times a second does time move on screen; keys are never held back. */
const tickMs = 250;
/** Nor does what a session tells draw more often, unless there is something to answer. */
const newsMs = 200;

/** How long a session may take to be paused when the screens have crashed. */
const lastWordsMs = 2_000;

/**
 * Shows the screens until the operator leaves, and gives the exit code. The terminal is closed, with a farewell on the main
 * screen. Rejects with a mistake of ours in the screens, after the session was paused and the terminal given back.
 */
export async function runApp(options: AppOptions): Promise<number> {
  const { services, terminal, look, initial, kinds = ownKinds() } = options;
  const now = options.now ?? Date.now;
  let leave: () => void = () => {};
  let crash: { readonly error: unknown } | undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const onCrash = (error: unknown): void => {
    crash ??= { error };
    leave();
  };
  let newsAt = 0;
  const dispatch = (message: Message): void => {
    const news = message.type === 'walk-changed';
    if (news) newsAt = now();
    try {
      if (!crash && !store.getState().exit) store.dispatch(news ? { ...message, now: newsAt } : message);
    } catch (error) {
      onCrash(error);
    }
  };
  const performer = createPerformer({
    services,
    dispatch,
    redraw: () => void terminal.redraw(),
    coalesceMs: newsMs,
  });
  const [first, effects] = begin(initialUi(readSize(terminal.stdout), now(), kinds), initial);
  const store = createUiStore(first, performer.perform);
  const unsubscribe = store.subscribe((ui) => {
    if (ui.exit) leave();
  });
  const paste = (text: string): void => {
    if (keyMode(store.getState()) === 'typed-confirm')
      dispatch({ type: 'told', text: 'Pasting is ignored here: type the name.' });
    else dispatch({ type: 'edit', edit: { type: 'insert', text } });
  };
  const pause = async (): Promise<void> => {
    const walk = performer.walk();
    if (!walk || walk.store.getState().readOnly) return;
    walk.send({ type: 'pause' });
    await walk.finished;
  };
  const unwatch = watchSize(terminal.stdout, (size) => dispatch({ type: 'resized', size }));
  terminal.stdin.on('paste', paste);
  // News of a session brings the time with it: only where there is none does a tick draw.
  const timer = setInterval(() => {
    if (now() - newsAt >= newsMs) dispatch({ type: 'tick', now: now() });
  }, tickMs);
  options.onReady?.({ pause });
  if (initial.type === 'walk') performer.adopt(initial.walk);
  for (const effect of effects) performer.perform(effect);

  terminal.mount(() =>
    draw(<App store={{ ...store, dispatch }} burst={() => terminal.stdin.burst} />, {
      terminal,
      look,
      onCrash,
      ...(options.screenReader === undefined ? {} : { screenReader: options.screenReader }),
    }),
  );

  await left;
  clearInterval(timer);
  unwatch();
  unsubscribe();
  terminal.stdin.off('paste', paste);
  if (crash) {
    await Promise.race([pause(), new Promise((resolve) => setTimeout(resolve, lastWordsMs).unref())]);
    await performer.close();
    await terminal.close();
    throw (crash as { readonly error: unknown }).error;
  }
  const last = store.getState();
  await performer.close();
  await terminal.close(farewell(last));
  return last.exit?.end ? exitCodeOf(last.exit.end) : exitCodes.done.code;
}

function begin(ui: UiState, initial: Initial): ReturnType<typeof openBriefing> {
  switch (initial.type) {
    case 'home':
      return [ui, homeLoads];
    case 'briefing':
      return openBriefing({ ...ui, fromHome: false }, initial.file, initial.values, initial.mode);
    case 'walk':
      return [{ ...ui, fromHome: false, told: initial.told }, []];
  }
}
