/** What the parts of the conductor share: the session as far as it is on disk, the store, and the way out. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ClusterApi } from '../cluster/api.ts';
import { differs, errorOf, questionKey, type Refusal, takesError } from './asked.ts';
import type { JournalEntry, Purpose, SessionEvent } from './event.ts';
import { Mailbox } from './mailbox.ts';
import type { WalkOptions } from './options.ts';
import { SessionOutput } from './output.ts';
import type { Question } from './question.ts';
import { fold, reduce } from './reduce.ts';
import type { DecideContext } from './scene.ts';
import type { SessionState } from './session.ts';
import { valuesOf } from './values.ts';
import type { Live, WalkEnd, WalkState } from './walk.ts';

/** Thrown to leave whatever is under way: the walk is over for this program. */
export class Leave extends Error {
  readonly end: WalkEnd;
  constructor(end: WalkEnd) {
    super(end.type);
    this.end = end;
  }
}

type ParameterSource = Extract<SessionEvent, { type: 'parameter-set' }>['source'];

/** One walk at work: records events, tells the store, puts questions and hears the answers. */
export class Desk {
  readonly options: WalkOptions;
  readonly store: StoreApi<WalkState>;
  readonly mailbox = new Mailbox();
  readonly output: SessionOutput;
  readonly secrets: Record<string, string>;
  undoing: DecideContext['undoing'];
  wrongCluster: DecideContext['wrongCluster'];
  #session: SessionState;
  #question: { readonly key: string; readonly value: Question; readonly token: number } | undefined;
  #tokens = 0;
  #writing: Promise<unknown> = Promise.resolve();
  readonly #leaving = new AbortController();
  #end: WalkEnd | undefined;
  #api: ClusterApi | undefined;
  #lastRun = 0;

  constructor(options: WalkOptions, changed: string | undefined) {
    this.options = options;
    this.secrets = { ...options.secrets };
    this.#session = fold(options.journal.entries);
    this.output = new SessionOutput(this);
    const state: WalkState = {
      session: this.#session,
      bundle: options.bundle,
      question: undefined,
      live: {},
      changed,
      readOnly: undefined,
    };
    this.store = createStore<WalkState>()(() => state);
  }

  get session(): SessionState {
    return this.#session;
  }

  /** Aborted when the walk is over for this program: nothing is waited for and nothing is written any more. */
  get leaving(): AbortSignal {
    return this.#leaving.signal;
  }

  get end(): WalkEnd | undefined {
    return this.#end;
  }

  /** The question on screen, by which an intent is held to what it was an answer to. */
  get token(): number | undefined {
    return this.#question?.token;
  }

  get context(): DecideContext {
    const { secrets, undoing, wrongCluster } = this;
    return { secrets, hostname: this.options.hostname, undoing, wrongCluster };
  }

  /**
   * Puts an event on disk, then folds it in. Throws `Leave` where it cannot be written, and from then on always:
   * whatever depends on the event is not done.
   */
  async record(event: SessionEvent): Promise<void> {
    const before = this.#writing;
    const writing = before.then(() => this.#write(event));
    this.#writing = writing.catch(() => undefined);
    await writing;
  }

  /** Puts a last event on disk and leaves with it: what waited for its turn behind it is not written any more. */
  async recordLast(event: SessionEvent, end: WalkEnd): Promise<never> {
    const writing = this.#writing.then(async () => {
      await this.#write(event);
      this.leave(end);
    });
    this.#writing = writing.catch(() => undefined);
    await writing;
    throw new Leave(this.#end ?? end);
  }

  async recordAll(events: readonly SessionEvent[]): Promise<void> {
    for (const event of events) await this.record(event);
  }

  /** Gives a parameter its value: a secret's stays in memory, and the journal knows only that it has one. */
  async setParameter(
    name: string,
    value: string,
    { secret, source }: { readonly secret: boolean; readonly source: ParameterSource },
  ): Promise<void> {
    if (secret) this.secrets[name] = value;
    else delete this.secrets[name];
    await this.record({ type: 'parameter-set', name, value: secret ? undefined : value, source });
  }

