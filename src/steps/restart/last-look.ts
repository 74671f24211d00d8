/**
 * Before something counts as failed the server has to answer once more: one that hangs looks for a while like one that has
 * nothing to say, and what is seen of the cluster then is old.
 */
import type { ClusterApi } from '../../cluster/api.ts';
import { resourceOf } from '../../cluster/rollouts/rollout-scope.ts';
import type { PlannedWorkload } from '../../data-plane/restart-plan.ts';
import type { Clock } from '../../state/kind.ts';
import type { Away } from './watch-wave.ts';

/** After an answer, what was on its way is given so long to be seen. ms. */
const arrivesMs = 1_000;
/** An answer that is older says nothing about now. ms. */
const staleMs = 10_000;
/** Between two questions that were not answered. ms. */
const againMs = 2_000;

/** What comes of a last look: the failure stands, or one waits until then (ms since the epoch). */
export type Looked = { readonly type: 'stands' } | { readonly type: 'wait'; readonly until: number };

export class LastLook {
  readonly #api: ClusterApi;
  readonly #clock: Clock;
  #answered: { readonly id: string; readonly at: number } | undefined;
  #again = 0;
  #away: Away | undefined;

  constructor(api: ClusterApi, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Since when the server has not answered, and why; undefined while it does. */
  get away(): Away | undefined {
    return this.#away;
  }

  /** Nothing has failed, as it looks now: what the streams say of the cluster holds again. */
  over(): void {
    this.#away = undefined;
  }

  /** Asks the server for this workload, unless it has answered just now. */
  async at({ id, kind, namespace, name }: PlannedWorkload): Promise<Looked> {
    const before = this.#clock.now();
    if (before < this.#again) return { type: 'wait', until: this.#again };
    if (this.#answered?.id === id && before - this.#answered.at < staleMs) {
      const arrived = this.#answered.at + arrivesMs;
      return before >= arrived ? { type: 'stands' } : { type: 'wait', until: arrived };
    }
    const ref = { apiVersion: 'apps/v1', resource: resourceOf[kind], namespace };
    const found = await this.#api.get(ref, name);
    const now = this.#clock.now();
    if (!found.ok && found.problem.type === 'unreachable') {
      this.#away ??= { since: before, why: found.problem.message };
      this.#again = now + againMs;
      return { type: 'wait', until: this.#again };
    }
    this.#away = undefined;
    this.#answered = { id, at: now };
    return { type: 'wait', until: now + arrivesMs };
  }
}
