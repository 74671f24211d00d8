/** Where sessions live on disk: one folder each, readable by their owner only. */
import { randomInt } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { errorCode, reasonOf } from '../shell/io-error.ts';
import { makeFolder } from '../shell/make-folder.ts';
import { writePrivate } from '../shell/write-private.ts';
import type { JournalEntry } from './event.ts';
import { exitCodes } from './exit-codes.ts';
import { readEnds } from './journal-ends.ts';
import { JournalError } from './journal-lines.ts';
import type { Clock } from './kind.ts';
import { type LockState, readLock } from './lock.ts';
import { OperatorError } from './operator-error.ts';

/** The paths of one session. */
export interface SessionFolder {
  readonly id: string;
  readonly folder: string;
  readonly journal: string;
  /** The session's own kubeconfig; there only once it was written. */
  readonly kubeconfig: string;
  /** The folder of one run of a command. */
  runFolder(run: string): string;
}

/** The texts of a runbook and all it includes, by bundle key. */
export interface BundleSources {
  readonly root: string;
  readonly sources: Readonly<Record<string, string>>;
}

/** One session as a list shows it: only the ends of its journal were read, and its chain was not verified. */
export type SessionListing =
  | {
      readonly readable: true;
      readonly session: SessionFolder;
      readonly first: JournalEntry;
      readonly last: JournalEntry;
      readonly lock: LockState;
    }
  | { readonly readable: false; readonly session: SessionFolder; readonly problem: string };

/** The one session that a reference means; otherwise why there is none, with the ids that it may have meant. */
export type Resolved =
  | { readonly ok: true; readonly session: SessionFolder }
  | { readonly ok: false; readonly message: string; readonly candidates: readonly string[] };

/**
 * The folder of all sessions: `$XDG_STATE_HOME/handrail/sessions`, by default under `~/.local/state`. A relative
 * XDG_STATE_HOME is ignored, as the XDG Base Directory Specification demands.
 */
export function sessionsRoot(env: Readonly<Record<string, string | undefined>>, home = homedir()): string {
  const state = env.XDG_STATE_HOME;
  const base = state !== undefined && isAbsolute(state) ? state : join(home, '.local', 'state');
  return join(base, 'handrail', 'sessions');
}

/** The paths of a session whose id is known. Touches nothing. */
export function sessionFolder(root: string, id: string): SessionFolder {
  const folder = join(root, id);
  return {
    id,
    folder,
    journal: join(folder, 'journal.jsonl'),
    kubeconfig: join(folder, 'kubeconfig'),
    runFolder: (run) => join(folder, 'runs', basename(run)),
  };
}

/** Makes the folder of a new session (0700). Rejects with an `OperatorError` where the disk does not let it. */
export async function createSessionFolder(root: string, clock: Clock['now']): Promise<SessionFolder> {
  try {
    makeFolder(root);
    await chmod(root, 0o700);
    for (;;) {
      const session = sessionFolder(root, newSessionId(clock()));
      try {
        await mkdir(session.folder, { mode: 0o700 });
      } catch (error) {
        if (errorCode(error) === 'EEXIST') continue;
        throw error;
      }
      await mkdir(join(session.folder, 'runs'), { mode: 0o700 });
      return session;
    }
  } catch (error) {
    throw unwritable(root, error);
  }
}

/** A session that could not be begun, for want of room or permission in its folder. */
export function unwritable(folder: string, cause: unknown): OperatorError {
  return new OperatorError(`A session cannot be kept in ${folder}: ${reasonOf(cause)}.`, {
    fix: 'Nothing was started. Make that folder writable, or set XDG_STATE_HOME to another one.',
    exitCode: exitCodes.broken.code,
    cause,
  });
}

/** Takes away what there is of a session that never began. */
export async function discardSession(session: SessionFolder): Promise<void> {
  await rm(session.folder, { recursive: true, force: true }).catch(() => undefined);
}

/** `20261121-1317-kofa`: sorts by the time it was started (UTC), and its last part can be said aloud and typed. */
export function newSessionId(now: number): string {
  const stamp = new Date(now).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 13);
  const one = (letters: string) => letters[randomInt(letters.length)] ?? '';
  const [consonants, vowels] = ['bdfghkmnprstvz', 'aeiou'];
  return `${stamp}-${one(consonants)}${one(vowels)}${one(consonants)}${one(vowels)}`;
}

