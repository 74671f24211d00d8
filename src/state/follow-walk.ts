/** A walk that only reads: another process drives the session, this one folds the journal as it grows. */
import { createStore } from 'zustand/vanilla';
import type { RunbookBundle } from '../runbook/model.ts';
import type { OutputFile } from '../shell/port.ts';
import { decide } from './decide.ts';
import type { JournalEntry, SessionEvent } from './event.ts';
import { followJournal } from './journal.ts';
import type { Clock, Kinds } from './kind.ts';
import { SessionOutput } from './output.ts';
import { emptySession, fold } from './reduce.ts';
import type { DecideContext } from './scene.ts';
import type { SessionState } from './session.ts';
import type { Live, Walk, WalkEnd, WalkState } from './walk.ts';

interface FollowOptions {
  readonly bundle: RunbookBundle;
  readonly journal: string;
  readonly folder: string;
  readonly kinds: Kinds;
  readonly hostname: string;
  readonly output: (run: string, secrets: readonly string[]) => OutputFile;
  readonly clock: Clock;
  /** Who drives, for the operator. */
  readonly owner: string;
}

/**
 * Opens the walk once the journal as it stands was read. It ends when the session does, or when it is closed; a pause is
 * shown and waited out, because the driver may come back.
 */
export async function followWalk(options: FollowOptions): Promise<Walk> {
  const { bundle, owner } = options;
  let session: SessionState = emptySession;
  const abort = new AbortController();
  const store = createStore<WalkState>(() => ({
    session,
    bundle,
    question: undefined,
    live: {},
    changed: undefined,
    readOnly: { owner },
  }));
  let finish: (end: WalkEnd) => void = () => {};
  const finished = new Promise<WalkEnd>((resolve) => {
    finish = resolve;
  });
  const show = () =>
    store.setState({ session, question: questionOf(session, options), live: liveOf(session, options.clock) });

  await new Promise<void>((caughtUp) => {
    // Many entries may come in one read: they are folded and shown at once.
    let read: JournalEntry[] = [];
    const settle = () => {
      session = fold(read, session);
      read = [];
      show();
      caughtUp();
      if (session.ended) finish(endOf(session));
    };
    followJournal(
      options.journal,
      (entry) => {
        if (read.length === 0) setImmediate(settle);
        read.push(entry);
      },
      abort.signal,
    ).catch((error: unknown) => {
      finish({ type: 'broken', detail: error instanceof Error ? error.message : String(error) });
      caughtUp();
    });
  });

  const output = new SessionOutput({
    get session() {
      return session;
    },
    secrets: {},
    options: { ports: { output: options.output } },
  });
  return {
    store,
    output,
    folder: options.folder,
    send(intent) {
      if (intent.type === 'pause' || intent.type === 'stop') return finish({ type: 'paused' });
      store.setState({
        live: { ...store.getState().live, notice: 'This screen only follows: it changes nothing.' },
      });
    },
    finished,
    async close() {
      abort.abort();
      finish({ type: 'paused' });
      await output.close();
    },
  };
}

function questionOf(
  session: SessionState,
  { bundle, kinds, hostname }: FollowOptions,
): WalkState['question'] {
  if (session.ended) return undefined;
  // The driver knows the secrets; without them the follower would ask for them.
  const secret = Object.keys(session.parameters).filter(
    (name) => session.parameters[name]?.value === undefined,
  );
  const context: DecideContext = {
    secrets: Object.fromEntries(secret.map((name) => [name, ''])),
    hostname,
    undoing: undefined,
    wrongCluster: undefined,
  };
  const decision = decide(session, bundle, kinds, context);
  return decision.type === 'ask' ? decision.question : undefined;
}

/** The command that runs, as far as the journal tells. */
function liveOf(session: SessionState, clock: Clock): Live {
  const running = Object.values(session.runs).findLast((run) => run.ending === undefined);
  if (!running) return {};
  const startedAt = Date.parse(running.startedAt);
  return {
    running: {
      run: running.run,
      startedAt,
      lastOutputAt: clock.now(),
      timeoutMs: running.timeoutMs,
      silent: false,
      stopping: false,
    },
  };
}

function endOf(session: SessionState): WalkEnd {
  const outcome = session.ended satisfies
    | Extract<SessionEvent, { type: 'session-ended' }>['outcome']
    | undefined;
  return outcome === 'completed' ? { type: 'completed' } : { type: 'stopped' };
}
