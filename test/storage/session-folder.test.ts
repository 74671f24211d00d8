import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createJournal } from '../../src/state/journal.ts';
import { acquireLock } from '../../src/state/lock.ts';
import {
  createSessionFolder,
  listSessions,
  newSessionId,
  readBundle,
  resolveSession,
  type SessionFolder,
  sessionFolder,
  sessionsRoot,
  writeBundle,
  writeKubeconfig,
} from '../../src/state/session-folder.ts';
import { note, scratch, started, ticking } from './helpers.ts';

test('where sessions live; a relative XDG_STATE_HOME does not count', () => {
  expect(sessionsRoot({ XDG_STATE_HOME: '/state' }, '/home/a')).toBe('/state/handrail/sessions');
  for (const env of [{}, { XDG_STATE_HOME: '' }, { XDG_STATE_HOME: 'state' }]) {
    expect(sessionsRoot(env, '/home/a')).toBe('/home/a/.local/state/handrail/sessions');
  }
});

async function session(root: string, now: number, notes = 1): Promise<SessionFolder> {
  const made = await createSessionFolder(root, () => now);
  const journal = await createJournal(made.journal, () => now);
  await journal.append(started);
  for (let n = 0; n < notes; n += 1) await journal.append(note('x'.repeat(20_000)));
  await journal.close();
  return made;
}

const minute = (n: number) => Date.UTC(2026, 10, 21, 13, n);

test('ids sort by time and can be said and typed', () => {
  expect(newSessionId(minute(17))).toMatch(/^20261121-1317-([bdfghkmnprstvz][aeiou]){2}$/);
});

test('a new session is for nobody else, and two never share a folder', async () => {
  const root = join(scratch(), 'state', 'sessions');
  const sessions = await Promise.all(
    Array.from({ length: 30 }, () => createSessionFolder(root, () => minute(17))),
  );
  expect(new Set(sessions.map(({ id }) => id)).size).toBe(30);
  for (const folder of [root, sessions[0]!.folder, join(sessions[0]!.folder, 'runs')]) {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  }
  expect(sessions[0]!.runFolder('../../../etc')).toBe(join(sessions[0]!.folder, 'runs', 'etc'));
});

test('one that cannot be made is said with the folder', async () => {
  const root = join(scratch(), 'file');
  writeFileSync(root, '');
  await expect(createSessionFolder(root, Date.now)).rejects.toThrow(`A session cannot be kept in ${root}: `);
});

describe('listing', () => {
  test('newest first, with both ends of each journal and who holds it', async () => {
    const root = scratch();
    const old = await session(root, minute(5));
    const recent = await session(root, minute(17), 3);
    const lock = await acquireLock(recent.folder);
    const listed = await listSessions(root);
    expect(listed).toMatchObject([
      {
        readable: true,
        session: { id: recent.id },
        first: { seq: 1 },
        last: { seq: 4 },
        lock: { type: 'held' },
      },
      { readable: true, session: { id: old.id }, last: { seq: 2 }, lock: { type: 'free' } },
    ]);
    if (lock.ok) await lock.release();
  });

  test('within one minute the journals tell the order', async () => {
    const root = scratch();
    const ids: string[] = [];
    for (let second = 0; second < 5; second += 1)
      ids.unshift((await session(root, minute(5) + second * 1000, 0)).id);
    expect((await listSessions(root)).map((each) => each.session.id)).toEqual(ids);
  });

  test('what cannot be read is listed as such and hides nothing', async () => {
    const root = scratch();
    const good = await session(root, minute(1));
    const empty = await createSessionFolder(root, () => minute(2));
    const damaged = await session(root, minute(3));
    writeFileSync(damaged.journal, 'rubbish\nrubbish\n');
    const tornFirst = await session(root, minute(4), 0);
    truncateSync(tornFirst.journal, 20);
    const tornLast = await session(root, minute(5));
    appendFileSync(tornLast.journal, '{"seq":3,');
    mkdirSync(join(root, 'not-a-session'));
    writeFileSync(join(root, '20261121-1317-file'), '');
    const listed = await listSessions(root);
    const seen = Object.fromEntries(
      listed.map((each) => [each.session.id, each.readable ? each.last.seq : each.problem]),
    );
    expect(seen).toEqual({
      [good.id]: 2,
      [tornLast.id]: 2,
      [empty.id]: expect.stringContaining('does not exist'),
      [damaged.id]: expect.stringContaining('not a journal'),
      [tornFirst.id]: expect.stringContaining('no entry yet'),
      '20261121-1317-file': expect.stringContaining('a part of its path is a file'),
    });
  });

  test('no sessions at all', async () => {
    const root = join(scratch(), 'none');
    expect(await listSessions(root)).toEqual([]);
    expect(await resolveSession(root, 'x')).toMatchObject({
      ok: false,
      message: `There are no sessions in ${root}.`,
    });
  });
});

test('a session by the beginning of its id or by its last part', async () => {
  const root = scratch();
  for (const id of ['20261120-0900-kofa', '20261121-1317-bidu', '20261121-1400-kofa'])
    mkdirSync(join(root, id));
  const id = async (wanted: string) => {
    const found = await resolveSession(root, wanted);
    return found.ok ? found.session.id : found;
  };
  expect(await id('20261120')).toBe('20261120-0900-kofa');
  expect(await id('bidu')).toBe('20261121-1317-bidu');
  expect(await id(' 20261121-1317-BIDU ')).toBe('20261121-1317-bidu');
  expect(await id('20261121')).toMatchObject({
    candidates: ['20261121-1400-kofa', '20261121-1317-bidu'],
    message: expect.stringContaining('2 sessions'),
  });
  expect(await id('kofa')).toMatchObject({ candidates: ['20261121-1400-kofa', '20261120-0900-kofa'] });
  expect(await id('zzz')).toMatchObject({
    message: expect.stringContaining('The newest are: 20261121-1400-kofa'),
  });
  expect(await id('../..')).toMatchObject({ ok: false });
});

describe('what a session keeps', () => {
  test('its runbook, whatever the names of its files are', async () => {
    const made = await createSessionFolder(scratch(), ticking());
    const sources = {
      'upgrade.md': '# One\r\n',
      '../outside/of it.md': 'two',
      'a/b.md': '\u0000 three',
      'A/B.md': 'four',
      ['x'.repeat(300)]: 'five',
    };
    await writeBundle(made, { root: 'upgrade.md', sources });
    expect(await readBundle(made)).toEqual({ root: 'upgrade.md', sources });
    expect(readdirSync(join(made.folder, 'bundle'))).toHaveLength(6);
    expect(readdirSync(made.folder).sort()).toEqual(['bundle', 'runs']);
    rmSync(join(made.folder, 'bundle', '002-of_it.md'));
    await expect(readBundle(made)).rejects.toThrow(/copy of its runbook in .* cannot be read/);
  });

  test('its kubeconfig, for its owner only, replaced as a whole', async () => {
    const made = sessionFolder(scratch(), 'x');
    mkdirSync(made.folder);
    writeFileSync(made.kubeconfig, 'old', { mode: 0o644 });
    expect(await writeKubeconfig(made, 'new')).toBe(made.kubeconfig);
    expect(readFileSync(made.kubeconfig, 'utf8')).toBe('new');
    expect(statSync(made.kubeconfig).mode & 0o777).toBe(0o600);
  });
});
