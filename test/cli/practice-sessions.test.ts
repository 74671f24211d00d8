/** Sessions on a practice cluster that is thrown away, and sessions that are started although something is lacking. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byUrgency } from '../../src/commands/session-index.ts';
import { withMeshNow } from '../../src/practice/mesh-now.ts';
import type { SessionEntry } from '../../src/screens/services.ts';
import { exitCodes } from '../../src/state/exit-codes.ts';
import { handrail, temporaryHome } from '../helpers/handrail.ts';

const home = temporaryHome();
const run = (args: readonly string[], input = '') => handrail(args, { env: home.env, input });
const file = join(home.folder, 'lacking.md');

beforeAll(() => {
  writeFileSync(
    file,
    '---\nrunbook: 1\ntitle: Lacking\nrequires: {no-such-tool: "*"}\n---\n\n# Lacking\n\n## Say it\n\n```sh change\necho hello\n```\n',
  );
});
afterAll(async () => {
  await run(['practice', 'down']);
  home.remove();
});

describe('a practice cluster that goes', () => {
  test('what is lacking is asked about once more, and is in the record; a session on a cluster that went says so', async () => {
    const refused = await run(['run', file, '--plain', '--practice'], 'yes\n');
    expect(refused.code).toBe(exitCodes.notReady.code);
    expect(refused.stdout).toContain('no-such-tool is not on the PATH');
    expect(refused.stderr).toContain('Not started');

    // What comes after the answer is for the questions of the walk.
    const started = await run(['run', file, '--plain', '--practice'], 'start anyway\npause\n');
    expect(started.code).toBe(exitCodes.leftOpen.code);
    const [session] = JSON.parse((await run(['sessions', '-o', 'json'])).stdout) as SessionEntry[];
    expect(session).toMatchObject({ status: 'paused', practice: true });
    expect(session?.gone).toBeUndefined();
    expect((await run(['report', session!.id])).stdout).toMatch(/Started although .*no-such-tool/);

    await run(['practice', 'reset']);
    expect((await run(['sessions'])).stdout).toContain('paused, cluster gone');
    await run(['run', file, '--plain', '--practice'], 'start anyway\npause\n');
    const taken = await run(['resume', '--plain'], 'pause\n');
    expect(taken.stdout).toContain('Another session could be resumed');
    const wrong = await run(['resume', session!.id, '--plain'], 'run\npause\n');
    expect(wrong.stdout).toContain('The practice cluster was reset or ended; this session cannot go on');
  }, 60_000);
});

test('the practice cluster says what runs on it now', () => {
  const first = 'stable-2.13.7, 3 nodes';
  expect(withMeshNow(first, 'stable-2.13.7', 'stable-2.14.10')).toBe(
    'stable-2.14.10 (was stable-2.13.7 at first), 3 nodes',
  );
  expect(withMeshNow(first, 'stable-2.13.7', 'stable-2.13.7')).toBe(first);
  expect(withMeshNow(first, 'stable-2.13.7', undefined)).toBe(first);
  expect(withMeshNow('no mesh, 3 nodes', 'none', 'edge-24.11.8')).toBe(
    'edge-24.11.8 (was no mesh at first), 3 nodes',
  );
});

test('without an ID, what was interrupted comes before what was paused, and what happened last before the rest', () => {
  const one = (id: string, status: SessionEntry['status'], updatedAt: string, gone?: true): SessionEntry => ({
    id,
    title: id,
    status,
    mode: 'live',
    cluster: 'c',
    practice: gone === true,
    ...(gone ? { gone } : {}),
    startedAt: '',
    updatedAt,
    where: '',
  });
  const order = byUrgency([
    one('paused-late', 'paused', '2026-03-04'),
    one('died-early', 'interrupted', '2026-03-01'),
    one('gone', 'interrupted', '2026-03-05', true),
    one('died-late', 'interrupted', '2026-03-02'),
  ]);
  expect(order.map(({ id }) => id)).toEqual(['died-late', 'died-early', 'paused-late', 'gone']);
});