const idPattern = /^\d{8}-\d{4}-[a-z]{4}$/;

/** All sessions, newest first. What cannot be read is listed as such and hides nothing else. */
export async function listSessions(root: string): Promise<readonly SessionListing[]> {
  const listings = await Promise.all((await sessionIds(root)).map((id) => listing(sessionFolder(root, id))));
  return listings.sort((a, b) => (startKey(a) < startKey(b) ? 1 : -1));
}

async function sessionIds(root: string): Promise<string[]> {
  try {
    return (await readdir(root)).filter((name) => idPattern.test(name)).sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw new OperatorError(`The sessions in ${root} cannot be listed: ${reasonOf(error)}.`, {
      fix: 'Look at that folder, or set XDG_STATE_HOME to another one.',
      exitCode: exitCodes.notReady.code,
      cause: error,
    });
  }
}

/** Ids hold minutes; within one, the journals tell the order. */
function startKey(listing: SessionListing): string {
  return `${listing.session.id.slice(0, 13)} ${listing.readable ? listing.first.time : ''} ${listing.session.id}`;
}

async function listing(session: SessionFolder): Promise<SessionListing> {
  try {
    const { first, last } = await readEnds(session.journal);
    return { readable: true, session, first, last, lock: await readLock(session.folder) };
  } catch (error) {
    const problem =
      error instanceof JournalError ? error.problem : `its journal cannot be read: ${reasonOf(error)}`;
    return { readable: false, session, problem };
  }
}

/** Finds a session by the beginning of its id, or by its last part (`kofa`). */
export async function resolveSession(root: string, wanted: string): Promise<Resolved> {
  const ids = await sessionIds(root);
  const typed = wanted.trim().toLowerCase();
  const exact = ids.filter((id) => id === typed);
  const matches =
    exact.length > 0 ? exact : ids.filter((id) => id.startsWith(typed) || id.endsWith(`-${typed}`));
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return { ok: true, session: sessionFolder(root, only) };
  const candidates = (matches.length > 0 ? matches : ids).slice(-5).reverse();
  const message =
    matches.length > 1
      ? `${matches.length} sessions begin with "${typed}": ${candidates.join(', ')}. Type more of the id.`
      : ids.length === 0
        ? `There are no sessions in ${root}.`
        : `No session begins with "${typed}". The newest are: ${candidates.join(', ')}.`;
  return { ok: false, message, candidates };
}

/** Writes the session's own kubeconfig (0600), and gives its path. */
export async function writeKubeconfig(session: SessionFolder, text: string): Promise<string> {
  await writePrivate(session.kubeconfig, text);
  return session.kubeconfig;
}

interface BundleIndex {
  readonly root: string;
  /** File names inside the bundle folder, by key. */
  readonly files: Readonly<Record<string, string>>;
}

/** Keeps the session's copy of its runbook. Keys are not trusted as paths: files get names of our own. */
export async function writeBundle(session: SessionFolder, bundle: BundleSources): Promise<void> {
  const folder = join(session.folder, 'bundle');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files: Record<string, string> = {};
  let number = 0;
  for (const [key, text] of Object.entries(bundle.sources)) {
    number += 1;
    const readable = basename(key)
      .replace(/[^A-Za-z0-9._-]/g, '_')
      .slice(-80);
    const name = `${String(number).padStart(3, '0')}-${readable}`;
    await writePrivate(join(folder, name), text);
    files[key] = name;
  }
  const index: BundleIndex = { root: bundle.root, files };
  await writePrivate(join(folder, 'index.json'), `${JSON.stringify(index, undefined, 2)}\n`);
}

/** Reads the copy back. Rejects with an `OperatorError` where it is incomplete. */
export async function readBundle(session: SessionFolder): Promise<BundleSources> {
  const folder = join(session.folder, 'bundle');
  try {
    const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as BundleIndex;
    const sources: Record<string, string> = {};
    for (const [key, name] of Object.entries(index.files)) {
      sources[key] = await readFile(join(folder, basename(name)), 'utf8');
    }
    return { root: index.root, sources };
  } catch (error) {
    throw new OperatorError(
      `The session's copy of its runbook in ${folder} cannot be read: ${reasonOf(error)}.`,
      { fix: 'Restore it from a backup.', exitCode: exitCodes.notReady.code, cause: error },
    );
  }
}
