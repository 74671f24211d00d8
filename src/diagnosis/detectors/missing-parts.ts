/** The parts of a control plane that are not there: its Deployments, and the ConfigMaps that they start with and that upgrades start from. */
import { record } from '../../rollout/json.ts';
import type { Evidence } from '../finding.ts';
import type { ControlPlane, View } from '../view.ts';

/** A part of a control plane that is not there, or scaled to zero. */
export interface MissingPart extends Evidence {
  readonly of: 'Deployment' | 'ConfigMap';
  readonly name: string;
}

/** What every control plane since 2.9 has. Whether the injector has pods is a question of its own. */
const deployments = ['linkerd-identity', 'linkerd-destination', 'linkerd-proxy-injector'] as const;

export function missingDeployments({ namespace }: ControlPlane, view: View): readonly MissingPart[] {
  return deployments.flatMap((name): readonly MissingPart[] => {
    const deployment = view.object('deployments', namespace, name);
    if (deployment === undefined) return [notThere('Deployment', namespace, name)];
    const none = record(deployment.spec).replicas === 0 && name !== 'linkerd-proxy-injector';
    return none
      ? [
          {
            ...notThere('Deployment', namespace, name),
            path: 'spec.replicas',
            value: '0',
            expected: '1 or more',
          },
        ]
      : [];
  });
}

/** Nothing is said where they cannot be seen, or where no component of it is there. */
export function missingConfigMaps(plane: ControlPlane, view: View): readonly MissingPart[] {
  const { namespace, line } = plane;
  if (plane.deployments.length === 0 || view.unread('configMaps') !== undefined) return [];
  // Before 2.11 proxies had the anchors in their environment alone.
  const anchors = line !== undefined && line >= 11 ? ['linkerd-identity-trust-roots'] : [];
  return ['linkerd-config', ...anchors]
    .filter((name) => view.object('configMaps', namespace, name) === undefined)
    .map((name) => notThere('ConfigMap', namespace, name));
}

const notThere = (of: MissingPart['of'], namespace: string, name: string): MissingPart => ({
  of,
  name,
  kind: 'field',
  ref: `${of} ${namespace}/${name}`,
  path: 'metadata.name',
  value: 'it is not there',
});
