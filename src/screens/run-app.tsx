/** The screens as one call: from the first frame to the exit code. */
import { render } from 'ink';
import type { Mode } from '../state/event.ts';
import type { Walk } from '../state/walk.ts';
import { readSize, watchSize } from '../terminal/size.ts';
import type { TerminalApp } from '../terminal/terminal-app.ts';
import { App } from './app.tsx';
import type { Message } from './messages.ts';
import { keyMode } from './mode.ts';
import { createPerformer } from './perform.ts';
import type { Services } from './services.ts';
import type { StepPanel } from './step-panel.ts';
import { type Look, LookContext } from './theme.ts';
import { initialUi, type UiState } from './ui-state.ts';
import { createUiStore } from './ui-store.ts';
import { homeLoads, openBriefing } from './update/home.ts';
import { farewell } from './views/farewell.ts';
import { exitCodeOf } from './words/exit-code.ts';

/** Where the program begins. */
export type Initial =
  | { readonly type: 'home' }
  | {
      readonly type: 'briefing';
      readonly file: string;
      readonly values: Readonly<Record<string, string>>;
      readonly mode?: Mode;
    }
  | { readonly type: 'walk'; readonly walk: Walk };

export interface AppOptions {
  readonly services: Services;
  readonly terminal: TerminalApp<NodeJS.WriteStream>;
  readonly look: Look;
  readonly initial: Initial;
  readonly screenReader?: boolean;
  readonly panels?: Readonly<Record<string, StepPanel>>;
  /** Told how to put the session in order when the program is ended from outside. */
  readonly onReady?: (app: { readonly pause: () => Promise<void> }) => void;
  readonly now?: () => number;
}

/** At most five times a second does time move on screen; keys are never held back. */
const tickMs = 250;

/** Shows the screens until the operator leaves, and gives the exit code. The terminal is closed, with a farewell on the main screen. */
export async function runApp(options: AppOptions): Promise<number> {
  const { services, terminal, look, initial, panels = {} } = options;
  const now = options.now ?? Date.now;
  let leave: () => void = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const performer = createPerformer({
    services,
    dispatch: (message) => store.dispatch(message),
    redraw: () => void terminal.redraw(),
    coalesceMs: 200,
  });
  const [first, effects] = begin(initialUi(readSize(terminal.stdout), now()), initial);
  const store = createUiStore(first, performer.perform);
  const unsubscribe = store.subscribe((ui) => {
    if (ui.exit) leave();
  });
  const dispatch = (message: Message): void => {
    if (!store.getState().exit) store.dispatch(message);
  };
  const paste = (text: string): void => {
    if (keyMode(store.getState()) === 'typed-confirm')
      dispatch({ type: 'told', text: 'Pasting is ignored here: type the name.' });
    else dispatch({ type: 'edit', edit: { type: 'insert', text } });
  };
  const unwatch = watchSize(terminal.stdout, (size) => dispatch({ type: 'resized', size }));
  terminal.stdin.on('paste', paste);
  const timer = setInterval(() => dispatch({ type: 'tick', now: now() }), tickMs);
  options.onReady?.({
    pause: async () => {
      const walk = performer.walk();
      if (!walk || walk.store.getState().readOnly) return;
      walk.send({ type: 'pause' });
      await walk.finished;
    },
  });
  if (initial.type === 'walk') performer.adopt(initial.walk);
  for (const effect of effects) performer.perform(effect);

  terminal.mount(() => {
    const instance = render(
      <LookContext.Provider value={look}>
        <App store={store} burst={() => terminal.stdin.burst} panels={panels} />
      </LookContext.Provider>,
      {
        stdin: terminal.stdin as unknown as NodeJS.ReadStream,
        stdout: terminal.stdout,
        exitOnCtrlC: false,
        patchConsole: false,
        maxFps: 15,
        isScreenReaderEnabled: options.screenReader ?? false,
      },
    );
    return {
      unmount: async () => {
        instance.unmount();
        await instance.waitUntilExit();
      },
    };
  });

  await left;
  clearInterval(timer);
  unwatch();
  unsubscribe();
  terminal.stdin.off('paste', paste);
  const last = store.getState();
  await performer.close();
  await terminal.close(farewell(last));
  return last.exit?.end ? exitCodeOf(last.exit.end) : 0;
}

function begin(ui: UiState, initial: Initial): ReturnType<typeof openBriefing> {
  switch (initial.type) {
    case 'home':
      return [ui, homeLoads];
    case 'briefing':
      return openBriefing({ ...ui, fromHome: false }, initial.file, initial.values, initial.mode);
    case 'walk':
      return [{ ...ui, fromHome: false }, []];
  }
}
