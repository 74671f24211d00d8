/** What a stream does after a request of its ended, and what is said of it meanwhile. Pure. */

import type { Answer } from '../access/connection.ts';
import { explainFailure, explainStatus } from '../access/explain.ts';
import type { RequestFailure } from '../access/request-failure.ts';
import type { Permission } from '../api.ts';
import { deniedMessage } from '../api-problem.ts';
import { backoffMs, retryAfterMs, type Timing } from '../backoff.ts';
import type { ResourceRef } from '../objects.ts';
import type { ListEnd } from '../pages.ts';
import { permissionFor } from '../resource-path.ts';
import type { WatchEnd } from './watch.ts';

/** What was asked: everything as a watch, everything in pages, or changes since a version. */
export type Phase = 'watch-list' | 'pages' | 'watch';

/** What is known when a request has ended. */
export interface Ended {
  readonly phase: Phase;
  /** The list is complete. */
  readonly listed: boolean;
  /** It went well for a while, so what ended it is the first failure in a row. */
  readonly lasted: boolean;
  /** In a row, before this one. */
  readonly failures: number;
  readonly ref: ResourceRef;
  /** As messages name it. */
  readonly server: string;
  readonly timing: Pick<Timing, 'now' | 'random'>;
  readonly deniedAgainMs: number;
}

/** How it goes on. */
export interface Next {
  readonly failures: number;
  readonly waitMs: number;
  /** Everything has to be listed again. */
  readonly relist: boolean;
  /** A list that is asked for next is asked for in pages. */
  readonly inPages: boolean;
  /** Waiting for it makes no sense: the cluster said no. */
  readonly refused: boolean;
  readonly status?:
    | { readonly type: 'stale'; readonly why: string; readonly absent?: true }
    | { readonly type: 'denied'; readonly permission: Permission; readonly message: string };
}

const atOnce: Next = { failures: 0, waitMs: 0, relist: false, inPages: false, refused: false };

export function afterEnd(end: WatchEnd | ListEnd, known: Ended): Next {
  const failures = known.lasted ? 1 : known.failures + 1;
  const waitMs = backoffMs(failures, known.timing.random);
  const again: Next = { ...atOnce, failures, waitMs };
  switch (end.type) {
    case 'complete':
      return atOnce;
    case 'idle':
      // Silence may be a connection that is half gone, or nothing to say: asking again tells, and costs little.
      return known.listed ? { ...atOnce, failures: known.failures } : { ...again, waitMs: 0, inPages: true };
    case 'ended':
      if (!known.listed) return { ...again, waitMs: 0, inPages: true };
      if (known.lasted || known.phase === 'watch-list') return atOnce;
      return failures < 3 ? again : { ...again, status: stale(`${known.server} ends every watch at once.`) };
    case 'unreadable':
      return {
        ...again,
        status: stale(`What answers at ${known.server} does not speak the Kubernetes API.`),
      };
    case 'failed':
      return { ...again, status: stale(whyFailed(end.failure, known.server)) };
    case 'answered':
      return afterAnswer(end.answer, known, again);
  }
}

function afterAnswer(answer: Answer, known: Ended, again: Next): Next {
  const { status } = answer;
  const { message, fix } = explainStatus(answer, known.server);
  const later = { ...again, waitMs: known.deniedAgainMs, relist: true, refused: true };
  if (isExpired(answer)) {
    return { ...again, relist: true, waitMs: known.failures === 0 || known.lasted ? 0 : again.waitMs };
  }
  if (status === 401) return { ...again, status: stale(`${message} ${fix}`) };
  if (status === 429 || status >= 500) {
    const asked = retryAfterMs(answer.headers['retry-after'], known.timing.now()) ?? 0;
    return { ...again, waitMs: Math.max(again.waitMs, asked), status: stale(message) };
  }
  // Who may list and not watch gets the list; a server that does not know this kind of list has the other one.
  if (known.phase === 'watch-list' && status >= 400 && status !== 404) {
    return { ...again, failures: known.failures, waitMs: 0, inPages: true };
  }
  if (status === 403) {
    const permission = permissionFor(known.phase === 'pages' ? 'list' : 'watch', known.ref);
    const denied = { type: 'denied', permission, message: deniedMessage(permission, answer.body) } as const;
    return { ...later, status: denied };
  }
  if (status === 404) return { ...later, status: { ...stale(message), absent: true } };
  if (status >= 400) return { ...later, status: stale(message) };
  return { ...again, status: stale(message) };
}

const stale = (why: string) => ({ type: 'stale', why }) as const;

/** Where somebody has to do something first, it is said. */
function whyFailed(failure: RequestFailure, server: string): string {
  const { message, fix } = explainFailure(failure, server);
  return failure.stage === 'sign-in' || failure.stage === 'kubeconfig' ? `${message} ${fix}` : message;
}

/**
 * The version we stand at is forgotten (410), or lies ahead of a server that was restored from a backup
 * (apimachinery, `NewTooLargeResourceVersionError`).
 */
function isExpired({ status, body }: Answer): boolean {
  return (
    status === 410 || (status === 504 && /ResourceVersionTooLarge|Too large resource version/.test(body))
  );
}
