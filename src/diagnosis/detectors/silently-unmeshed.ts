/** Pods that were to have a proxy, were made after the injector was there, and run without one. */

import type { UnmeshedRow } from '../../data-plane/model.ts';
import { time } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { View } from '../view.ts';
import { injectorOf } from '../webhooks.ts';
import { replicasOf, workloadsWithout } from './injector.ts';

export const silentlyUnmeshedDetector: Detector = {
  kinds: {
    'silently-unmeshed': {
      severity: 'warning',
      layer: 'data-plane',
      title: 'Pods that were to have a proxy run without one',
      causedBy: [
        'injector-down',
        'webhook-missing',
        'webhook-ca-mismatch',
        'webhook-certificate-expired',
        'webhook-stale-pod',
        'webhook-unreachable',
        'network-policy-blocks-webhooks',
      ],
    },
  },
  needs: ['pods', 'namespaces', 'mutatingWebhooks'],
  look: lookAt,
};

function lookAt(view: View): readonly Found[] {
  const plane = view.controlPlanes.find(({ meta }) => meta.state === 'found');
  if (plane === undefined) return [];
  const since = time(injectorOf(view, plane.namespace)?.createdAt) ?? Number.NEGATIVE_INFINITY;
  const rows = view.survey.unmeshed.filter((row) => madeAfter(view, row, since));
  if (rows.length === 0) return [];
  const pods = rows.reduce((sum, row) => sum + row.pods, 0);
  return [
    {
      code: 'silently-unmeshed',
      certainty: 'confirmed',
      title: `${pods} ${pods === 1 ? 'pod' : 'pods'} of ${rows.length === 1 ? `${rows[0]!.namespace}/${rows[0]!.name}` : `${rows.length} workloads`} should have a proxy and ${pods === 1 ? 'has' : 'have'} none`,
      explanation:
        'They run, and their traffic is neither encrypted nor seen by policies; a policy that asks for mesh identities refuses them. When they restart with the injector in place they are back in the mesh.',
      subjects: rows.map(({ kind, namespace, name }) => ({ kind, namespace, name })),
      evidence: rows.slice(0, 9).map(
        ({ namespace, examples, asked }): Evidence => ({
          kind: 'field',
          ref: `Pod ${namespace}/${examples[0] ?? ''}`,
          path: 'spec.containers[*].name',
          value: 'no linkerd-proxy',
          expected:
            asked === 'namespace'
              ? `linkerd-proxy: namespace ${namespace} is annotated`
              : 'linkerd-proxy: the pod is annotated',
        }),
      ),
      causes: [
        'They were made while the injector did not answer, and its failurePolicy is Ignore',
        'The namespace was annotated, and its pods have not restarted since',
      ],
      remedy: {
        text: 'Once the injector answers, restart these workloads.',
        risk: 'change',
        verify: 'handrail survey names no workload that is not meshed',
        parameters: {
          LABELS: 'present',
          REPLICAS: replicasOf(plane),
          ...workloadsWithout(view),
        },
      },
    },
  ];
}

/** Pods from before the mesh was there are nobody's surprise. */
const madeAfter = (view: View, { namespace, examples }: UnmeshedRow, since: number): boolean =>
  examples.some(
    (name) => (time(view.object('pods', namespace, name)?.metadata.creationTimestamp) ?? 0) > since,
  );
