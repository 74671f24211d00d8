/** What `kubectl` itself can and cannot do in an upgrade. Sources: its CHANGELOG-1.26 and CHANGELOG-1.30, `pkg/k8s/kubectl.go` of Linkerd. */
import { kubernetesMinor, kubernetesSupport } from './kubernetes-support.ts';
import { has } from './version-order.ts';

/** The flag that names the kinds which `kubectl apply --prune` may prune, by the version of kubectl; undefined where that is not known. */
export function pruneFlag(kubectl: string): '--prune-whitelist' | '--prune-allowlist' | undefined {
  const minor = kubernetesMinor(kubectl);
  if (minor === undefined) return undefined;
  // 1.26 to 1.29 know both, and warn of the older name; 1.30 has dropped it.
  return minor >= 26 ? '--prune-allowlist' : '--prune-whitelist';
}

/** The oldest kubectl 1.N that `linkerd check` of a release accepts: that of Kubernetes, up to 2.12; later ones do not look. */
export const oldestKubectl = (version: string): number | undefined =>
  has(version, 'stable-2.13.0') ? undefined : kubernetesSupport(version)?.enforced;
