/** Eyes on the workloads of one wave, opened when the wave begins and closed when it is over. */
import type { ClusterApi } from '../../cluster/api.ts';
import { resourceOf } from '../../cluster/rollouts/rollout-scope.ts';
import { type RolloutBoard, type RolloutWatch, watchRollouts } from '../../cluster/rollouts/rollout-watch.ts';
import { type PlannedWorkload, workloadId } from '../../data-plane/restart-plan.ts';
import type { Sight } from '../../data-plane/restart-verdict.ts';
import type { Rollout } from '../../rollout/model.ts';
import type { Clock } from '../../state/kind.ts';

/** Since when what is shown is no longer up to date, and why. */
export interface Away {
  readonly since: number;
  readonly why: string;
}

export interface WaveWatch {
  sight(workload: PlannedWorkload): Sight;
  /** Undefined while all that may be seen is up to date. */
  readonly away: Away | undefined;
  close(): void;
}

/** A watch of each of so many namespaces costs less than one of all of them. */
const mostNamespaces = 12;

/** Watches these workloads; `changed` is called whenever something is seen anew. */
export function watchWave(
  api: ClusterApi,
  wave: readonly PlannedWorkload[],
  clock: Clock,
  changed: () => void,
): WaveWatch {
  const namespaces = [...new Set(wave.map(({ namespace }) => namespace))];
  const named = new Map(wave.map(({ kind, name }) => [`${kind}/${name}`, { kind, name }]));
  const scope = {
    namespaces: namespaces.length > mostNamespaces ? ('all' as const) : namespaces,
    workloads: [...named.values()],
  };
  let rollouts = new Map<string, Rollout>();
  let board: RolloutBoard | undefined;
  let liveSince = Number.POSITIVE_INFINITY;
  const watch: RolloutWatch = watchRollouts(api, scope, clock, (now) => {
    if (now.rollouts !== board?.rollouts)
      rollouts = new Map(now.rollouts.map((one) => [workloadId(one.ref), one]));
    board = now;
    if (!now.live) liveSince = Number.POSITIVE_INFINITY;
    else if (liveSince === Number.POSITIVE_INFINITY) liveSince = clock.now();
    changed();
  });
  return {
    sight(workload) {
      const { kind, namespace } = workload;
      const here = (one: { readonly namespace?: string | undefined }) =>
        one.namespace === undefined || one.namespace === namespace;
      const denied = (resource: string) =>
        board?.streams.find((one) => one.resource === resource && here(one) && one.status.type === 'denied');
      const dark = denied(resourceOf[kind]);
      const rollout = rollouts.get(workload.id);
      const live = board?.live === true && board.complete;
      return {
        live,
        liveSince,
        rollout,
        // It was there when it was planned: where all of its kind is in sight, it is gone.
        missing: live && rollout === undefined && dark === undefined,
        unwatchable: dark?.status.type === 'denied' ? dark.status.message : undefined,
        podsUnseen: denied('pods') !== undefined,
      };
    },
    get away() {
      const stale = board?.streams.flatMap(({ status }) => (status.type === 'stale' ? [status] : [])) ?? [];
      const [first] = stale.sort((a, b) => a.since - b.since);
      return first && { since: first.since, why: first.why };
    },
    close: () => watch.close(),
  };
}
