/** The flows that Linkerd needs in a cluster, for the release that runs or the one that is to come. */
import { linkerdFlows } from '../../diagnosis/network-policy/linkerd-flows.ts';
import type { LinkerdFlow } from '../../diagnosis/network-policy/linkerd-model.ts';
import { createPolicyView } from '../../diagnosis/network-policy/policy-view.ts';
import { snapshotPolicies } from '../../diagnosis/network-policy/snapshot-policies.ts';
import type { Snapshot } from '../../diagnosis/snapshot.ts';
import { createView } from '../../diagnosis/view.ts';
import { lineOf } from '../../linkerd/version-order.ts';
import { exitCodes } from '../../state/exit-codes.ts';
import { OperatorError } from '../trouble.ts';

/** What a control plane needs that does not say its release. */
const NEWEST = 20;

export function flowsIn(
  snapshot: Snapshot,
  target: string | undefined,
): { readonly flows: readonly LinkerdFlow[]; readonly planes: number } {
  const line = target === undefined ? undefined : lineOf(/^2\.\d+$/.test(target) ? `${target}.0` : target);
  if (target !== undefined && line === undefined) {
    throw new OperatorError(`${JSON.stringify(target)} is no version of Linkerd such as stable-2.14.10.`, {
      exitCode: exitCodes.usage.code,
    });
  }
  const view = createView(snapshot);
  const policies = createPolicyView(
    snapshotPolicies((part) => (snapshot.objects[part].state === 'read' ? view.objects(part) : undefined)),
  );
  const planes = view.controlPlanes.filter(({ meta }) => meta.state === 'found');
  return {
    flows: planes.flatMap((plane) => linkerdFlows(view, policies, plane, line ?? plane.line ?? NEWEST)),
    planes: planes.length,
  };
}
