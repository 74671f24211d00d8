/** Which Kubernetes the practice cluster plays, and how it is upgraded while it runs. */
import {
  type KubernetesSupport,
  kubernetesSupport,
  kubernetesVerdict,
} from '../linkerd/kubernetes-support.ts';
import { USUAL_KUBERNETES } from './api/registry.ts';
import type { Store } from './api/store.ts';
import { kubeletVersion } from './world/nodes.ts';
import { kubeProxyImage } from './world/system.ts';

/** The oldest and the newest N of a Kubernetes 1.N that can be played. */
export const oldestKubernetes = 16;
export const newestKubernetes = 36;

const runsOn = (support: KubernetesSupport, minor: number) => {
  const verdict = kubernetesVerdict(support, minor);
  return verdict !== 'too-old' && verdict !== 'too-new';
};

/** The N of the Kubernetes 1.N that a cluster with this mesh plays where nobody says: the usual one, or the newest that the release knows. */
export function kubernetesFor(mesh: string): number {
  const support = kubernetesSupport(mesh);
  if (support === undefined || runsOn(support, USUAL_KUBERNETES)) return USUAL_KUBERNETES;
  return support.documented?.[1] ?? support.last ?? USUAL_KUBERNETES;
}

/** Why a release cannot be installed on Kubernetes 1.`minor`; undefined where it can. */
export function cannotRun(mesh: string, minor: number): string | undefined {
  const support = kubernetesSupport(mesh);
  if (support === undefined || runsOn(support, minor)) return undefined;
  if (minor < support.enforced) return `Linkerd ${mesh} needs Kubernetes 1.${support.enforced} or newer.`;
  return `Kubernetes 1.${minor} does not have what Linkerd ${mesh} is made of: ${support.gone ?? 'old APIs'}. The last with them is 1.${support.last}.`;
}

/** Thrown for an upgrade to an older Kubernetes, or to one that cannot be played. */
export class KubernetesUpgradeError extends Error {}

/**
 * Upgrades a running cluster to Kubernetes 1.`minor`, as its operator would between two upgrades of the mesh: the version of the server and
 * the APIs that it serves change at once, and the kubelets and kube-proxy of the nodes follow. A version that runs already is left alone.
 */
export function upgradeKubernetes(store: Store, minor: number): void {
  const now = store.registry.kubernetes;
  if (minor < now) {
    throw new KubernetesUpgradeError(`It plays Kubernetes 1.${now}, and no cluster goes back to 1.${minor}.`);
  }
  if (!Number.isInteger(minor) || minor > newestKubernetes) {
    throw new KubernetesUpgradeError(`The newest Kubernetes that it can play is 1.${newestKubernetes}.`);
  }
  if (minor === now) return;
  store.registry.playKubernetes(minor);
  const nodes = store.resource('v1', 'nodes');
  for (const { metadata } of store.list(nodes).items) {
    const status = { nodeInfo: { kubeletVersion: kubeletVersion(minor) } };
    store.patch(nodes, undefined, metadata.name, 'merge', { status }, { subresource: 'status' });
  }
  const daemonSets = store.resource('apps/v1', 'daemonsets');
  if (store.peek(daemonSets, 'kube-system', 'kube-proxy') === undefined) return;
  const containers = [{ name: 'kube-proxy', image: kubeProxyImage(minor) }];
  store.patch(daemonSets, 'kube-system', 'kube-proxy', 'strategic', {
    spec: { template: { spec: { containers } } },
  });
}
