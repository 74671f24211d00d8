/** The diagnosis of a walk: evidence of its cluster, what the detectors find in it, and what the operator knows of already. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Diagnose } from '../state/options.ts';

const MOST_FINDINGS = 40;

/** For the ports of a walk. What it takes is loaded with the first call: a walk that does not fail needs none of it. */
export function createDiagnose(clock: { readonly now: () => number } = Date): Diagnose {
  return async ({ api, cluster, walk, env, signal }) => {
    const [
      { collectSnapshot },
      { pinnedCluster },
      { diagnoseInTurns },
      { setAside },
      { toolVersions },
      stored,
    ] = await Promise.all([
      import('../cluster/evidence/collect-snapshot.ts'),
      import('../cluster/evidence/pinned.ts'),
      import('../diagnosis/diagnose.ts'),
      import('../diagnosis/known.ts'),
      import('../shell/tool-versions.ts'),
      import('../state/known-findings.ts'),
    ]);
    const startedAt = clock.now();
    const known = stored.readKnownFindings(stored.knownFindingsFile(env));
    const snapshot = await collectSnapshot(api, {
      cluster: pinnedCluster(cluster),
      tools: toolVersions(env),
      walk,
      signal,
      now: clock.now,
    });
    const turns = diagnoseInTurns(snapshot);
    let turn = turns.next();
    while (!turn.done) {
      await nextTurn();
      signal.throwIfAborted();
      turn = turns.next();
    }
    const { findings, notChecked, checked } = turn.value;
    const left = setAside(findings, (await known).known, {
      cluster: snapshot.cluster.uid,
      now: startedAt,
    });
    return {
      findings: left.findings.slice(0, MOST_FINDINGS),
      more: Math.max(0, left.findings.length - MOST_FINDINGS),
      suppressed: left.suppressed.length,
      notChecked,
      checked: checked.length,
      tookMs: clock.now() - startedAt,
    };
  };
}
