/** A preflight for programs. The shape is described in docs/preflight.md; `version` grows when it changes for those who read it. */
import { countsOf, type PreflightReport } from './report.ts';

/** One document, with the end of its line. */
export function json({ snapshot, controlPlanes, target, results }: PreflightReport): string {
  const counts = countsOf(results);
  const document = {
    kind: 'handrail/preflight',
    version: 1,
    takenAt: snapshot.takenAt,
    tookMs: snapshot.tookMs,
    cluster: snapshot.cluster,
    controlPlanes: controlPlanes ?? null,
    target: target ?? null,
    success: counts.fail === 0,
    counts,
    checks: results,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
