/** Single calls that are tried again where that is safe and may help. */

import type { Answer, Call, Connection, Patience } from './access/connection.ts';
import { RequestFailure } from './access/request-failure.ts';
import { backoffMs, retryAfterMs, type Timing } from './backoff.ts';

const tries = 4;

/**
 * As `Connection.send`. A server that is busy (429) or broken (5xx) is asked again, after the time it names; a read also where
 * the connection broke. A change is not: nobody knows whether it was made.
 */
export async function sendPatiently(
  connection: Connection,
  call: Call,
  timing: Timing,
  patience: Patience = {},
): Promise<Answer> {
  for (let failures = 1; ; failures++) {
    let waitMs = backoffMs(failures, timing.random);
    try {
      const answer = await connection.send(call, patience);
      if (failures === tries || !mayPass(answer, call)) return answer;
      waitMs = Math.max(waitMs, retryAfterMs(answer.headers['retry-after'], timing.now()) ?? 0);
    } catch (error) {
      if (failures === tries || !brokeOff(error, call)) throw error;
    }
    await timing.sleep(waitMs, patience.signal);
  }
}

function mayPass({ status, headers }: Answer, { method }: Call): boolean {
  if (status === 429) return true;
  // Of a change, only a refusal before it was looked at: with a Retry-After it was not begun.
  return status >= 500 && (method === undefined || headers['retry-after'] !== undefined);
}

function brokeOff(error: unknown, { method }: Call): boolean {
  if (!(error instanceof RequestFailure) || error.stage !== 'connection') return false;
  const passing = ['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'EAI_AGAIN'].includes(error.code ?? '');
  return passing && (method === undefined || error.code === 'ECONNREFUSED');
}
