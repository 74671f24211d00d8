/** Nodes whose clock differs from that of this machine. Certificates that are just made are not valid yet on a clock that is behind. */
import { record, records, text, time } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { View } from '../view.ts';

/** Two machines may differ by so much, and a list that was read in between is that much older. */
const AHEAD_MS = 60_000;
/** The kubelet writes the heartbeat every five minutes where nothing else changes (`nodeStatusReportFrequency`). */
const BEHIND_MS = 10 * 60_000;

export const clockSkewDetector: Detector = {
  kinds: {
    'clock-skew': {
      severity: 'warning',
      layer: 'cluster',
      title: 'The clocks of nodes and of this machine differ',
    },
  },
  needs: ['nodes'],
  look: lookAt,
};

function lookAt(view: View): readonly Found[] {
  const nodes = view.objects('nodes');
  const skewed = nodes.flatMap((node) => {
    const ready = records(record(node.status).conditions).find(({ type }) => type === 'Ready');
    const beat = time(ready?.lastHeartbeatTime);
    // A node that is not ready says nothing any more, and its last heartbeat is old for that reason.
    if (text(ready?.status) !== 'True' || beat === undefined) return [];
    const ahead = beat - view.now;
    if (ahead <= AHEAD_MS && ahead >= -BEHIND_MS) return [];
    return [{ name: node.metadata.name, ahead, value: text(ready?.lastHeartbeatTime) }];
  });
  if (skewed.length === 0) return [];
  const all = skewed.length === nodes.length;
  const { ahead } = skewed[0]!;
  const minutes = Math.round(Math.abs(ahead) / 60_000);
  const words = `${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ${ahead > 0 ? 'ahead of' : 'behind'} this machine`;
  return [
    {
      code: 'clock-skew',
      certainty: 'likely',
      title: all
        ? `All nodes seem to be ${words}: this machine may be the one that is wrong`
        : `${skewed.length} of ${nodes.length} nodes ${skewed.length === 1 ? 'seems' : 'seem'} to be ${words}`,
      explanation:
        'Linkerd allows for 20 seconds. A proxy on a node that is behind takes a new certificate for one that is not valid yet, and does not become ready.',
      subjects: skewed.map(({ name }) => ({ kind: 'Node', name })),
      evidence: skewed.slice(0, 5).map(
        ({ name, value }): Evidence => ({
          kind: 'condition',
          ref: `Node ${name}`,
          path: 'status.conditions[?(@.type=="Ready")].lastHeartbeatTime',
          value,
          expected: `about ${view.snapshot.takenAt}`,
        }),
      ),
      causes: ['Time synchronisation (NTP, chrony) does not run there', 'The clock of this machine is wrong'],
      remedy: {
        text: 'Synchronise the clocks of the nodes and of this machine.',
        risk: 'change',
        verify: 'linkerd check --pre: no clock skew detected',
      },
    },
  ];
}
