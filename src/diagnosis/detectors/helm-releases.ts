/** Helm's own notes in the cluster: one Secret for each revision of a release, which its labels describe. */
import { entry, time } from '../../rollout/json.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';

export interface HelmRevision {
  readonly release: string;
  readonly namespace: string;
  readonly revision: number;
  /** `deployed`, `superseded`, `failed`, `pending-upgrade`, ... */
  readonly status: string;
  /** ms: when Helm last wrote it; undefined where nothing tells. */
  readonly writtenAt: number | undefined;
  readonly secret: SnapshotObject;
}

/** All revisions that are kept, whatever the release is of. */
function helmRevisions(view: View): readonly HelmRevision[] {
  return view.objects('secrets').flatMap((secret) => {
    const { labels, namespace = '', creationTimestamp } = secret.metadata;
    if (entry(labels, 'owner') !== 'helm') return [];
    const revision = Number(entry(labels, 'version'));
    const release = entry(labels, 'name');
    if (release === '' || !Number.isInteger(revision) || revision < 1) return [];
    const written = [entry(labels, 'createdAt'), entry(labels, 'modifiedAt')].map(Number).filter(isMoment);
    return [
      {
        release,
        namespace,
        revision,
        status: entry(labels, 'status'),
        writtenAt: written.length > 0 ? Math.max(...written) * 1000 : time(creationTimestamp),
        secret,
      },
    ];
  });
}

const isMoment = (seconds: number): boolean => Number.isSafeInteger(seconds) && seconds > 0;

/** The revisions of each release, the newest first. */
export function helmReleases(view: View): readonly (readonly [HelmRevision, ...HelmRevision[]])[] {
  const releases = new Map<string, [HelmRevision, ...HelmRevision[]]>();
  for (const one of helmRevisions(view)) {
    const key = releaseKey(one.release, one.namespace);
    const beside = releases.get(key);
    if (beside) beside.push(one);
    else releases.set(key, [one]);
  }
  for (const each of releases.values()) each.sort((a, b) => b.revision - a.revision);
  return [...releases.values()];
}

/** One name for a release: names come again in other namespaces. */
export const releaseKey = (release: string, namespace: string): string => `${namespace}/${release}`;
