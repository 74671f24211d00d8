/** That there is a control plane to upgrade, and that all of it is there and well. */
import type { PreflightCheck } from '../model.ts';
import { fail, info } from '../remarks.ts';

export const controlPlaneCheck: PreflightCheck = {
  name: 'control-plane-well',
  group: 'availability',
  holds: 'the control plane is there, whole, and of one version',
  codes: [
    'control-plane-missing',
    'control-plane-mixed-versions',
    'control-plane-stuck',
    'selector-drift',
    'policy-controller-stale',
    'injector-down',
    'webhook-missing',
  ],
  needs: ['configMaps', 'pods', 'deployments'],
  look: ({ controlPlanes }) =>
    controlPlanes.length === 0
      ? [
          fail(
            'There is no Linkerd control plane on this cluster, so there is nothing to upgrade.',
            [{ kind: 'field', ref: 'ConfigMap linkerd-config', value: 'not found in any namespace' }],
            'Is this the right cluster? Before an installation: handrail check --pre.',
          ),
        ]
      : controlPlanes.map(({ namespace, meta }) =>
          info(`${meta.version ?? 'A control plane of an unknown version'} in ${namespace}.`, [
            { kind: 'field', ref: meta.source, value: meta.version ?? 'not told' },
          ]),
        ),
};
