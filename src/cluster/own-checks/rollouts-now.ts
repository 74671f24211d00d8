import type { Rollout } from '../../rollout/model.ts';
import type { ClusterApi } from '../api.ts';
import { watchRollouts } from '../rollouts/rollout-watch.ts';
import type { Seen } from './look.ts';

/** Time as it is needed here. Milliseconds. */
export interface CheckClock {
  now(): number;
  after(ms: number, then: () => void): () => void;
}

/** A list of workloads that takes longer than this has no answer to give. */
const LONGEST_LIST_MS = 20_000;

/** The rollouts of a namespace as they are now: a watch that is closed when it has seen everything once. */
export function rolloutsNow(
  api: ClusterApi,
  namespace: string,
  clock: CheckClock,
  signal: AbortSignal,
): Promise<Seen<readonly Rollout[]>> {
  return new Promise((resolve) => {
    const finish = (seen: Seen<readonly Rollout[]>) => {
      cancel();
      signal.removeEventListener('abort', stop);
      watch.close();
      resolve(seen);
    };
    const stop = () => finish({ type: 'unseen', why: 'It was ended.' });
    const cancel = clock.after(LONGEST_LIST_MS, () =>
      finish({ type: 'unseen', why: `The workloads of ${namespace} were not listed in time.` }),
    );
    const watch = watchRollouts(api, { namespaces: [namespace] }, clock, (board) => {
      if (!board.complete) return;
      const denied = board.streams.filter(({ status }) => status.type === 'denied');
      const blind = denied.length > 0 && board.rollouts.length === 0;
      finish(
        blind
          ? { type: 'unseen', why: `Not permitted: ${board.unseen.join(', ')}.` }
          : { type: 'found', value: board.rollouts },
      );
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
