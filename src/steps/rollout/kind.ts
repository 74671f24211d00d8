import { type RolloutBoard, type RolloutWatch, watchRollouts } from '../../cluster/rollout-watch.ts';
import type { Rollout } from '../../rollout/model.ts';
import { addSample, estimateLeft, type RateSample } from '../../rollout/rate.ts';
import { formatDuration } from '../../runbook/durations.ts';
import type { PerformContext, Performed, PerformingKind, Steer } from '../../state/kind.ts';
import { fetchLog, podOfRow, podsInTrouble, podsToExplain } from './evidence.ts';
import { isFine, newReady, trouble, wantedPods } from './panel-words.ts';
import { type RolloutSpec, rolloutSchema } from './schema.ts';
import { scopeOf } from './scope.ts';
import type { PodLog, RolloutEnd, RolloutShown } from './shown.ts';
import { nextChapter, type Told } from './story.ts';
import { Judge, sentence } from './verdict.ts';

/** Between two looks at the time: settling, patience and the timeout pass without any change on the cluster. */
const lookEveryMs = 250;
/** Between two lines in the record. */
const noteEveryMs = 1_000;
/** A rollout that never comes to rest must not fill the record. */
const mostNotes = 200;
/** How long the word `accept` waits to be said again. */
const acceptWithinMs = 10_000;
/** How long the end waits for the logs of what has failed. */
const explainWithinMs = 5_000;

/**
 * Watches rollouts to their verdict. Time counts from the journalled start, so that a program that died and came back goes on
 * with what was left of it.
 */
export const rolloutKind: PerformingKind<RolloutSpec> = {
  way: 'performs',
  schema: rolloutSchema,
  steering: [
    {
      word: 'log',
      label: 'log lines',
      key: 'g',
      about: 'row',
      help: 'Show the last log lines of the selected pod below it, or of the pod that fails in the selected workload; again: away with them.',
    },
    {
      word: 'events',
      label: 'events',
      key: 'e',
      about: 'row',
      help: 'Show the warnings about the selected pod below it; again: away with them.',
    },
    {
      word: 'accept',
      label: 'accept',
      key: 'a',
      about: 'whole',
      help: 'Go on with the rollout as it is, done or not. Asked once more; it is written down.',
    },
  ],
  describe: (spec, values) => `Watch ${whatOf(spec, values)} for at most ${formatDuration(spec.timeout)}.`,
  perform: (spec, context) => new Watching(spec, context).run(),
};

/** `deploy/web in shop`, `all rollouts in linkerd`. */
function whatOf(spec: RolloutSpec, values: Readonly<Record<string, string>>): string {
  const found = scopeOf(spec, values);
  const told = spec.namespaces ?? (spec.namespace === undefined ? undefined : [spec.namespace]);
  const namespaces = found.ok ? found.scope.namespaces : (told ?? 'all');
  const which = spec.workloads
    ? spec.workloads.join(', ')
    : spec.selector === undefined
      ? 'all rollouts'
      : `the rollouts with ${spec.selector}`;
  return `${which}${whereOf(namespaces)}`;
}

const whereOf = (namespaces: readonly string[] | 'all'): string =>
  namespaces === 'all' ? ' in all namespaces' : ` in ${namespaces.join(', ')}`;

/** One watch, from its start to its end. */
class Watching {
  readonly #spec: RolloutSpec;
  readonly #context: PerformContext;
  #told: Told;
  #notes: number;
  #notedAt = Number.NEGATIVE_INFINITY;
  #writing: Promise<unknown> = Promise.resolve();
  #acceptAskedAt = Number.NEGATIVE_INFINITY;
  /** Whether the question is on screen. */
  #asked = false;
  #rate: readonly RateSample[] = [];
  #logs: Readonly<Record<string, PodLog>> = {};
  #events: RolloutShown['events'] = {};

  constructor(spec: RolloutSpec, context: PerformContext) {
    this.#spec = spec;
    this.#context = context;
    // What was told before a crash is not told again.
    this.#told = Object.assign({}, ...context.notes.map(({ data }) => data));
    this.#notes = context.notes.length;
  }

  async run(): Promise<Performed> {
    const { api, clock, signal, startedAt, values } = this.#context;
    const { timeout, settle, patience, workloads, selector } = this.#spec;
    if (!api) return { ok: false, detail: 'There is no cluster to watch anything on.' };
    const found = scopeOf(this.#spec, values);
    if (!found.ok) return { ok: false, detail: found.why };
    const judge = new Judge({
      timeoutAt: startedAt + timeout,
      timeout,
      settle,
      patience,
      where: whereOf(found.scope.namespaces),
      named: workloads !== undefined || selector !== undefined,
    });
    let finish: (end: RolloutEnd) => void = () => {};
    const ended = new Promise<RolloutEnd>((resolve) => {
      finish = resolve;
    });
    const look = (board: RolloutBoard): void => {
      this.#show(board);
      consider(board);
    };
    const consider = (board: RolloutBoard): void => {
      this.#tell(board);
      const end = judge.judge(board, clock.now());
      if (end) finish(end);
    };
    const watch = watchRollouts(api, found.scope, clock, look);
    const cancelTicks = every(clock, lookEveryMs, () => {
      if (this.#asked && !this.#isAsking()) this.#show(watch.board);
      consider(watch.board);
    });
    const stop = () => finish({ verdict: 'cancelled', detail: 'Ended by the operator.', at: clock.now() });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    this.#context.onSteer((steer) => {
      const end = this.#hear(steer, watch);
      if (end) finish(end);
    });
    try {
      const end = await ended;
      cancelTicks();
      if (end.verdict === 'cancelled') return { ok: false, detail: end.detail };
      await this.#close(watch, end);
      return { ok: end.verdict === 'done' || end.verdict === 'accepted', detail: end.detail };
    } finally {
      cancelTicks();
      signal.removeEventListener('abort', stop);
      watch.close();
    }
  }

