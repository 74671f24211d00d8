/** What changes, for programs. The shape is described in docs/notices.md; `version` grows when it changes for those who read it. */
import type { ImpactReport } from './report.ts';

/** One document, with the end of its line. */
export function json({ snapshot, controlPlanes, from, to, results }: ImpactReport): string {
  const { takenAt, tookMs, cluster } = snapshot;
  const document = {
    kind: 'handrail/impact',
    version: 1,
    takenAt,
    tookMs,
    cluster,
    controlPlanes: controlPlanes ?? null,
    from,
    to,
    notices: results,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
