/** What the action `notices` does where it cannot look, or has nothing to look for: it never says that nothing changes. */
import { expect, test } from 'vitest';
import type { PerformContext } from '../../src/state/kind.ts';
import { noticeKind } from '../../src/steps/notice/kind.ts';
import { noticesKind } from '../../src/steps/notices/kind.ts';
import { noticeBundle } from '../notices/notices.ts';

const { runbooks } = await noticeBundle('2.11');

const context = (more: Partial<PerformContext>): PerformContext =>
  ({
    at: { frame: 0, step: 'read', action: 'read/1' },
    runbooks,
    values: {},
    env: {},
    cluster: undefined,
    api: undefined,
    clock: { now: () => 0, after: () => () => {} },
    signal: new AbortController().signal,
    note: async () => {},
    progress: () => {},
    ...more,
  }) as unknown as PerformContext;

test.each([
  ['a parameter without a value', { to: '$TO' }, {}, 'The parameter TO has no value.'],
  ['no notices in the session', { to: 'stable-2.11.5' }, { runbooks: {} }, 'no upgrade notices'],
  ['no cluster', { to: 'stable-2.11.5' }, {}, 'no cluster'],
])('%s: it fails', async (_, spec, more, said) => {
  expect(await noticesKind.perform(spec, context(more))).toMatchObject({
    ok: false,
    detail: expect.stringContaining(said),
  });
});

/** An API that answers nothing but its version, and lists nothing. */
const api = {
  raw: async () => ({ ok: true, value: '{"gitVersion":"v1.20.2"}' }),
  stream: () => ({
    synced: Promise.resolve(),
    items: new Map(),
    status: { type: 'denied', permission: { verb: 'list', resource: 'things' }, message: '' },
    close: () => {},
  }),
} as unknown as NonNullable<PerformContext['api']>;

test.each([
  [{ to: 'stable-2.11.5' }, 'could not be seen'],
  [{ from: '$FROM', to: 'stable-2.11.5' }, 'dev-undefined is no release'],
])('%j on a cluster that shows nothing: it fails', async (spec, said) => {
  const values = { FROM: 'dev-undefined' };
  expect(await noticesKind.perform(spec, context({ api, values }))).toMatchObject({
    ok: false,
    detail: expect.stringContaining(said),
  });
});

test('what could not be looked at is written down, with the permission', async () => {
  const notes: string[] = [];
  const note = async (text: string) => void notes.push(text);
  const ended = await noticesKind.perform(
    { from: 'stable-2.10.2', to: 'stable-2.11.5' },
    context({ api, note }),
  );
  expect(ended.ok).toBe(true);
  expect(ended.detail).toMatch(/^0 of \d+ changes touch this cluster, \d+ could not be looked at/);
  expect(notes).toContain('Could not be looked at:');
  expect(notes.join('\n')).toContain('It needs the permission to list things');
});

test('a notice by itself: nothing to be seen is said, and no cluster is a failure', async () => {
  const spec = {
    id: '2.11-x',
    since: undefined,
    from: undefined,
    to: undefined,
    certainty: 'found',
  } as const;
  const nothing = await noticeKind.perform({ ...spec, find: [] }, context({}));
  expect(nothing).toEqual({ ok: true, detail: expect.stringContaining('No cluster can tell') });
  const find = [{ type: 'kubernetes', range: '<1.40' }] as const;
  expect(await noticeKind.perform({ ...spec, find }, context({}))).toMatchObject({ ok: false });
  expect(await noticeKind.perform({ ...spec, find }, context({ api }))).toEqual({
    ok: true,
    detail: '1 object is touched.',
  });
});
