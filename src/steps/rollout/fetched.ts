/** What was fetched of single pods, because the operator asked or because they have failed. */
import type { ClusterApi } from '../../cluster/api.ts';
import type { RolloutWatch } from '../../cluster/rollouts/rollout-watch.ts';
import type { PodView } from '../../rollout/model.ts';
import type { Clock } from '../../state/kind.ts';
import { fetchLog, podsInTrouble, podsToExplain } from './evidence.ts';
import type { PodLog, RolloutShown } from './shown.ts';

const reading: PodLog = {
  container: '',
  previous: false,
  lines: [],
  problem: 'Its log is being read ...',
};

/** How long the end waits for the logs of what has failed. */
const explainWithinMs = 5_000;

export class Fetched {
  readonly #api: ClusterApi;
  readonly #watch: RolloutWatch;
  logs: RolloutShown['logs'] = {};
  events: RolloutShown['events'] = {};

  constructor(api: ClusterApi, watch: RolloutWatch) {
    this.#api = api;
    this.#watch = watch;
  }

  /** Shows the warnings about a pod, or takes them away. */
  toggleEvents({ uid }: PodView): void {
    const { [uid]: there, ...others } = this.events;
    this.events = there ? others : { ...others, [uid]: this.#watch.eventsOf(uid) };
  }

  /** Shows the log of a pod, or takes it away; settles when it is there. Until then it is shown that it is being read. */
  async toggleLog(pod: PodView): Promise<void> {
    const { [pod.uid]: there, ...others } = this.logs;
    this.logs = there ? others : { ...others, [pod.uid]: reading };
    if (there) return;
    const log = await fetchLog(this.#api, this.#watch, pod);
    // It may have been taken away meanwhile.
    if (this.logs[pod.uid] === reading) this.logs = { ...this.logs, [pod.uid]: log };
  }

  /** Takes away what is still being read: nothing comes of it any more. */
  leaveOff(): void {
    this.logs = Object.fromEntries(Object.entries(this.logs).filter(([, log]) => log !== reading));
  }

  /** Of each cause of a failure the last words of one container; where it has said nothing, the warnings about its pod. */
  async explain(clock: Clock, said: (pod: PodView, log: PodLog, last: string) => void): Promise<void> {
    const { board } = this.#watch;
    const asked = podsToExplain(board).map(async (pod) => {
      const log = await this.#fetch(pod);
      const last = log.lines.findLast((text) => text !== '');
      if (last !== undefined) said(pod, log, last);
    });
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(explainWithinMs, resolve);
    });
    await Promise.race([Promise.all(asked), late]);
    cancel();
    for (const { uid } of podsInTrouble(board)) {
      const events = this.#watch.eventsOf(uid);
      const silent = (this.logs[uid]?.lines.length ?? 0) === 0;
      if (events.length > 0 && silent) this.events = { ...this.events, [uid]: events };
    }
  }

  async #fetch(pod: PodView): Promise<PodLog> {
    const log = await fetchLog(this.#api, this.#watch, pod);
    this.logs = { ...this.logs, [pod.uid]: log };
    return log;
  }
}
