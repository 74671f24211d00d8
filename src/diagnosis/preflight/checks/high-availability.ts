/** Whether the control plane is one for production: three of each component, kept apart, and an injector that pods wait for. */
import { record, records, text, whole } from '../../../rollout/json.ts';
import type { Evidence } from '../../finding.ts';
import { fieldOf } from '../../meshed-pods.ts';
import type { SnapshotObject } from '../../snapshot.ts';
import type { ControlPlane } from '../../view.ts';
import { injectorOf } from '../../webhooks.ts';
import type { PreflightCheck } from '../model.ts';
import { info, listed, warn } from '../remarks.ts';

/** What `values-ha.yaml` runs three of, in any release from 2.9 on. */
const replicated = /^linkerd-(?:identity|destination|proxy-injector|controller|sp-validator|tap)$/;
const REPLICAS = 3;

/** The Deployments of a control plane that a high-availability install has several of. */
export const replicatedOf = ({ deployments }: ControlPlane): readonly SnapshotObject[] =>
  deployments.filter(({ metadata }) => replicated.test(metadata.name));

export const replicasOf = ({ spec }: SnapshotObject): number => {
  const { replicas } = record(spec);
  return replicas === undefined ? 1 : whole(replicas);
};

/** What keeps pods of one component on different nodes, for good: the required anti-affinity by host name. */
export function keepsApart({ spec }: SnapshotObject): boolean {
  const { affinity } = record(record(record(spec).template).spec);
  const required = record(record(affinity).podAntiAffinity).requiredDuringSchedulingIgnoredDuringExecution;
  return records(required).some(({ topologyKey }) => text(topologyKey) === 'kubernetes.io/hostname');
}

export const highAvailabilityCheck: PreflightCheck = {
  name: 'high-availability',
  group: 'availability',
  holds: 'the control plane runs in high availability',
  needs: ['deployments', 'configMaps'],
  look: (view) =>
    view.controlPlanes.flatMap((plane) => {
      const all = replicatedOf(plane);
      const few = all.filter((each) => replicasOf(each) < REPLICAS);
      const loose = all.filter((each) => !keepsApart(each));
      const hook = injectorOf(view, plane.namespace);
      const open = hook !== undefined && hook.failurePolicy !== 'Fail';
      const evidence: readonly Evidence[] = [
        ...few.map((each) => fieldOf(each, 'spec.replicas', String(replicasOf(each)), `${REPLICAS} or more`)),
        ...(open
          ? [
              {
                kind: 'field' as const,
                ref: `MutatingWebhookConfiguration ${hook.configuration}`,
                path: 'webhooks[0].failurePolicy',
                value: hook.failurePolicy,
                expected: 'Fail',
              },
            ]
          : []),
        ...loose.map((each) =>
          fieldOf(
            each,
            'spec.template.spec.affinity.podAntiAffinity',
            'not required by kubernetes.io/hostname',
          ),
        ),
      ];
      if (all.length === 0) return [];
      if (evidence.length === 0) {
        return [info(`${all.length} components of ${plane.namespace} run in high availability.`)];
      }
      const missing = [
        ...(few.length > 0 ? [`fewer than ${REPLICAS} of ${listed(few.map(nameOf))}`] : []),
        ...(open ? ['pods that come up without a proxy while the injector is away'] : []),
        ...(loose.length > 0 ? [`nothing that keeps the pods of ${listed(loose.map(nameOf))} apart`] : []),
      ];
      return [
        warn(
          `The control plane in ${plane.namespace} is not highly available: it has ${missing.join('; ')}.`,
          evidence,
          'For production upgrade with --ha, or with values-ha.yaml of the chart. It takes three nodes; label kube-system first.',
        ),
      ];
    }),
};

const nameOf = ({ metadata }: SnapshotObject) => metadata.name;
