/** One look at the session's cluster, for its notices. What it takes is loaded when it is needed. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { evaluateInTurns } from '../../diagnosis/notices/evaluate.ts';
import type { Notice, NoticeResult } from '../../diagnosis/notices/model.ts';
import type { ObjectPart, Snapshot, WalkEvidence } from '../../diagnosis/snapshot.ts';
import type { PerformContext } from '../../state/kind.ts';

type Looked =
  | { readonly ok: true; readonly snapshot: Snapshot }
  /** Nothing at all could be seen; `why` is a sentence. */
  | { readonly ok: false; readonly why: string };

/** `only`: the parts that are wanted; without it everything, for a diagnosis, with the versions of the `tools`. */
export async function lookAtCluster(
  context: Pick<PerformContext, 'api' | 'cluster' | 'env' | 'signal' | 'clock'>,
  walk: WalkEvidence,
  only?: readonly ObjectPart[],
  tools = only === undefined,
): Promise<Looked> {
  const { api, cluster, env, signal, clock } = context;
  if (api === undefined) return { ok: false, why: 'This session has no cluster to look at.' };
  const [{ collectSnapshot }, { pinnedCluster }, { noticeParts }, { toolVersions }] = await Promise.all([
    import('../../cluster/evidence/collect-snapshot.ts'),
    import('../../cluster/evidence/pinned.ts'),
    import('../../diagnosis/snapshot.ts'),
    import('../../shell/tool-versions.ts'),
  ]);
  const snapshot = await collectSnapshot(api, {
    cluster: pinnedCluster(cluster),
    ...(only === undefined ? { besides: noticeParts } : { only }),
    ...(tools ? { tools: toolVersions(env) } : {}),
    walk,
    signal,
    now: () => clock.now(),
  });
  const why = nothingRead(snapshot);
  return why === undefined ? { ok: true, snapshot } : { ok: false, why };
}

/** What the snapshot says of the notices; keys are answered meanwhile. Rejects with the reason of the signal. */
export async function inTurns(
  snapshot: Snapshot,
  notices: readonly Notice[],
  signal: AbortSignal,
): Promise<readonly NoticeResult[]> {
  const turns = evaluateInTurns(snapshot, notices);
  for (;;) {
    const turn = turns.next();
    if (turn.done) return turn.value;
    await nextTurn();
    signal.throwIfAborted();
  }
}

/** Why nothing was read, where nothing was. */
function nothingRead({ objects, serverVersion }: Snapshot): string | undefined {
  const reads = Object.values(objects);
  if (serverVersion.state === 'read' || reads.some(({ state }) => state === 'read')) return undefined;
  const first = reads.find((read) => read.state === 'unread' && read.why !== 'skipped') ?? serverVersion;
  return `Nothing of the cluster could be read. ${first.state === 'unread' ? first.message : ''}`.trim();
}
