/** What a control plane with several replicas has to have besides. */

import { readWebhooks } from '../../diagnosis/webhooks.ts';
import type { CheckLine } from '../../linkerd/check-report.ts';
import { CONTROL_PLANE_NS } from '../../linkerd/manifest.ts';
import { matchesSelector } from '../../rollout/label-selector.ts';
import { type CheckContext, core } from './context.ts';
import { judged, listed, warning, writer } from './lines.ts';

/** The workloads that a high-availability install runs several of (charts/linkerd-control-plane/values-ha.yaml; the last two to 2.10). */
const replicated = new Set([
  'linkerd-destination',
  'linkerd-identity',
  'linkerd-proxy-injector',
  'linkerd-controller',
  'linkerd-sp-validator',
]);

/** Category `linkerd-ha-checks`; without replicas and without a webhook that fails closed there is nothing in it. */
export async function highAvailabilityLines(context: CheckContext): Promise<readonly CheckLine[]> {
  const { config, namespace, rollouts, hints } = context;
  const replicas = config.type === 'found' ? config.value.replicas : 1;
  const system = await kubeSystemLine(context);
  if (replicas < 2) return system;
  const all = await rollouts(namespace);
  const line = writer('linkerd-ha-checks', hints);
  return [
    line(
      'multiple replicas of control plane pods',
      'l5d-control-plane-replicas',
      judged(all, 'There are no workloads.', (found) => {
        const few = found.filter(({ ref, progress }) => replicated.has(ref.name) && progress.available < 2);
        return few.length === 0
          ? 'ok'
          : warning(listed(few.map(({ ref, progress }) => `${ref.name}: ${progress.available} available`)));
      }),
    ),
    ...system,
  ];
}

/**
 * A cluster whose own pods wait for the injector cannot bring the injector back. So where its webhook fails closed, it must not be
 * asked about kube-system.
 */
async function kubeSystemLine(context: CheckContext): Promise<readonly CheckLine[]> {
  const { look, namespace, hints } = context;
  const ref = { apiVersion: 'admissionregistration.k8s.io/v1', resource: 'mutatingwebhookconfigurations' };
  const [list, system] = await Promise.all([
    look.list(ref, `${CONTROL_PLANE_NS}=${namespace}`),
    look.get(core('namespaces'), 'kube-system'),
  ]);
  const line = writer('linkerd-ha-checks', hints);
  const name = 'pod injection disabled on kube-system';
  const anchor = 'l5d-injection-disabled';
  if (list.type !== 'found') return [];
  const closed = list.value.flatMap(readWebhooks).filter(({ failurePolicy }) => failurePolicy === 'Fail');
  if (closed.length === 0) return [];
  return [
    line(
      name,
      anchor,
      judged(system, 'There is no namespace kube-system.', ({ metadata }) => {
        const labels = { 'kubernetes.io/metadata.name': 'kube-system', ...metadata.labels };
        const asked = closed.some(
          ({ namespaceSelector }) =>
            namespaceSelector === undefined || matchesSelector(namespaceSelector, labels),
        );
        return asked
          ? warning(
              'The injector fails closed and is asked about kube-system. Label it config.linkerd.io/admission-webhooks=disabled.',
            )
          : 'ok';
      }),
    ),
  ];
}
