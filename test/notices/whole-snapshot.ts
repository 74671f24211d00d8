/** All that notices are looked for in, of a practice cluster. */
import { collectSnapshot } from '../../src/cluster/evidence/collect-snapshot.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { askedParts, type Snapshot } from '../../src/diagnosis/snapshot.ts';
import type { Practice } from '../../src/practice/start-practice.ts';

const TRIES = 5;

/** Collected anew where something was not answered in time: on a machine that is busy that says nothing about notices. */
export async function wholeSnapshot(
  { url, kubeconfig }: Practice,
  walk: { readonly from: string; readonly target: string },
): Promise<Snapshot> {
  const api = openClusterApi(kubeconfig, {});
  try {
    for (let tries = 1; ; tries += 1) {
      const snapshot = await collectSnapshot(api, {
        cluster: { name: 'practice', server: url, uid: 'uid', practice: true },
        besides: askedParts,
        walk,
        signal: new AbortController().signal,
        timeoutMs: 60_000,
      });
      const late = [snapshot.serverVersion, ...Object.values(snapshot.objects)].some(
        (read) => read.state === 'unread' && read.why === 'timeout',
      );
      if (!late || tries === TRIES) return snapshot;
    }
  } finally {
    api.close();
  }
}
