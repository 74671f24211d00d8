/** One watch request: its events, and how it ended (kubernetes.io, "Efficient detection of changes"). */
import { type Answer, type Call, type Connection, readAnswer } from '../access/connection.ts';
import { connectionFailure, RequestFailure } from '../access/request-failure.ts';
import type { KubeObject } from '../objects.ts';
import { createLineReader } from './line-reader.ts';
import { readEvent, type WatchEvent } from './read-event.ts';

/** `answered`: by the server, instead of a watch or as an ERROR in it. `idle`: nothing came for too long. */
export type WatchEnd =
  | { readonly type: 'ended' }
  | { readonly type: 'idle' }
  | { readonly type: 'answered'; readonly answer: Answer }
  | { readonly type: 'failed'; readonly failure: RequestFailure };

interface WatchOptions {
  readonly signal: AbortSignal;
  /** Until the head of the answer. */
  readonly headMs: number;
  /** Between two pieces of the answer; asked again with each. */
  readonly idleMs: () => number;
  readonly onOpen: () => void;
  /** Something came of the watch, whatever it is. */
  readonly onHeard: () => void;
  /** Every event but ERROR. */
  readonly onEvent: (event: WatchEvent) => void;
}

/** Follows one watch to its end. Never rejects, but for what `onEvent` throws. */
export async function followWatch(
  connection: Connection,
  call: Call,
  { signal, headMs, idleMs, onOpen, onHeard, onEvent }: WatchOptions,
): Promise<WatchEnd> {
  let response: Awaited<ReturnType<Connection['open']>>;
  try {
    response = await connection.open(call, { ms: headMs, signal });
    if (response.statusCode !== 200) {
      return { type: 'answered', answer: await readAnswer(response, headMs) };
    }
  } catch (error) {
    return { type: 'failed', failure: connectionFailure(error as Error) };
  }
  onHeard();
  onOpen();
  return new Promise((resolve, reject) => {
    let over = false;
    const end = (how: WatchEnd) => {
      if (over) return;
      over = true;
      clearTimeout(idle);
      response.destroy();
      resolve(how);
    };
    const lines = createLineReader((line) => {
      if (over) return;
      const event = readEvent(line);
      if (event === undefined) {
        end(garbage('the watch sent something that is not an event'));
      } else if (event.type === 'ERROR') {
        end({ type: 'answered', answer: answerIn(event.object) });
      } else {
        onEvent(event);
      }
    });
    const expect = (ms: number) => setTimeout(() => end({ type: 'idle' }), ms);
    let idleAfter = idleMs();
    let idle = expect(idleAfter);
    response.on('data', (chunk: Buffer) => {
      if (over) return;
      onHeard();
      try {
        if (!lines.push(chunk)) end(garbage('the watch sent a line that is too long'));
      } catch (error) {
        end({ type: 'ended' });
        reject(error);
      }
      if (over) return;
      idle.refresh();
      if (idleMs() === idleAfter) return;
      clearTimeout(idle);
      idleAfter = idleMs();
      idle = expect(idleAfter);
    });
    response.on('end', () =>
      end(lines.pending > 0 ? garbage('the watch broke off within a line') : { type: 'ended' }),
    );
    response.on('error', (error) => end({ type: 'failed', failure: connectionFailure(error) }));
    response.on('close', () => end(garbage('the connection was cut')));
  });
}

const garbage = (message: string): WatchEnd => ({
  type: 'failed',
  failure: new RequestFailure('connection', message),
});

/** The Status of an ERROR as if it had been the answer. */
function answerIn(status: KubeObject): Answer {
  const code = typeof status.code === 'number' ? status.code : 500;
  return { status: code, headers: {}, body: JSON.stringify(status) };
}
