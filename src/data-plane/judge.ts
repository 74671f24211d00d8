/** What is made of one pod: its proxy against its control plane, or who asked for a proxy that it does not have. */
import { asksForProxy, neverInjected } from '../linkerd/who-gets-proxies.ts';
import type { ControlPlaneMeta, NamespaceMeta, PodMeta, Role, Skew, UnmeshedRow } from './model.ts';
import { skewOf } from './skew.ts';
import { NO_ANCHORS } from './trust-root.ts';

/** One pod of the mesh with what the survey makes of it. */
export interface Judged {
  readonly role: Role;
  readonly extension: string;
  readonly version: string;
  readonly skew: Skew;
  readonly override: string;
  /** Undefined where its trust root or the control plane's is not known. */
  readonly currentRoot: boolean | undefined;
}

/** Judges meshed pods; a version is compared once for each control plane, however many pods have it. */
export function createJudge(
  all: readonly ControlPlaneMeta[],
): (pod: PodMeta, namespace: NamespaceMeta | undefined) => Judged {
  const controlPlanes = new Map(all.map((one) => [one.namespace, one]));
  const skews = new Map<string, Skew>();
  return (pod, namespace) => {
    const controlPlane = controlPlanes.get(pod.meshOf);
    const key = `${pod.meshOf}\n${pod.proxyVersion}`;
    let skew = skews.get(key);
    if (skew === undefined) {
      skew = skewOf(pod.proxyVersion, controlPlane?.version, controlPlane?.proxyVersion);
      skews.set(key, skew);
    }
    const extension = pod.extension || (namespace?.extension ?? '');
    return {
      role: extension !== '' ? 'extension' : pod.component !== '' ? 'control-plane' : 'data-plane',
      extension,
      version: pod.proxyVersion,
      skew,
      override: pod.override || pod.imageOverride || (namespace?.override ?? ''),
      currentRoot: isCurrentRoot(pod.trustRoot, controlPlane),
    };
  };
}

function isCurrentRoot(root: string, controlPlane: ControlPlaneMeta | undefined): boolean | undefined {
  if (root === '' || root === NO_ANCHORS || controlPlane?.trustRoot === undefined) return undefined;
  return controlPlane.trustRoots.includes(root);
}

/**
 * Who asked for the proxy that a pod does not have; undefined: nobody. A pod's own annotation goes before its namespace's (linkerd2,
 * pkg/inject/inject.go), and the webhook is not asked about the control plane, the CNI plugin and some namespaces.
 */
export function askedFor(
  pod: PodMeta,
  namespace: NamespaceMeta | undefined,
): UnmeshedRow['asked'] | undefined {
  if (pod.component !== '' || pod.cni || neverInjected.has(pod.namespace)) return undefined;
  if (namespace?.webhooks === false || namespace?.controlPlane === true) return undefined;
  if (pod.inject !== '' && !asksForProxy(pod.inject)) return undefined;
  if (asksForProxy(namespace?.inject)) return 'namespace';
  return pod.inject === '' ? undefined : 'workload';
}
