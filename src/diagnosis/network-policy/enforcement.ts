/** Whether anything in the cluster makes NetworkPolicies count: the API server takes them even where nothing does. */
import type { View } from '../view.ts';

/** `unknown`: no network plugin that is known was seen. */
export type Enforcement = 'enforced' | 'ignored' | 'unknown';

/** Names of DaemonSets of plugins that hold to policies. */
const enforcing =
  /^(?:calico-node|canal|cilium|anetd|antrea-agent|weave-net|kube-router|ovnkube-node|ovs-node|azure-npm|romana-agent|kube-network-policies)/;
/** Of plugins that do not, unless another one of those above is beside them. */
const ignoring = /^(?:kube-flannel|kube-flannel-ds)/;

export function enforcement(view: View): Enforcement {
  const names = view.objects('daemonSets').map(({ metadata }) => metadata.name);
  if (names.some((name) => enforcing.test(name))) return 'enforced';
  return names.some((name) => ignoring.test(name)) ? 'ignored' : 'unknown';
}
