/** How what a kind shows of its work reaches the store: not more than a few times a second, and never late at its end. */
import type { Desk } from './desk.ts';
import type { ActionRef } from './event.ts';
import type { Shown } from './kind.ts';

/** Between two changes of what is shown. */
const showEveryMs = 200;

/** Shows the first change at once and the latest of the others in their time; `stop` shows the last one. */
export function showing(
  desk: Desk,
  at: ActionRef,
): { readonly progress: (shown: Shown) => void; readonly stop: () => void } {
  const { clock } = desk.options.ports;
  let waiting: Shown | undefined;
  let cancel: (() => void) | undefined;
  const show = () => {
    if (waiting) {
      const { progress, ...rest } = waiting;
      desk.live(progress === undefined ? rest : { ...rest, progress: { at, value: progress } });
    }
    cancel = waiting ? clock.after(showEveryMs, show) : undefined;
    waiting = undefined;
  };
  return {
    progress(shown) {
      waiting = { ...waiting, ...shown };
      if (!cancel) show();
    },
    stop() {
      cancel?.();
      show();
      cancel?.();
    },
  };
}
