/** How a proxy's version stands to its control plane's. Rules: linkerd.io, "Upgrading Linkerd", data plane skew. */
import { distance, versionTag } from '../linkerd/version-order.ts';
import type { Skew } from './model.ts';

/**
 * A proxy's version against the control plane's. `current`: what a new pod gets. `supported`: not current, and at most one
 * 2.N line behind. `old`: further behind. `ahead`: newer, which Linkerd is not designed for. `unknown`: one of the two is not known,
 * or is a build of somebody's own.
 *
 * `fresh` is what the control plane gives to new pods, where that is not its own version.
 */
export function skewOf(proxy: string, controlPlane: string | undefined, fresh = controlPlane): Skew {
  const tag = versionTag(proxy);
  if (tag === '' || controlPlane === undefined) return 'unknown';
  if (tag === (fresh === undefined ? controlPlane : versionTag(fresh))) return 'current';
  const apart = distance(tag, controlPlane);
  if (apart === undefined) return 'unknown';
  if (apart.order > 0) return 'ahead';
  return apart.lines >= -1 ? 'supported' : 'old';
}
