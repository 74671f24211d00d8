/** Disks that are full or cannot be written, and records that are damaged: one sentence, the right exit code, no stack. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/state/exit-codes.ts';
import { entry, handrail, temporaryHome } from '../helpers/handrail.ts';

const home = temporaryHome();
const { env } = home;
const sessions = join(home.folder, 'state/handrail/sessions');

beforeAll(() => {
  writeFileSync(
    join(home.folder, 'two.md'),
    '# Two\n\n## One\n\n```sh\necho 1\n```\n\n## Two\n\n```sh\necho 2\n```\n',
  );
  writeFileSync(join(home.folder, 'a-file'), '');
});
afterAll(() => home.remove());

const noStack = (stderr: string) => {
  expect(stderr).not.toMatch(/^ +at /m);
  expect(stderr).not.toContain('mistake of Handrail');
};

describe('a state folder that cannot be had', () => {
  const at = { ...env, XDG_STATE_HOME: join(home.folder, 'a-file') };
  test.each([
    [['run', 'two.md', '--plain', '--unattended'], exitCodes.broken.code],
    [['practice', 'up'], exitCodes.broken.code],
    [['practice', 'reset'], exitCodes.broken.code],
    [['resume', '--plain'], exitCodes.notReady.code],
    [['sessions'], exitCodes.notReady.code],
    [['report'], exitCodes.notReady.code],
  ])('%j says which, why and what to do', async (args, code) => {
    const ran = await handrail(args, { env: at });
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(join(home.folder, 'a-file'));
    expect(ran.stderr).toContain('a part of its path is a file, not a folder');
    expect(ran.stderr).toContain('XDG_STATE_HOME');
    noStack(ran.stderr);
  });
});

describe('standard output on a full disk', () => {
  const full = (args: readonly string[]) =>
    spawnSync('sh', ['-c', 'exec "$@" >/dev/full', 'sh', process.execPath, entry, ...args], {
      env,
      cwd: home.folder,
      encoding: 'utf8',
    });

  test.each([[['--version']], [['--help']], [['list']], [['sessions']]])('%j', (args) => {
    const { status, stderr } = full(args);
    expect(status).toBe(exitCodes.broken.code);
    expect(stderr).toContain('could not be written: the disk is full');
    noStack(stderr);
  });

  test('a session is paused first, and can be resumed', async () => {
    const { status, stderr } = full(['run', 'two.md', '--plain', '--unattended']);
    expect(status).toBe(exitCodes.broken.code);
    noStack(stderr);
    const [, id] = /handrail resume (\S+)/.exec(stderr) ?? [];
    const listed = JSON.parse((await handrail(['sessions', '-o', 'json'], { env })).stdout);
    expect(listed).toMatchObject([{ id, status: 'paused' }]);
    expect((await handrail(['resume', '--plain', '--unattended'], { env })).code).toBe(0);
  });
});

describe('a session that is over, and one that is damaged', () => {
  test('a session that has ended is not gone on with: its report is named', async () => {
    const [id = ''] = readdirSync(sessions);
    const { code, stderr } = await handrail(['resume', id, '--plain'], { env });
    expect(code).toBe(exitCodes.usage.code);
    expect(stderr).toContain(`The session ${id} has ended already (completed`);
    expect(stderr).toContain(`handrail report ${id}`);
    const offered = await handrail(['__complete', '--', 'resume', ''], { env });
    expect(offered.stdout).toBe('');
  });

  test('a journal with a line removed is an error of the record, the same for every verb', async () => {
    const before = new Set(readdirSync(sessions));
    await handrail(['run', 'two.md', '--plain'], { env, input: '' });
    const id = readdirSync(sessions).find((each) => !before.has(each)) ?? '';
    const journal = join(sessions, id, 'journal.jsonl');
    const lines = readFileSync(journal, 'utf8').split('\n');
    writeFileSync(journal, lines.filter((_, index) => index !== 1).join('\n'));
    for (const verb of ['report', 'resume', 'follow']) {
      const { code, stderr } = await handrail([verb, id], { env });
      expect([verb, code]).toEqual([verb, exitCodes.notReady.code]);
      expect(stderr).toContain('journal.jsonl, line 2: Entry 2 is expected here and 3 was found');
      noStack(stderr);
    }
    const { stdout } = await handrail(['sessions'], { env });
    const row = stdout.split('\n').find((line) => line.includes(id)) ?? '';
    expect(row).toMatch(/ unreadable +- +its journal is damaged at line 2 /);
    expect(row.length).toBeLessThan(120);
  });
});

const roomOfItsOwn = spawnSync('unshare', ['-Urm', 'true']).status === 0;

describe.skipIf(!roomOfItsOwn)('a disk of 300 kB', () => {
  const disk = join(home.folder, 'disk');
  /** Runs a script with a small disk at `disk`, which is the state folder. */
  const onSmallDisk = (options: string, script: string) =>
    spawnSync(
      'unshare',
      ['-Urm', 'bash', '-c', `mount -t tmpfs -o ${options} tmpfs "${disk}" && ${script}`],
      {
        env: { ...env, XDG_STATE_HOME: disk, NODE: process.execPath, ENTRY: entry },
        cwd: home.folder,
        encoding: 'utf8',
      },
    );
  beforeAll(() => mkdirSync(disk));

  test('full from the start: said with the exit code for it, and no half of a session stays', () => {
    const { status, stderr, stdout } = onSmallDisk(
      'size=300k',
      `{ head -c 400k /dev/zero >"${disk}/fill" 2>/dev/null; "$NODE" "$ENTRY" run two.md --plain --unattended; code=$?; "$NODE" "$ENTRY" sessions; exit $code; }`,
    );
    expect(status).toBe(exitCodes.broken.code);
    expect(stderr).toContain('the disk is full');
    expect(stdout).toContain('There are no sessions yet.');
    noStack(stderr);
  });

  test('full in the middle of a session: it stops there, is given up, and goes on when there is room', () => {
    writeFileSync(
      join(home.folder, 'fills.md'),
      '# Fills\n\n## One\n\n```sh\nhead -c 400k /dev/zero >>"$XDG_STATE_HOME/fill" 2>/dev/null || true\n```\n\n## Two\n\n```sh\necho 2\n```\n',
    );
    const { stderr, stdout } = onSmallDisk(
      'size=300k',
      `{ "$NODE" "$ENTRY" run fills.md --plain --unattended; "$NODE" "$ENTRY" sessions; rm "${disk}/fill"; "$NODE" "$ENTRY" resume --plain </dev/null; }`,
    );
    expect(stdout).toContain('the disk is full');
    expect(stdout).toMatch(/ (paused|interrupted) +- +\d of 2 /);
    expect(stdout).toContain('Paused.');
    expect(stderr).toBe('');
  });

  test('read-only: that is the reason that is given', () => {
    const { status, stderr } = onSmallDisk('ro', '"$NODE" "$ENTRY" run two.md --plain --unattended');
    expect(status).toBe(exitCodes.broken.code);
    expect(stderr).toContain(`${disk}/handrail/sessions: the file system is read-only`);
    noStack(stderr);
  });
});

const asNobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
const canBeNobody = process.getuid?.() === 0 && spawnSync('setpriv', [...asNobody, 'true']).status === 0;

test.skipIf(!canBeNobody)('lint names a folder that it may not read, and checks the rest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-lint-'));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'fine.md'), '# Fine\n\n## Look\n\n```sh look\necho 1\n```\n');
  mkdirSync(join(folder, 'closed'), { mode: 0 });
  const { status, stdout, stderr } = spawnSync(
    'setpriv',
    [...asNobody, process.execPath, entry, 'lint', folder],
    { env, encoding: 'utf8' },
  );
  rmSync(folder, { recursive: true });
  expect(status).toBe(exitCodes.usage.code);
  expect(stderr).toBe(
    `handrail lint: ${join(folder, 'closed')} cannot be read: permission denied; check who owns the file and its folder\n`,
  );
  expect(stdout).toContain('1 file: ');
});
