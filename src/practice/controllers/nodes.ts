import { microTimestamp, type Timer, timestamp } from '../clock.ts';
import type { KubeObject } from '../kube-client.ts';
import { type Control, isStatus } from './control.ts';

const BEAT_MS = 20_000;
const LEASES = { apiVersion: 'coordination.k8s.io/v1', resource: 'leases', namespace: 'kube-node-lease' };

/** Lets every node say that it is alive, by its Lease and in the heartbeat times of its conditions. Wall time, whatever the speed. */
export function startNodeHeartbeats(control: Control, speed: number): () => void {
  const { caches, client, clock } = control;

  const beat = async (node: KubeObject): Promise<void> => {
    const name = node.metadata.name;
    const conditions = (node.status?.conditions ?? []).map((each: Record<string, unknown>) => ({
      ...each,
      lastHeartbeatTime: timestamp(clock.now()),
    }));
    await client.patch(
      caches.nodes.ref(),
      name,
      'merge',
      { status: { conditions } },
      { subresource: 'status' },
    );
    const spec = {
      holderIdentity: name,
      leaseDurationSeconds: 40,
      renewTime: microTimestamp(clock.now()),
    };
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name }, spec };
    try {
      await client.patch(LEASES, name, 'merge', { spec });
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
      await client.create(LEASES, { ...lease, metadata: { name, namespace: LEASES.namespace } });
    }
  };

  let next: Timer | undefined;
  let stopped = false;
  const round = async () => {
    // A node that was deleted between is no trouble; the next round is soon.
    await Promise.allSettled(caches.nodes.list().map(beat));
    if (!stopped) next = clock.after(BEAT_MS * speed, () => void round());
  };
  void round();
  return () => {
    stopped = true;
    next?.cancel();
  };
}
