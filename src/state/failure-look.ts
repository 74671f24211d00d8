/** The look at the cluster that begins by itself when an action has failed, while the operator may answer already. */
import type { Desk } from './desk.ts';
import { canDiagnose, lookForFindings, recordDiagnosis } from './diagnosis-look.ts';
import { pause } from './kind.ts';
import type { Question } from './question.ts';
import { actionIn } from './session.ts';

type Failure = Extract<Question, { type: 'failure' }>;

/** A diagnosis as young as this is not made anew. */
const freshMs = 5000;

/** Belongs to one question. What it finds is in the journal, and the mailbox is woken; stopped, nothing comes of it. */
export class FailureLook {
  readonly #desk: Desk;
  #running: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  /** Begins, unless it was looked at just now. After a branch it is always looked at anew: that is what it was walked for. */
  due(question: Failure): void {
    if (!canDiagnose(this.#desk)) return;
    const before = actionIn(this.#desk.session, question.at)?.diagnosed;
    const age = before ? this.#desk.options.ports.clock.now() - Date.parse(before.time) : Infinity;
    const fresh = before?.occasion !== 'watch' && age < freshMs && question.returnedFrom === undefined;
    if (!fresh) this.begin(question);
  }

  /** Begins anew, whatever was under way. */
  begin(question: Failure): void {
    this.stop();
    const abort = new AbortController();
    const startedAt = this.#desk.options.ports.clock.now();
    this.#desk.live({ diagnosing: { at: question.at, startedAt } });
    this.#running = {
      abort,
      done: this.#look(question, AbortSignal.any([abort.signal, this.#desk.leaving])),
    };
  }

  /** Nothing is written after this. */
  stop(): void {
    if (this.#running) this.#over();
  }

  /** Settles when it is over, at the latest after `ms`; undefined where nothing is under way. */
  within(ms: number): Promise<void> | undefined {
    if (!this.#running) return undefined;
    const { abort, done } = this.#running;
    const signal = AbortSignal.any([abort.signal, this.#desk.leaving]);
    return Promise.race([done, pause(this.#desk.options.ports.clock, ms, signal).then(() => this.stop())]);
  }

  async #look({ at, detail, run }: Failure, signal: AbortSignal): Promise<void> {
    const desk = this.#desk;
    const name = run?.run;
    const look = await lookForFindings(desk, at, {
      detail,
      signal,
      ...(name === undefined ? {} : { run: name }),
    });
    if (signal.aborted) return;
    if (look.type === 'seen') await recordDiagnosis(desk, at, 'failure', look.record, signal);
    if (look.type === 'failed') desk.live({ notice: `The cluster could not be looked at: ${look.why}` });
    if (signal.aborted) return;
    this.#over();
    desk.mailbox.wake();
  }

  #over(): void {
    this.#running?.abort.abort();
    this.#running = undefined;
    this.#desk.quiet('diagnosing');
  }
}
