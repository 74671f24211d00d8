/** One watch, from its start to its end: the board is shown, told and judged, and the operator is heard. */
import type { ClusterApi } from '../../cluster/api.ts';
import { type RolloutBoard, type RolloutWatch, watchRollouts } from '../../cluster/rollouts/rollout-watch.ts';
import type { Rollout } from '../../rollout/model.ts';
import { addSample, estimateLeft, type RateSample } from '../../rollout/rate.ts';
import type { PerformContext, Performed, Steer } from '../../state/kind.ts';
import { scopeOf, whereOf } from '../workload-scope.ts';
import { Chronicle } from './chronicle.ts';
import { podOfRow } from './evidence.ts';
import { Fetched } from './fetched.ts';
import { isFine, newReady, trouble, wantedPods } from './panel-words.ts';
import type { RolloutSpec } from './schema.ts';
import type { RolloutEnd, RolloutShown } from './shown.ts';
import { Judge, sentence } from './verdict.ts';

/** Between two looks at the time: settling, patience and the timeout pass without any change on the cluster. */
const lookEveryMs = 250;
/** How long the word `accept` waits to be said again. */
const acceptWithinMs = 10_000;

export class Watching {
  readonly #spec: RolloutSpec;
  readonly #context: PerformContext;
  readonly #chronicle: Chronicle;
  #acceptAskedAt = Number.NEGATIVE_INFINITY;
  /** Whether the question is on screen. */
  #asked = false;
  #over = false;
  #rate: readonly RateSample[] = [];
  #fetched: Fetched | undefined;

  constructor(spec: RolloutSpec, context: PerformContext) {
    this.#spec = spec;
    this.#context = context;
    this.#chronicle = new Chronicle(context);
  }

  /** Watches to the verdict. Rejects with nothing. */
  async run(): Promise<Performed> {
    const { api, values } = this.#context;
    if (!api) return { ok: false, detail: 'There is no cluster to watch anything on.' };
    const found = scopeOf(this.#spec, values);
    return found.ok ? this.#follow(api, found.scope) : { ok: false, detail: found.why };
  }

  async #follow(api: ClusterApi, scope: Parameters<typeof watchRollouts>[1]): Promise<Performed> {
    const { clock, signal, startedAt } = this.#context;
    const { timeout, settle, patience } = this.#spec;
    const judge = new Judge({
      timeoutAt: startedAt + timeout,
      timeout,
      settle,
      patience,
      where: whereOf(scope.namespaces),
      named: scope.workloads !== undefined || scope.selector !== undefined,
    });
    let finish: (end: RolloutEnd) => void = () => {};
    const ended = new Promise<RolloutEnd>((resolve) => {
      finish = resolve;
    });
    const consider = (board: RolloutBoard): void => {
      this.#chronicle.tell(board);
      const end = judge.judge(board, clock.now());
      if (end) finish(end);
    };
    const watch = watchRollouts(api, scope, clock, (board) => {
      this.#show(board);
      consider(board);
    });
    const fetched = new Fetched(api, watch);
    this.#fetched = fetched;
    const cancelTicks = every(clock, lookEveryMs, () => {
      if (this.#asked && !this.#isAsking()) this.#show(watch.board);
      consider(watch.board);
    });
    const stop = () => finish({ verdict: 'cancelled', detail: 'Ended by the operator.', at: clock.now() });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    this.#context.onSteer((steer) => {
      const end = this.#hear(steer, watch, fetched);
      if (end) finish(end);
    });
    try {
      const end = await ended;
      this.#over = true;
      cancelTicks();
      if (end.verdict === 'cancelled') return { ok: false, detail: end.detail };
      await this.#close(watch, fetched, end);
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
      logs: this.#fetched?.logs ?? {},
      events: this.#fetched?.events ?? {},
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

  /** The last picture: what has failed is explained by its own words as far as they can be had. */
  async #close(watch: RolloutWatch, fetched: Fetched, end: RolloutEnd): Promise<void> {
    const chronicle = this.#chronicle;
    chronicle.tell(watch.board, true);
    if (end.verdict === 'failed' || end.verdict === 'timed-out') {
      await fetched.explain(this.#context.clock, (pod, { container }, last) =>
        chronicle.write(`${pod.name} (${container}) said last: ${last}`),
      );
    }
    await chronicle.written();
    fetched.leaveOff();
    this.#show(watch.board, end);
  }

  /** A word of the operator; it may be the end. */
  #hear({ word, subject = '' }: Steer, watch: RolloutWatch, fetched: Fetched): RolloutEnd | undefined {
    const { clock } = this.#context;
    if (word === 'accept') {
      if (this.#isAsking()) return accepted(watch.board, clock.now());
      this.#acceptAskedAt = clock.now();
    } else {
      const pod = podOfRow(watch.board, subject);
      if (pod && word === 'events') fetched.toggleEvents(pod);
      if (pod && word === 'log') {
        void fetched.toggleLog(pod).then(() => {
          if (!this.#over) this.#show(watch.board);
        });
      }
    }
    this.#show(watch.board);
    return undefined;
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
