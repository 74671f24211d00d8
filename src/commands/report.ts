import { exitCodes } from '../state/exit-codes.ts';
import { readJournal } from '../state/journal.ts';
import { fold } from '../state/reduce.ts';
import { report as markdown } from '../state/report.ts';
import { readBundle, type SessionFolder } from '../state/session-folder.ts';
import { rebuild } from './library.ts';
import { findSession } from './session-index.ts';

/** The report of a session, as Markdown. */
export async function reportOf(session: SessionFolder): Promise<string> {
  const { entries } = await readJournal(session.journal);
  return markdown(fold(entries), await rebuild(await readBundle(session)));
}

/** `handrail report [ID]`. */
export async function report(id: string | undefined): Promise<number> {
  const session = await findSession(
    id,
    (entry) => entry.status !== 'unreadable',
    'There is no session to report on.',
  );
  process.stdout.write(await reportOf(session));
  return exitCodes.done.code;
}
