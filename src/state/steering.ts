/** The words of the operator on their way to the kind that performs. */
import type { Steer, SteerWord } from './kind.ts';

/** What has been said is kept until somebody listens, and is then told in order. */
export class Steering {
  readonly #words: readonly SteerWord[];
  readonly #waiting: Steer[] = [];
  readonly #listeners = new Set<(steer: Steer) => void>();

  constructor(words: readonly SteerWord[]) {
    this.#words = words;
  }

  listen(heard: (steer: Steer) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#listeners.add(heard);
    signal.addEventListener('abort', () => this.#listeners.delete(heard), { once: true });
    for (const steer of this.#waiting.splice(0)) heard(steer);
  }

  /** Why the word is not taken, in a sentence; undefined once it is told, or waits to be. */
  hear({ word, subject }: Steer): string | undefined {
    const known = this.#words.find((one) => one.word === word);
    if (!known) {
      const words = this.#words.map((one) => one.word).join(', ');
      return words === ''
        ? 'What runs now takes no words: wait for its end, or cancel it.'
        : `What runs now does not know the word "${word}". It knows: ${words}.`;
    }
    if (known.about === 'row' && (subject === undefined || subject === '')) {
      return `Say what to ${word}: select a row first.`;
    }
    const steer: Steer = known.about === 'row' && subject !== undefined ? { word, subject } : { word };
    if (this.#listeners.size === 0) this.#waiting.push(steer);
    for (const heard of this.#listeners) heard(steer);
    return undefined;
  }
}
