/** Writes down what turns the rollouts take, so that followers, plain mode and the report tell the story. */
import type { RolloutBoard } from '../../cluster/rollouts/rollout-watch.ts';
import type { PerformContext } from '../../state/kind.ts';
import { nextChapter, type Told } from './story.ts';

/** Between two lines in the record. */
const noteEveryMs = 1_000;
/** A rollout that never comes to rest must not fill the record. */
const mostNotes = 200;

export class Chronicle {
  readonly #context: Pick<PerformContext, 'clock' | 'note'>;
  #told: Told;
  #notes: number;
  #notedAt = Number.NEGATIVE_INFINITY;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(context: Pick<PerformContext, 'clock' | 'note' | 'notes'>) {
    this.#context = context;
    // What was told before a crash is not told again.
    this.#told = Object.assign({}, ...context.notes.map(({ data }) => data));
    this.#notes = context.notes.length;
  }

  /** Writes down what has changed, one line at a time and not more than one a second; `last`: at once. */
  tell(board: RolloutBoard, last = false): void {
    const { clock } = this.#context;
    if (this.#notes >= mostNotes || (!last && clock.now() - this.#notedAt < noteEveryMs)) return;
    const chapter = nextChapter(board, this.#told);
    if (!chapter) return;
    this.#notedAt = clock.now();
    this.#notes += 1;
    this.#told = { ...this.#told, ...chapter.told };
    this.write(chapter.text, chapter.told);
  }

  write(text: string, data?: unknown): void {
    const note = () => this.#context.note(text, data);
    // A session that is being left takes no more notes; that is no failure of the rollout.
    this.#writing = this.#writing.then(note).catch(() => undefined);
  }

  /** Settles when everything said so far is on disk. */
  async written(): Promise<void> {
    await this.#writing;
  }
}
