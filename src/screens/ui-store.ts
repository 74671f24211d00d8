/** The one store of the screens: messages in, state out, effects handed on. All decisions are in the pure update. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Effect, Message } from './messages.ts';
import type { UiState } from './ui-state.ts';
import { update } from './update/update.ts';

export interface UiStore extends Pick<StoreApi<UiState>, 'getState' | 'subscribe'> {
  dispatch(message: Message): void;
}

/** `perform` is given every effect, after the state that asked for it has been set. */
export function createUiStore(initial: UiState, perform: (effect: Effect) => void): UiStore {
  const store = createStore<UiState>(() => initial);
  return {
    getState: store.getState,
    subscribe: store.subscribe,
    dispatch(message) {
      const [next, effects] = update(store.getState(), message);
      store.setState(next, true);
      for (const effect of effects) perform(effect);
    },
  };
}
