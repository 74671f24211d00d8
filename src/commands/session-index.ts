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
  return Promise.all((await listSessions(root())).map(entry));
}

async function entry(listing: SessionListing): Promise<SessionEntry> {
  if (!listing.readable || listing.first.event.type !== 'session-started') {
    return {
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
  }
  const started = listing.first.event;
  const where = await position(listing.session);
  return {
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

/** The session meant by an ID or its beginning; without one, the newest that `fits`. Throws an OperatorError. */
export async function findSession(
  wanted: string | undefined,
  fits: (entry: SessionEntry) => boolean,
  none: string,
): Promise<SessionFolder> {
  const id = wanted ?? (await sessionEntries()).find(fits)?.id;
  if (id === undefined) throw new OperatorError(none, { fix: '`handrail sessions` lists all of them.' });
  const found = await resolveSession(root(), id);
  if (!found.ok) throw new OperatorError(found.message, { exitCode: exitCodes.usage.code });
  return found.session;
}