  #show(board: RolloutBoard, end?: RolloutEnd): void {
    const { startedAt } = this.#context;
    this.#asked = this.#isAsking() && !end;
    const shown: RolloutShown = {
      board,
      startedAt,
      timeoutAt: startedAt + this.#spec.timeout,
      estimateAt: this.#estimate(board),
      logs: this.#logs,
      events: this.#events,
      asking: this.#asked,
      end,
    };
    this.#context.progress({ progress: shown });
  }

  /** When all will be there at the rate so far, in ms since the epoch. */
  #estimate(board: RolloutBoard): number | undefined {
    const at = this.#context.clock.now();
    const sum = (of: (rollout: Rollout) => number) => board.rollouts.reduce((all, one) => all + of(one), 0);
    // What is stuck comes at no rate.
    if (board.rollouts.some((rollout) => trouble(rollout)?.kind === 'doomed')) return undefined;
    if (board.live) this.#rate = addSample(this.#rate, { at, available: sum(newReady) });
    const left = estimateLeft(this.#rate, sum(wantedPods), at);
    return left === undefined || left === 0 ? undefined : at + left;
  }

  #isAsking(): boolean {
    return this.#context.clock.now() - this.#acceptAskedAt < acceptWithinMs;
  }

  /** Writes down what turn the rollouts have taken, one line at a time and not more than one a second. */
  #tell(board: RolloutBoard): void {
    const { clock } = this.#context;
    if (clock.now() - this.#notedAt < noteEveryMs || this.#notes >= mostNotes) return;
    const chapter = nextChapter(board, this.#told);
    if (!chapter) return;
    this.#notedAt = clock.now();
    this.#notes += 1;
    this.#told = { ...this.#told, ...chapter.told };
    this.#write(chapter.text, chapter.told);
  }

  #write(text: string, data?: unknown): void {
    const note = () => this.#context.note(text, data);
    // A session that is being left takes no more notes; that is no failure of the rollout.
    this.#writing = this.#writing.then(note).catch(() => undefined);
  }

  /** The last picture: what has failed is explained by its own words as far as they can be had. */
  async #close(watch: RolloutWatch, end: RolloutEnd): Promise<void> {
    const { board } = watch;
    if (end.verdict === 'failed' || end.verdict === 'timed-out') {
      await this.#explain(watch);
      // Where a container has said nothing, the warnings about its pod may.
      for (const { uid } of podsInTrouble(board)) {
        const events = watch.eventsOf(uid);
        const silent = (this.#logs[uid]?.lines.length ?? 0) === 0;
        if (events.length > 0 && silent) this.#events = { ...this.#events, [uid]: events };
      }
    }
    this.#notedAt = Number.NEGATIVE_INFINITY;
    this.#tell(board);
    await this.#writing;
    this.#show(board, end);
  }

  async #explain(watch: RolloutWatch): Promise<void> {
    const { api, clock } = this.#context;
    if (!api) return;
    const asked = podsToExplain(watch.board).map(async (pod) => {
      const log = await fetchLog(api, watch, pod);
      this.#logs = { ...this.#logs, [pod.uid]: log };
      const last = log.lines.findLast((text) => text !== '');
      if (last !== undefined) this.#write(`${pod.name} (${log.container}) said last: ${last}`);
    });
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(explainWithinMs, resolve);
    });
    await Promise.race([Promise.all(asked), late]);
    cancel();
  }

  /** A word of the operator; it may be the end. */
  #hear({ word, subject = '' }: Steer, watch: RolloutWatch): RolloutEnd | undefined {
    const { clock } = this.#context;
    if (word === 'accept') {
      if (this.#isAsking()) return accepted(watch.board, clock.now());
      this.#acceptAskedAt = clock.now();
    } else {
      const pod = podOfRow(watch.board, subject);
      if (pod && word === 'events') {
        const { [pod.uid]: there, ...others } = this.#events;
        this.#events = there ? others : { ...others, [pod.uid]: watch.eventsOf(pod.uid) };
      }
      if (pod && word === 'log') this.#toggleLog(watch, pod);
    }
    this.#show(watch.board);
    return undefined;
  }

  #toggleLog(watch: RolloutWatch, pod: NonNullable<ReturnType<typeof podOfRow>>): void {
    const { api } = this.#context;
    const { [pod.uid]: there, ...others } = this.#logs;
    this.#logs = others;
    if (there || !api) return;
    void fetchLog(api, watch, pod).then((log) => {
      if (this.#context.signal.aborted) return;
      this.#logs = { ...this.#logs, [pod.uid]: log };
      this.#show(watch.board);
    });
  }
}

function accepted(board: RolloutBoard, at: number): RolloutEnd {
  const { rollouts } = board;
  const open = rollouts.filter((rollout) => !isFine(rollout));
  const count = `${rollouts.length - open.length} of ${rollouts.length} rolled out`;
  const first = open[0] ? ` ${sentence(open[0], board)}` : '';
  return { verdict: 'accepted', detail: `Accepted by the operator as it is: ${count}.${first}`, at };
}

/** Calls again and again until it is cancelled. */
function every(clock: PerformContext['clock'], ms: number, then: () => void): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(ms, () => {
      next();
      then();
    });
  };
  next();
  return () => cancel();
}
