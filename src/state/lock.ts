/**
 * One owner for each session. Locks are numbered files, `lock.1`, `lock.2`, ...: the highest number owns the session.
 * A number is taken by `link`, which only one process can do, and the highest one is never removed, so that an owner that died
 * is succeeded by exactly one other without a moment in which the session seems free.
 */
import { randomBytes } from 'node:crypto';
import { link, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive } from '../shell/identity.ts';
import { errorCode, reasonOf } from '../shell/io-error.ts';
import { makeFolder } from '../shell/make-folder.ts';
import type { ProcessIdentity } from '../shell/port.ts';

/** The process that owns a session. */
export interface LockOwner extends ProcessIdentity {
  readonly host: string;
  readonly user: string;
  /** RFC 3339. */
  readonly since: string;
}

type LockResult =
  | {
      readonly ok: true;
      /** Gives the session up; a second call does nothing. Never rejects: what cannot be written ends with this process. */
      release(): Promise<void>;
      /** The owner that died without giving the session up. */
      readonly tookOver?: LockOwner;
    }
  /** `message` says who has it and what can be done. `unwritable`: nobody has it, but the disk does not let us. */
  | {
      readonly ok: false;
      readonly owner: LockOwner | undefined;
      readonly message: string;
      readonly unwritable?: true;
    };

/** Who owns a session, without taking it. */
export type LockState =
  | { readonly type: 'free' }
  /** Its owner runs, or is on another machine, where we cannot look. */
  | { readonly type: 'held'; readonly owner: LockOwner; readonly elsewhere: boolean }
  /** Its owner died. */
  | { readonly type: 'abandoned'; readonly owner: LockOwner }
  | { readonly type: 'unreadable'; readonly file: string };

interface Found {
  readonly number: number;
  readonly state: LockState;
}

const attempts = 50;

/** Makes this process the owner of a session's folder, or says who is. Never throws. */
export async function acquireLock(folder: string): Promise<LockResult> {
  try {
    makeFolder(folder);
    const me = await ownIdentity();
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const before = await highestLock(folder);
      if (before.state.type === 'held' || before.state.type === 'unreadable') {
        return refused(folder, before);
      }
      const number = before.number + 1;
      if (!(await take(folder, number, me))) continue;
      if ((await highestLock(folder)).number > number) {
        // We acted on an old view: somebody took the number, gave it up, and a later one took the next.
        await rm(lockFile(folder, number), { force: true });
        continue;
      }
      await removeBelow(folder, number);
      const release = releaser(folder, number, me);
      return before.state.type === 'abandoned'
        ? { ok: true, release, tookOver: before.state.owner }
        : { ok: true, release };
    }
    return refused(folder, await highestLock(folder));
  } catch (error) {
    const message = `The session cannot be locked in ${folder}: ${reasonOf(error)}.`;
    return { ok: false, owner: undefined, message, unwritable: true };
  }
}

/** Who owns a session at the moment, without taking it. */
export async function readLock(folder: string): Promise<LockState> {
  return (await highestLock(folder)).state;
}

function lockFile(folder: string, number: number): string {
  return join(folder, `lock.${number}`);
}

async function ownIdentity(): Promise<LockOwner> {
  const identity = await identify(process.pid);
  if (identity === undefined) throw new Error('this process cannot be found in the process table');
  return { ...identity, host: hostname(), user: userName(), since: new Date().toISOString() };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

/** Writes the owner to a file of its own and links it to the number: the lock is never seen half written. */
async function take(folder: string, number: number, owner: LockOwner): Promise<boolean> {
  const draft = await writeDraft(folder, owner);
  try {
    await link(draft, lockFile(folder, number));
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(folder: string, content: LockOwner | { released: true }): Promise<string> {
  const draft = join(folder, `.lock-${process.pid}-${randomBytes(6).toString('hex')}`);
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(content)}\n`);
    await handle.sync();
    return draft;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

function releaser(folder: string, number: number, me: LockOwner): () => Promise<void> {
  let released = false;
  return async () => {
    if (released) return;
    released = true;
    // Somebody may have deleted the lock by hand, and another process may own the number by now.
    const owner = parseOwner(await readFile(lockFile(folder, number), 'utf8').catch(() => ''));
    if (owner === undefined || owner === 'released' || owner.pid !== me.pid || owner.since !== me.since)
      return;
    try {
      await rename(await writeDraft(folder, { released: true }), lockFile(folder, number));
    } catch {
      await releaseInPlace(lockFile(folder, number));
    }
  };
}

/** On a full disk: the file has room for the shorter text, and one write of so few bytes is never seen half done. */
async function releaseInPlace(file: string): Promise<void> {
  try {
    const handle = await open(file, 'r+');
    try {
      const { size } = await handle.stat();
      await handle.write(`${JSON.stringify({ released: true }).padEnd(size - 1)}\n`, 0);
    } finally {
      await handle.close();
    }
  } catch {
    // Not even that. The lock then names a process that will soon be gone, and whoever comes next takes it over.
  }
}

async function lockNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => /^lock\.(\d{1,9})$/.exec(name)?.[1] ?? []).map(Number);
}

async function highestLock(folder: string): Promise<Found> {
  for (;;) {
    const number = Math.max(0, ...(await lockNumbers(folder)));
    if (number === 0) return { number, state: { type: 'free' } };
    try {
      const text = await readFile(lockFile(folder, number), 'utf8');
      return { number, state: await judge(text, lockFile(folder, number)) };
    } catch (error) {
      // Gone since we listed: a later owner has cleaned up, so there is a higher number now.
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
}

async function judge(text: string, file: string): Promise<LockState> {
  const content = parseOwner(text);
  if (content === 'released') return { type: 'free' };
  if (content === undefined) return { type: 'unreadable', file };
  if (content.host !== hostname()) return { type: 'held', owner: content, elsewhere: true };
  return (await isAlive(content))
    ? { type: 'held', owner: content, elsewhere: false }
    : { type: 'abandoned', owner: content };
}

function parseOwner(text: string): LockOwner | 'released' | undefined {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    if (value.released === true) return 'released';
    const { pid, bootId, startTicks, host, user, since } = value;
    const strings = [bootId, startTicks, host, user, since];
    if (!Number.isSafeInteger(pid) || !strings.every((one) => typeof one === 'string')) return undefined;
    return value as unknown as LockOwner;
  } catch {
    return undefined;
  }
}

async function removeBelow(folder: string, number: number): Promise<void> {
  for (const lower of await lockNumbers(folder)) {
    if (lower < number) await rm(lockFile(folder, lower), { force: true });
  }
}

function refused(folder: string, found: Found): LockResult {
  const file = lockFile(folder, found.number);
  const { state } = found;
  switch (state.type) {
    case 'held':
      return { ok: false, owner: state.owner, message: heldMessage(state.owner, state.elsewhere, file) };
    case 'unreadable':
      return {
        ok: false,
        owner: undefined,
        message: `The lock ${file} cannot be read. When no other handrail works on this session, delete it and try again.`,
      };
    case 'free':
    case 'abandoned':
      return {
        ok: false,
        owner: undefined,
        message: 'Other programs keep taking this session. Try again in a moment.',
      };
  }
}

function heldMessage(owner: LockOwner, elsewhere: boolean, file: string): string {
  const who = `${owner.user} on ${owner.host} (pid ${owner.pid}, since ${owner.since})`;
  return elsewhere
    ? `The session belongs to ${who}. From here nobody can tell whether it still runs there. When it does not, delete ${file} and try again.`
    : `The session belongs to ${who}. It can be followed read-only.`;
}
