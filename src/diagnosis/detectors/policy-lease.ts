/** The status that the policy controller writes. */
import { record, text, time, whole } from '../../rollout/json.ts';
import type { Detector } from '../detector.ts';
import { fieldOf, subjectOf } from '../meshed-pods.ts';

const LEASE = 'policy-controller-write';
/** It is renewed every few seconds; clocks of a cluster and its node may differ by less than this. */
const STALE_MS = 10 * 60_000;

export const policyLeaseDetector: Detector = {
  kinds: {
    'policy-controller-stale': {
      severity: 'warning',
      layer: 'control-plane',
      title: 'The policy controller writes no status any more',
    },
  },
  needs: ['leases', 'deployments'],
  look: (view) =>
    view.controlPlanes.flatMap(({ namespace }) => {
      const lease = view.object('leases', namespace, LEASE);
      const { renewTime, holderIdentity } = record(lease?.spec);
      const renewed = time(renewTime);
      const destination = view.object('deployments', namespace, 'linkerd-destination');
      // Without a ready destination nobody renews it, and that is found elsewhere.
      if (
        lease === undefined ||
        renewed === undefined ||
        whole(record(destination?.status).availableReplicas) === 0
      )
        return [];
      if (view.now - renewed < STALE_MS) return [];
      return [
        {
          code: 'policy-controller-stale',
          certainty: 'likely' as const,
          title: `Lease ${namespace}/${LEASE} was renewed last ${Math.round((view.now - renewed) / 60_000)} minutes ago`,
          explanation:
            'One policy container holds the lease and writes the status of routes. Its task can end while the container goes on (linkerd2 #15506): policies work, and new routes stay without a status.',
          subjects: [subjectOf(lease), { kind: 'Deployment', namespace, name: 'linkerd-destination' }],
          evidence: [
            fieldOf(lease, 'spec.renewTime', text(renewTime), 'less than a minute ago'),
            fieldOf(lease, 'spec.holderIdentity', text(holderIdentity)),
          ],
          causes: ['The task that renews the lease ended in the policy container'],
          remedy: {
            text: 'Restart linkerd-destination.',
            risk: 'change' as const,
            verify: `kubectl --namespace ${namespace} get lease ${LEASE} --output jsonpath='{.spec.renewTime}'`,
            parameters: { CASE: 'controller', NAMESPACE: namespace },
          },
        },
      ];
    }),
};
