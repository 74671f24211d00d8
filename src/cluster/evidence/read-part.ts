/** One list of the evidence: read within its time, or why it could not be. */
import type { Read, SnapshotObject, Unread } from '../../diagnosis/snapshot.ts';
import { snapshotObject } from '../../diagnosis/snapshot-object.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { ApiProblem, ClusterApi, ObjectForm, Selection } from '../api.ts';
import { collect } from '../collect.ts';
import type { ResourceRef } from '../objects.ts';
import type { Keep, Mask } from './mask.ts';

/** What all collectors of one snapshot have. */
export interface Collecting {
  readonly api: ClusterApi;
  readonly keep: Keep;
  /** ms in which something has to come, of this part or of another; what goes on coming is waited for, to six times that. */
  readonly timeoutMs: number;
  /** Something came. A server that is at work on one list may let another one wait. */
  readonly heard: () => void;
  readonly heardAt: () => number;
  readonly signal: AbortSignal;
}

/** One list. */
export interface Wanted extends Selection {
  readonly ref: ResourceRef;
  readonly kind: string;
  readonly mask: Mask;
  /** `metadata` where the rest is not to be seen at all. */
  readonly form?: ObjectForm;
}

const LONGER = 6;

/** Rejects with the reason of the signal where that is aborted; anything else is told in what it gives. */
export async function readPart(
  { api, keep, timeoutMs, heard, heardAt, signal }: Collecting,
  { kind, mask, ref, ...wanted }: Wanted,
): Promise<Read<readonly SnapshotObject[]>> {
  const late = new AbortController();
  const begunAt = performance.now();
  const silence = setInterval(() => {
    const now = performance.now();
    if (now - Math.max(begunAt, heardAt()) >= timeoutMs || now - begunAt >= timeoutMs * LONGER) late.abort();
  }, timeoutMs / 10);
  try {
    const result = await collect(api, {
      form: 'full',
      ...wanted,
      ref,
      pick: (object) => {
        heard();
        const kept = keep(object, mask);
        return kept === undefined
          ? undefined
          : snapshotObject({ apiVersion: ref.apiVersion, kind, ...(kept as object) });
      },
      signal: AbortSignal.any([signal, late.signal]),
      // Who refuses is not waited for as long as who is silent.
      patience: timeoutMs / 2,
    });
    signal.throwIfAborted();
    if (result.ok) return { state: 'read', value: result.value };
    return late.signal.aborted && result.problem.type === 'unreachable'
      ? noAnswer(ref.resource, timeoutMs)
      : unreadFor(result.problem);
  } finally {
    clearInterval(silence);
  }
}

const noAnswer = (what: string, ms: number): Unread => ({
  state: 'unread',
  why: 'timeout',
  message: `The API server did not list ${what} within ${ms / 1000} s.`,
});

/** Why something could not be read, in a sentence; where it was denied, with the permission. */
export function unreadFor(problem: ApiProblem): Unread {
  const unread = (why: Unread['why'], message: string): Unread => ({
    state: 'unread',
    why,
    message: stripToLine(message).slice(0, 400),
  });
  switch (problem.type) {
    case 'denied': {
      const { verb, resource, namespace } = problem.permission;
      const where = namespace === undefined ? 'in all namespaces' : `in ${namespace}`;
      return unread('denied', `It needs the permission to ${verb} ${resource} ${where}.`);
    }
    case 'not-found':
      return unread('absent', 'The cluster has no such resource.');
    case 'unreachable':
      return unread('unreachable', problem.message);
    case 'conflict':
    case 'rejected':
      return unread('failed', problem.message);
  }
}

/** Several lists as one: what could be read of it, or why nothing could. */
export function together(reads: readonly Read<readonly SnapshotObject[]>[]): Read<readonly SnapshotObject[]> {
  const unread = reads.find((read) => read.state === 'unread' && read.why !== 'absent');
  if (unread) return unread;
  if (reads.length > 0 && reads.every((read) => read.state === 'unread')) return reads[0]!;
  const all = reads.flatMap((read) => (read.state === 'read' ? read.value : []));
  const byName = new Map(
    all.map((one) => [`${one.apiVersion}/${one.metadata.namespace ?? ''}/${one.metadata.name}`, one]),
  );
  return { state: 'read', value: [...byName.values()] };
}
