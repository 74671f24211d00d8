/** Intents that wait to be dealt with, one at a time and in order. */
import type { Intent } from './question.ts';

/** An intent on its way to the conductor. */
export interface Message {
  readonly intent: Intent;
  /** The question that was on screen when it was sent; an answer to an earlier one answers nothing. */
  readonly token: number | undefined;
}

/** Intents in the order in which they were sent, for one reader. */
export class Mailbox {
  readonly #messages: Message[] = [];
  #wake: (() => void) | undefined;
  #ready: Promise<void> | undefined;

  push(message: Message): void {
    this.#messages.push(message);
    this.wake();
  }

  take(): Message | undefined {
    return this.#messages.shift();
  }

  /** Settles when there is a message, or when woken. */
  ready(): Promise<void> {
    if (this.#messages.length > 0) return Promise.resolve();
    this.#ready ??= new Promise((resolve) => {
      this.#wake = resolve;
    });
    return this.#ready;
  }

  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
    this.#ready = undefined;
  }
}
