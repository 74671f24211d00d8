/** The changes on a way from one version to another, as they were seen: for the walk, the journal, the report and `handrail impact`. */
import { compareVersions } from '../../linkerd/version-order.ts';
import { readLinkerdName } from '../../runbook/linkerd-version.ts';
import type { Snapshot } from '../snapshot.ts';
import { createView } from '../view.ts';
import { isCrossed } from './crossed.ts';
import { evaluateNotices } from './evaluate.ts';
import type { Notice, NoticeResult } from './model.ts';

/** Plain data. */
export interface Impact {
  readonly from: string;
  readonly to: string;
  /** The oldest line first. */
  readonly results: readonly NoticeResult[];
}

/** Which of the notices are on the way, and what the snapshot says of each. */
export const impactOf = (
  snapshot: Snapshot,
  notices: readonly Notice[],
  { from, to }: { readonly from: string; readonly to: string },
): Impact => ({
  from,
  to,
  results: evaluateNotices(snapshot, onTheWay(notices, { from, to })),
});

/** Those of the notices that tell of what is in `to` and not in `from`. */
export const onTheWay = (
  notices: readonly Notice[],
  { from, to }: { readonly from: string; readonly to: string },
): readonly Notice[] => notices.filter((notice) => isCrossed(notice, from, to));

/** The version that the control plane runs; of several the oldest. Undefined where none could be seen. */
export function runningVersion(snapshot: Snapshot): string | undefined {
  const versions = createView(snapshot).controlPlanes.flatMap(({ meta }) => meta.version ?? []);
  return versions.filter((version) => readLinkerdName(version) !== undefined).sort(compareVersions)[0];
}
