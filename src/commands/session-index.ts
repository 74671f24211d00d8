/** The sessions on this machine, as lists and screens show them. */
import type { SessionEntry } from '../screens/services.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { JournalError, readJournal } from '../state/journal.ts';
import { describePosition } from '../state/position.ts';
import { fold } from '../state/reduce.ts';
import {
  listSessions,
  readBundle,
  resolveSession,
  type SessionFolder,
  type SessionListing,
  sessionsRoot,
} from '../state/session-folder.ts';
import { rebuild } from './library.ts';
import { OperatorError } from './trouble.ts';

/** Where the sessions of this user are. */
export const root = (): string => sessionsRoot(process.env);

/** Newest first. A session that cannot be read is listed as such. */
export async function sessionEntries(): Promise<readonly SessionEntry[]> {
  const entries = await Promise.all((await listSessions(root())).map(entry));
  if (!entries.some(practises)) return entries.map(({ entry }) => entry);
  const running = await practiceIdentity();
  return entries.map((one) =>
    practises(one) && running.known && running.uid !== one.uid ? { ...one.entry, gone: true } : one.entry,
  );
}

interface Listed {
  readonly entry: SessionEntry;
  /** The identity of the cluster that it was started on. */
  readonly uid: string | undefined;
}

const practises = ({ entry: { practice, status } }: Listed): boolean =>
  practice && (status === 'running' || status === 'paused' || status === 'interrupted');

/** The identity of the practice cluster that runs now; not known where it runs and does not answer. */
async function practiceIdentity(): Promise<{ readonly known: boolean; readonly uid?: string }> {
  const { practiceStatus } = await import('../practice/practice-control.ts');
  const { kubeconfig } = await practiceStatus();
  if (kubeconfig === undefined) return { known: true };
  const { createClusterPort } = await import('../cluster/access/cluster-port.ts');
  const pinned = await createClusterPort().pin({ kubeconfig });
  return pinned.ok ? { known: true, uid: pinned.pin.uid } : { known: false };
}

async function entry(listing: SessionListing): Promise<Listed> {
  if (!listing.readable || listing.first.event.type !== 'session-started') {
    const unreadable: SessionEntry = {
      id: listing.session.id,
      title: '-',
      status: 'unreadable',
      mode: 'live',
      cluster: undefined,
      practice: false,
      startedAt: '',
      updatedAt: '',
      where: listing.readable ? 'its journal does not begin with a start' : listing.problem,
    };
    return { entry: unreadable, uid: undefined };
  }
  const started = listing.first.event;
  const where = await position(listing.session);
  const readable: SessionEntry = {
    id: listing.session.id,
    title: started.title,
    status: where.readable ? statusOf(listing) : 'unreadable',
    mode: started.mode,
    cluster: started.cluster?.name,
    practice: started.cluster?.practice ?? false,
    startedAt: listing.first.time,
    updatedAt: listing.last.time,
    where: where.text,
  };
  return { entry: readable, uid: started.cluster?.uid };
}

function statusOf({ last, lock }: Extract<SessionListing, { readable: true }>): SessionEntry['status'] {
  if (lock.type === 'held') return 'running';
  switch (last.event.type) {
    case 'session-ended':
      return last.event.outcome;
    case 'session-paused':
      return 'paused';
    default:
      return 'interrupted';
  }
}

/** In a few words, for a column. What exactly is wrong with a record, `report` and `resume` say. */
async function position(
  session: SessionFolder,
): Promise<{ readonly readable: boolean; readonly text: string }> {
  try {
    const { entries } = await readJournal(session.journal);
    const bundle = await rebuild(await readBundle(session));
    return { readable: true, text: describePosition(fold(entries), bundle) };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { readable: false, text: shortly(error) };
  }
}

function shortly(error: OperatorError): string {
  if (!(error instanceof JournalError)) return 'its copy of the runbook cannot be read';
  return error.line === undefined
    ? 'its journal cannot be read'
    : `its journal is damaged at line ${error.line}`;
}

/**
 * The session meant by an ID or its beginning. Without one: of those that `fits`, one that was interrupted before one that is
 * paused, then the one in which something happened last. Throws an OperatorError where there is none, with `none` as the reason.
 */
export async function findSession(
  wanted: string | undefined,
  fits: (entry: SessionEntry) => boolean,
  none: string,
): Promise<SessionFolder> {
  const id = wanted ?? byUrgency((await sessionEntries()).filter(fits))[0]?.id;
  if (id === undefined) throw new OperatorError(none, { fix: '`handrail sessions` lists all of them.' });
  const found = await resolveSession(root(), id);
  if (!found.ok) throw new OperatorError(found.message, { exitCode: exitCodes.usage.code });
  return found.session;
}

/** The order in which sessions are gone on with. What nobody can drive, because its practice cluster is gone, comes last. */
export function byUrgency(entries: readonly SessionEntry[]): readonly SessionEntry[] {
  const rank = ({ gone, status }: SessionEntry) =>
    gone ? 3 : status === 'interrupted' ? 0 : status === 'paused' ? 1 : 2;
  return [...entries].sort(
    (one, other) => rank(one) - rank(other) || other.updatedAt.localeCompare(one.updatedAt),
  );
}
