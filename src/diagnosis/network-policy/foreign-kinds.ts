/** Policies that are not evaluated: those of other engines, and those that an administrator puts above or below all others. */
import { entry, type Json, text } from '../../rollout/json.ts';
import type { ForeignPolicy } from './policy-view.ts';

/** By API group. A kind of the whole cluster has no namespace. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  'policy.networking.k8s.io': ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy'],
  'cilium.io': ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'],
  'crd.projectcalico.org': ['NetworkPolicy', 'GlobalNetworkPolicy'],
  'projectcalico.org': ['NetworkPolicy', 'GlobalNetworkPolicy'],
  'crd.antrea.io': ['NetworkPolicy', 'ClusterNetworkPolicy'],
};

const groupOf = (apiVersion: string) => apiVersion.split('/')[0]!;

/** What of an object a verdict has to name, or undefined for an object of another kind. */
export function foreignPolicy(object: Json): ForeignPolicy | undefined {
  const kind = text(object.kind);
  const group = groupOf(text(object.apiVersion));
  if (!Object.hasOwn(kinds, group) || !kinds[group]!.includes(kind)) return undefined;
  const engine = /calico/.test(group) ? 'Calico ' : /antrea/.test(group) ? 'Antrea ' : '';
  return {
    kind: `${engine}${kind}`,
    namespace: entry(object.metadata, 'namespace'),
    name: entry(object.metadata, 'name'),
  };
}