  async #write(event: SessionEvent): Promise<void> {
    if (this.#end) throw new Leave(this.#end);
    let entry: JournalEntry;
    try {
      entry = await this.options.journal.append(event);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.leave({ type: 'broken', detail: `${why} Nothing was done after it.` });
      throw new Leave(this.#end ?? { type: 'broken', detail: why });
    }
    this.#session = reduce(this.#session, entry);
    const { live } = this.store.getState();
    // The step is left, or the attempt given up: its picture goes with it.
    const kept = endsPicture(event) ? without(live, ['progress']) : live;
    this.store.setState({ session: this.#session, live: kept });
  }

  /** The first end counts. */
  leave(end: WalkEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#api?.close();
    this.#question = undefined;
    const notice = 'detail' in end ? { notice: end.detail } : {};
    this.store.setState({ question: undefined, live: { ...notice, over: true } });
    this.#leaving.abort();
    this.mailbox.wake();
  }

  /** Leaves, and whatever is under way with it. */
  quit(end: WalkEnd): never {
    this.leave(end);
    throw new Leave(this.#end ?? end);
  }

  /**
   * Shows a question; the same one stays the same object, so that a note in between does not outdate an answer. Asked once more
   * after a refusal it is a new one, shown in one go with the reason: whoever waits for it cannot answer the one before. A failure
   * that only has more to offer is shown anew, and what was said to it a moment before still answers it.
   */
  ask(question: Question, refusal: Refusal | undefined): Question {
    const key = `${questionKey(question, this.#session)} ${refusal?.times ?? 0}`;
    if (this.#question?.key !== key) {
      const error = refusal && takesError(question) ? errorOf(refusal, this.#question?.value) : undefined;
      const value = { ...question, ...(error === undefined ? {} : { error }) } as Question;
      this.#tokens += 1;
      this.#question = { key, value, token: this.#tokens };
      this.store.setState(({ live }) => ({
        question: value,
        asked: this.#tokens,
        ...(refusal === undefined ? {} : { live: { ...live, notice: refusal.why } }),
      }));
    } else if (differs(this.#question.value, question)) {
      this.#question = { ...this.#question, value: question };
      this.store.setState({ question });
    }
    return this.#question.value;
  }

  /** Something runs: nothing is asked. */
  clearQuestion(): void {
    this.#question = undefined;
    if (this.store.getState().question) this.store.setState({ question: undefined });
  }

  live(change: Partial<Live>): void {
    if (this.#end) return;
    this.store.setState(({ live }) => ({ live: { ...live, ...change } }));
  }

  /** Takes parts of `live` away. */
  quiet(...keys: readonly (keyof Live)[]): void {
    const { live } = this.store.getState();
    if (this.#end || !keys.some((key) => key in live)) return;
    this.store.setState({ live: without(live, keys) });
  }

  /** The session's cluster, opened when it is first asked for and closed with the walk. */
  api(): ClusterApi | undefined {
    const { kubeconfigFile, ports } = this.options;
    if (this.#end || kubeconfigFile === undefined) return undefined;
    this.#api ??= ports.api(kubeconfigFile);
    return this.#api;
  }

  /** A name for a run that no other has, be they started at the same moment. */
  nameRun(purpose: Purpose): string {
    this.#lastRun = Math.max(this.#lastRun + 1, this.#session.seq + 1);
    return `${String(this.#lastRun).padStart(5, '0')}-${purpose}`;
  }

  values(): Record<string, string> {
    return valuesOf(this.#session, this.secrets);
  }

  /** The whole environment of a command. */
  env(): Record<string, string> {
    const { environment, kubeconfigFile } = this.options;
    const pinned = kubeconfigFile === undefined ? {} : { KUBECONFIG: kubeconfigFile };
    return { ...environment, ...this.values(), ...pinned };
  }

  secretValues(): string[] {
    return Object.values(this.secrets).filter((value) => value !== '');
  }

  /** What an operator typed, kept out of the journal where it holds a secret. */
  redact(text: string): string {
    return this.secretValues().reduce((kept, secret) => kept.replaceAll(secret, '***'), text);
  }
}

function without(live: Live, keys: readonly (keyof Live)[]): Live {
  return Object.fromEntries(Object.entries(live).filter(([key]) => !keys.includes(key as keyof Live)));
}

/** After these events what a kind last showed is about something that is over. */
function endsPicture({ type }: SessionEvent): boolean {
  return (
    type === 'retry-requested' ||
    type === 'step-done' ||
    type === 'step-done-by-hand' ||
    type === 'step-skipped'
  );
}
