/** The whole program on a terminal emulator, with fakes behind it. */
import { vi } from 'vitest';
import { App } from '../../src/screens/app.tsx';
import { createPerformer, type Performer } from '../../src/screens/perform.ts';
import type { Services } from '../../src/screens/services.ts';
import type { Look } from '../../src/screens/theme.ts';
import { initialUi, type KindsShown, type UiState } from '../../src/screens/ui-state.ts';
import { createUiStore, type UiStore } from '../../src/screens/ui-store.ts';
import { homeLoads, openBriefing } from '../../src/screens/update/home.ts';
import type { Walk } from '../../src/state/walk.ts';
import { type RenderedScreen, renderScreen } from '../helpers/render.tsx';
import { fakeServices } from './fake-services.ts';
import { nowMs } from './scenes.ts';

export interface Driven extends RenderedScreen {
  readonly store: UiStore;
  readonly performer: Performer;
}

export interface DriveOptions {
  readonly cols?: number;
  readonly rows?: number;
  readonly look?: Partial<Look>;
  readonly services?: Services;
  /** Every key counts as one of a burst. */
  readonly burst?: boolean;
  readonly kinds?: KindsShown;
  readonly at?:
    | { readonly type: 'home' }
    | { readonly type: 'briefing'; readonly file: string }
    | { readonly type: 'walk'; readonly walk: Walk };
}

/** Everything that is read at the start has come. */
function isReady({ home, briefing, walk, screen }: UiState): boolean {
  if (screen === 'home')
    return [home.target, home.runbooks, home.sessions, home.practice].every(
      (part) => part.type !== 'loading',
    );
  if (screen === 'briefing') return briefing?.briefing.type !== 'loading';
  return !walk?.output || walk.output.window !== undefined;
}

/** Starts where told and settles when the first answers are on screen. */
export async function drive(options: DriveOptions = {}): Promise<Driven> {
  const { cols = 80, rows = 24, at = { type: 'home' } } = options;
  const performer = createPerformer({
    services: options.services ?? fakeServices(),
    dispatch: (message) => store.dispatch(message),
    redraw: () => {},
    coalesceMs: 5,
  });
  const base: UiState = {
    ...initialUi({ columns: cols, rows }, nowMs, options.kinds),
    fromHome: at.type === 'home',
  };
  const [first, effects] =
    at.type === 'home'
      ? ([base, homeLoads] as const)
      : at.type === 'briefing'
        ? openBriefing(base, at.file, {})
        : ([base, []] as const);
  const store = createUiStore(first, performer.perform);
  if (at.type === 'walk') performer.adopt(at.walk);
  for (const effect of effects) performer.perform(effect);
  const screen = renderScreen(<App store={store} burst={() => options.burst === true} />, {
    cols,
    rows,
    ...(options.look ? { look: options.look } : {}),
  });
  await vi.waitUntil(() => isReady(store.getState()), { timeout: 5_000, interval: 5 });
  await screen.settled();
  return { ...screen, store, performer };
}
