/** Where the injector's webhook fails closed, what the cluster itself is made of must not wait for it. */
import { entry, textMap } from '../../../rollout/json.ts';
import { matchesSelector } from '../../../rollout/label-selector.ts';
import type { SnapshotObject } from '../../snapshot.ts';
import { injectorOf, type Webhook } from '../../webhooks.ts';
import type { PreflightCheck } from '../model.ts';
import { fail, info } from '../remarks.ts';

const LABEL = 'config.linkerd.io/admission-webhooks';

export const kubeSystemCheck: PreflightCheck = {
  name: 'system-namespaces-excluded',
  group: 'availability',
  holds: 'kube-system and the control plane do not wait for the injector',
  needs: ['namespaces', 'mutatingWebhooks', 'configMaps'],
  look: (view) =>
    view.controlPlanes.flatMap(({ namespace }) => {
      const hook = injectorOf(view, namespace);
      if (hook === undefined) return [];
      if (hook.failurePolicy !== 'Fail') {
        return [
          info('Pods are made without a proxy while the injector is away: its failurePolicy is Ignore.'),
        ];
      }
      const asked = ['kube-system', namespace].flatMap((name) => {
        const found = view.object('namespaces', '', name);
        return found !== undefined && isAsked(hook, found) ? [found] : [];
      });
      return asked.map((each) =>
        fail(
          `The injector fails closed and is asked about every pod of ${each.metadata.name}. If all injectors are away, ${
            each.metadata.name === 'kube-system'
              ? 'no pod of the cluster itself can start, those that the injector needs among them'
              : 'they cannot come back'
          }.`,
          [
            {
              kind: 'field',
              ref: `Namespace ${each.metadata.name}`,
              path: `metadata.labels["${LABEL}"]`,
              value: entry(each.metadata.labels, LABEL) || 'not set',
              expected: 'disabled',
            },
            {
              kind: 'field',
              ref: `${hook.kind} ${hook.configuration}`,
              path: 'webhooks[0].failurePolicy',
              value: hook.failurePolicy,
            },
          ],
          `kubectl label namespace ${each.metadata.name} ${LABEL}=disabled`,
        ),
      );
    }),
};

function isAsked({ namespaceSelector }: Webhook, { metadata }: SnapshotObject): boolean {
  if (namespaceSelector === undefined) return true;
  const labels = { 'kubernetes.io/metadata.name': metadata.name, ...textMap(metadata.labels) };
  return matchesSelector(namespaceSelector, labels);
}
