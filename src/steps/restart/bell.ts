import type { Clock } from '../../state/kind.ts';

/** Wakes whoever waits for something to happen. A ring that nobody waited for wakes the next at once, so that none is lost. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Settles when it rings, at that time (ms since the epoch), or when the signal is aborted. */
  wait(clock: Clock, until: number, signal: AbortSignal): Promise<void> {
    if (this.#rung || signal.aborted) {
      this.#rung = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const over = () => {
        this.#wake = undefined;
        this.#rung = false;
        cancel();
        signal.removeEventListener('abort', over);
        resolve();
      };
      const cancel = clock.after(Math.max(0, until - clock.now()), over);
      this.#wake = over;
      signal.addEventListener('abort', over, { once: true });
    });
  }
}
