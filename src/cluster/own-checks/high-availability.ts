/** What a control plane with several replicas has to have besides. */
import type { CheckLine } from '../../linkerd/check-report.ts';
import type { CheckContext } from './context.ts';
import { judged, listed, warning, writer } from './lines.ts';
import { kubeSystemLine } from './webhooks.ts';

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
