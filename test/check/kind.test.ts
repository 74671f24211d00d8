/** The check action from its block to its verdict: which command runs, what it makes of the answer, what it writes down. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterApi } from '../../src/cluster/api.ts';
import type { Ending } from '../../src/state/event.ts';
import { type PerformContext, systemClock } from '../../src/state/kind.ts';
import { checkCommand } from '../../src/steps/check/command.ts';
import { checkKind } from '../../src/steps/check/kind.ts';
import type { CheckResult, CheckRunning } from '../../src/steps/check/result.ts';
import { type CheckSpec, checkSchema } from '../../src/steps/check/schema.ts';
import { altered } from './altered-api.ts';

const spec = (given: object = {}): CheckSpec => checkSchema.spec.parse(given);
const exited = (code: number): Ending => ({ type: 'exited', code, ok: code === 0 });
const document = (...checks: object[]) =>
  JSON.stringify({ success: true, categories: [{ categoryName: 'linkerd-data-plane', checks }] });
const passed = { description: 'data plane proxies are ready', result: 'success' };
const behind = {
  description: 'data plane is up-to-date',
  result: 'warning',
  error: 'some proxies are not running the current version:\n\t* web-1 (stable-2.13.7)',
  hint: 'https://linkerd.io/2.14/checks/#l5d-data-plane-version',
};
const failed = { description: 'data plane namespace exists', result: 'error', error: 'it does not' };

let bin = '';
beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), 'handrail-check-'));
  writeFileSync(join(bin, 'linkerd'), '#!/bin/sh\n');
  chmodSync(join(bin, 'linkerd'), 0o755);
});
afterAll(() => rmSync(bin, { recursive: true }));

async function perform(
  given: CheckSpec,
  answer: { readonly ending: Ending; readonly output: string },
  more: Partial<PerformContext> = {},
) {
  const notes: { text: string; data: unknown }[] = [];
  const scripts: string[] = [];
  const shown: CheckRunning[] = [];
  const none = () => Promise.reject(new Error('not for this kind'));
  const context: PerformContext = {
    at: { frame: 0, step: 'check', action: 'check/1' },
    runbooks: {},
    values: {},
    env: { PATH: bin },
    cluster: undefined,
    kubeconfigFile: undefined,
    api: undefined,
    plan: undefined,
    notes: [],
    startedAt: 0,
    detail: '',
    lastSeenAt: 0,
    clock: systemClock,
    signal: new AbortController().signal,
    started: none,
    probe: none,
    read: async (script) => {
      scripts.push(script);
      return answer;
    },
    note: async (text, data) => void notes.push({ text, data }),
    onSteer: () => undefined,
    progress: ({ progress }) => void shown.push(progress as CheckRunning),
    ...more,
  };
  const done = await checkKind.perform(given, context);
  return { ...done, notes, scripts, shown, result: notes.at(-1)?.data as CheckResult };
}

describe('the command', () => {
  test.each<[object, string]>([
    [{}, 'linkerd check --wait 30s --output json'],
    [{ pre: true, wait: '1m30s' }, 'linkerd check --pre --wait 1m30s --output json'],
    [
      { proxy: true, namespace: '$FIRST', 'expected-version': '$TO', wait: '2m' },
      'linkerd check --proxy --namespace "$FIRST" --expected-version "$TO" --wait 2m --output json',
    ],
    [
      { proxy: true, namespace: "a'; rm -rf /; '" },
      "linkerd check --proxy --namespace 'a'\\''; rm -rf /; '\\''' --wait 30s --output json",
    ],
  ])('%j', (given, command) => expect(checkCommand(spec(given))).toBe(command));

  test.each<[string, object, RegExp]>([
    ['proxies before an installation', { pre: true, proxy: true }, /no proxies before/],
    ['a namespace of the control plane', { namespace: 'shop' }, /one of proxies/],
  ])('a block that makes no sense is refused: %s', (_, given, why) => {
    expect(checkSchema.check?.(spec(given), { parameters: [] })?.[0]?.message).toMatch(why);
  });

  test('parameters in a block are looked for like those of a command', () => {
    const scripts = checkSchema.scripts?.(spec({ proxy: true, namespace: '$NS', 'expected-version': 'x' }));
    expect(scripts).toEqual([{ path: ['namespace'], script: '"$NS"' }]);
  });
});

describe('the verdict', () => {
  test('all is well', async () => {
    const done = await perform(spec(), { ending: exited(0), output: document(passed) });
    expect(done).toMatchObject({ ok: true, detail: 'linkerd check: 1 passed.' });
    expect(done.notes.map(({ text }) => text)).toEqual([
      'linkerd check: 1 passed. Clean: linkerd-data-plane 1.',
    ]);
    expect(done.shown[0]).toMatchObject({ type: 'running', by: 'linkerd', lines: [] });
  });

  test('a failure is named, a warning lets it pass', async () => {
    const done = await perform(spec(), { ending: exited(1), output: document(passed, behind, failed) });
    expect(done).toMatchObject({
      ok: false,
      detail: 'linkerd check: 1 failed (data plane namespace exists), 1 warning, 1 passed.',
    });
    expect(done.notes.slice(0, 3).map(({ text }) => text)).toEqual([
      'linkerd-data-plane (1 failed, 1 warning, 1 passed)',
      '- warning: data plane is up-to-date: some proxies are not running the current version: web-1 (stable-2.13.7) ' +
        '(https://linkerd.io/2.14/checks/#l5d-data-plane-version)',
      '- failed: data plane namespace exists: it does not',
    ]);
    const warned = await perform(spec(), { ending: exited(0), output: document(passed, behind) });
    expect(warned.ok).toBe(true);
    expect(warned.notes[0]?.text).toMatch(
      /^linkerd-data-plane \(1 warning, 1 passed\): warning: data plane is /,
    );
  });

  test('what was announced fails nothing, and is said to have come or not', async () => {
    const expect1 = { check: 'data plane namespace exists', until: 'it is made' };
    const expect2 = { check: 'no such thing', until: 'the end' };
    const expect3 = { check: 'proxies are ready', until: 'the end' };
    const done = await perform(spec({ expect: [expect1, expect2, expect3] }), {
      ending: exited(1),
      output: document(passed, failed),
    });
    expect(done.ok).toBe(true);
    expect(done.detail).toBe('linkerd check: 1 as expected, 1 passed.');
    const text = done.notes.map((note) => note.text).join('\n');
    expect(text).toContain('expected until it is made: data plane namespace exists');
    expect(text).toContain('“no such thing” was expected not to hold until the end, and was not checked.');
    expect(text).toContain('“proxies are ready” was expected not to hold until the end, and holds.');
    expect(text).toContain('may have stopped at “data plane namespace exists”');
  });

  test.each<[string, Ending, string, RegExp]>([
    [
      'nothing',
      exited(1),
      'Error: unknown flag\n',
      /^linkerd check ended with exit code 1 and gave no result/,
    ],
    ['half a document', exited(0), document(passed).slice(0, -3), /1 passed\. Its output was cut off/],
    ['a strange exit code', exited(137), document(passed), /exit code 137/],
    ['an exit code that nothing explains', exited(1), document(passed), /names no check that failed/],
    [
      'no end within its time',
      { type: 'killed', by: 'timeout', signal: 'SIGTERM' },
      '',
      /did not end within 5m30s/,
    ],
    ['no start', { type: 'not-started', why: 'no bash' }, '', /could not be started: no bash/],
    ['nobody saw its end', { type: 'unknown' }, '', /Nobody saw how/],
  ])('is no success where the tool gave %s', async (_, ending, output, why) => {
    const done = await perform(spec(), { ending, output });
    expect(done.ok).toBe(false);
    expect(done.detail).toMatch(why);
    expect(done.result.type).toBe('checked');
  });
});

test('a parameter without a value is named, and nothing runs', async () => {
  const done = await perform(spec({ 'expected-version': '$TO' }), { ending: exited(0), output: '' });
  expect(done).toMatchObject({ ok: false, detail: 'The parameter TO has no value.', scripts: [] });
});

test('without a tool and without a cluster there is nothing to look at', async () => {
  const nothing = { ending: exited(0), output: '' };
  const done = await perform(spec(), nothing, { env: { PATH: '/nowhere' } });
  expect(done).toMatchObject({ ok: false, scripts: [] });
  expect(done.detail).toMatch(/no linkerd on the PATH, and this session has no cluster/);
});

test('who may see nothing of the mesh is not told that it is well', async () => {
  const everything = { includes: () => true } as unknown as readonly string[];
  const server = {
    raw: async () => ({ ok: true, value: '{"major":"1","minor":"32","gitVersion":"v1.32.0"}' }),
  };
  const api = altered(server as unknown as ClusterApi, { denied: everything });
  const nothing = { ending: exited(0), output: '' };
  const done = await perform(spec({ proxy: true, wait: '1s' }), nothing, { env: { PATH: '/nowhere' }, api });
  expect(done).toMatchObject({ ok: false });
  expect(done.detail).toMatch(/not seen.*1 passed\. Nothing of the mesh could be looked at: /);
  expect(done.notes.at(1)?.text).toMatch(/^- not seen: .*Not permitted: /);
});
