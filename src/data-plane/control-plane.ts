/** What a control plane says of itself: its configuration, its anchors, and the pods that it really runs. */
import { readStoredConfig } from '../linkerd/stored-config.ts';
import type { ControlPlaneMeta, PodMeta } from './model.ts';
import { trustRootsOf } from './trust-root.ts';

export interface ControlPlaneSources {
  readonly namespace: string;
  /** Whether the ConfigMap `linkerd-config` is there; undefined where it could not be seen. */
  readonly installed: boolean | undefined;
  /** `values` of that ConfigMap, YAML. */
  readonly values: string | undefined;
  /** `ca-bundle.crt` of the ConfigMap `linkerd-identity-trust-roots` (2.11 and later). */
  readonly bundle: string | undefined;
  /** Pods of which some may be its own. */
  readonly pods: Iterable<PodMeta>;
}

/**
 * The version is that of the configuration, as `linkerd version` gives it; where that is not to be had, the one that most of its pods
 * were made by. An upgrade that stopped halfway has the new configuration and old pods: `running` shows that.
 */
export function readControlPlane(sources: ControlPlaneSources): ControlPlaneMeta {
  const { namespace } = sources;
  const configured = readStoredConfig(sources.values);
  const running = runningVersions(namespace, sources.pods);
  const version = configured?.version ?? running[0]?.version;
  const roots = trustRoots(sources.bundle, configured?.trustAnchorsPem ?? '');
  return {
    namespace,
    version,
    source:
      configured?.version !== undefined
        ? `ConfigMap ${namespace}/linkerd-config`
        : version !== undefined
          ? `its pods' annotation linkerd.io/created-by`
          : 'not known',
    state:
      sources.installed === true || running.length > 0
        ? 'found'
        : sources.installed === false
          ? 'missing'
          : 'unseen',
    proxyVersion: configured?.proxyVersion ?? version,
    running,
    trustRoot: roots[0],
    trustRoots: roots,
  };
}

/** Versions of the components' pods, those of the most pods first. Pods that end count no more. */
function runningVersions(namespace: string, pods: Iterable<PodMeta>): ControlPlaneMeta['running'] {
  const counts = new Map<string, number>();
  for (const pod of pods) {
    // The heartbeat is a CronJob without a proxy: its last run may be older than an upgrade.
    if (pod.namespace !== namespace || pod.component === '' || pod.meshOf === '' || pod.deleting) continue;
    const version = pod.createdBy || pod.proxyVersion;
    if (version !== '') counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  return [...counts].map(([version, pods]) => ({ version, pods })).sort((a, b) => b.pods - a.pods);
}

/** The bundle that is mounted is the truth; the value counts besides only where it holds the same anchors. */
function trustRoots(bundle: string | undefined, anchors: string): readonly string[] {
  const mounted = bundle === undefined ? [] : trustRootsOf(bundle);
  const given = trustRootsOf(anchors);
  if (mounted.length === 0) return given;
  return given.some((hash) => mounted.includes(hash)) ? [...new Set([...mounted, ...given])] : mounted;
}
