/** Snapshots in files: saved without secrets, read again the same, and refused in a sentence where they are none. */
import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { readSnapshot, writeSnapshot } from '../../src/diagnosis/read-snapshot.ts';
import { objectParts, type Snapshot } from '../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf } from '../helpers/snapshot.ts';

const whole = snapshotOf(
  [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        namespace: 'linkerd',
        uid: 'u-1',
        creationTimestamp: '2026-05-01T10:00:00Z',
        generation: 3,
        labels: { app: 'x' },
        annotations: { 'linkerd.io/created-by': 'linkerd/cli stable-2.14.10' },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Thing', name: 't', uid: 'u-2', controller: true }],
        name: 'linkerd-destination',
      },
      spec: { replicas: 3, template: { spec: { containers: [{ name: 'policy', image: 'i:1' }] } } },
    },
  ],
  {
    objects: { secrets: denied('It needs the permission to list secrets in all namespaces.') },
    logs: {
      state: 'read',
      value: [{ namespace: 'linkerd', pod: 'p', container: 'policy', previous: true, lines: ['a', 'b'] }],
    },
    walk: {
      target: 'stable-2.14.10',
      step: { title: 'Update', kind: 'shell', detail: 'exit 1', output: ['error: no'] },
    },
  },
);

const document = (): Record<string, unknown> => JSON.parse(writeSnapshot(whole)) as Record<string, unknown>;
const refusal = (json: string): string => {
  const reading = readSnapshot(json);
  return reading.ok ? 'it was read' : reading.why;
};
const reread = (value: unknown): Snapshot => {
  const reading = readSnapshot(JSON.stringify(value));
  if (!reading.ok) throw new Error(reading.why);
  return reading.snapshot;
};

test('what is written is read again the same', () => {
  expect(reread(document())).toEqual({ ...whole, takenAt: '2026-06-01T12:00:00.000Z' });
});

test('what looks like a secret does not get into the file', () => {
  const hot = {
    ...whole,
    walk: { step: { ...whole.walk!.step!, output: ['token: abcdef0123456789', 'ok'] } },
  };
  const text = writeSnapshot(hot);
  expect(text).not.toContain('abcdef0123456789');
  expect(text).toContain('ok');
});

test.each([
  ['', 'is no JSON'],
  ['nonsense', 'is no JSON'],
  ['null', 'is no snapshot: it has no kind'],
  ['{"kind":"List"}', 'is no snapshot but "List"'],
  ['{"kind":"handrail/snapshot"}', 'does not say of which version it is'],
  ['{"kind":"handrail/snapshot","version":2}', 'was saved by a newer Handrail'],
  ['{"kind":"handrail/snapshot","version":1}', 'does not say when it was taken'],
  [`{"a":${'['.repeat(100)}${']'.repeat(100)}}`, 'is nested more than 64 deep'],
  [`{"a":${'['.repeat(1_000_000)}`, 'is nested more than 64 deep'],
  [JSON.stringify({ kind: '\u001b[2J'.repeat(50) }), 'is no snapshot'],
])('%.40s is refused', (json, why) => {
  expect(refusal(json)).toContain(why);
  expect(refusal(json)).not.toContain('\u001b');
});

test('brackets within texts are not depth', () => {
  const talkative = { ...document(), serverVersion: { state: 'read', value: '[['.repeat(100) } };
  expect(reread(talkative).serverVersion.state).toBe('read');
});

test('a file of little is a snapshot in which nothing was read', () => {
  const bare = reread({ kind: 'handrail/snapshot', version: 1, takenAt: '2026-06-01T12:00:00Z' });
  for (const part of objectParts)
    expect(bare.objects[part]).toMatchObject({ state: 'unread', why: 'skipped' });
  expect(bare.cluster).toEqual({ name: '', server: '', uid: '', practice: false });
  const { findings, notChecked } = diagnose(bare);
  expect(findings).toEqual([]);
  expect(notChecked.length).toBeGreaterThan(0);
});

test('objects that are none are left out, and metadata is what its type says', () => {
  const { objects, ...rest } = document();
  const hostile = [
    null,
    7,
    [],
    { metadata: {} },
    { metadata: { name: 7 } },
    // Names stand in commands that are shown to be copied.
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a; rm -rf $HOME' } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: '$(id)' } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: { evil: true } } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'a\u001b[31mb\n',
        labels: { good: 'x', bad: 7 },
        annotations: ['no'],
        ownerReferences: 'nobody',
        creationTimestamp: 'yesterday',
        ['__proto__']: { polluted: true },
      },
      status: 'Running',
    },
  ];
  const read = reread({
    ...rest,
    objects: { ...(objects as object), pods: { state: 'read', value: hostile } },
  });
  expect(read.objects.pods).toEqual({
    state: 'read',
    value: [
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'ab', labels: { good: 'x' } },
        status: 'Running',
      },
    ],
  });
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect(() => diagnose(read)).not.toThrow();
});

test('parts of any other shape are unread, and no detector fails over them', () => {
  for (const nonsense of [
    null,
    7,
    'x',
    [],
    {},
    { state: 'read' },
    { state: 'read', value: 'x' },
    { state: 'unread', why: 7 },
  ]) {
    const read = reread({
      ...document(),
      objects: Object.fromEntries(objectParts.map((part) => [part, nonsense])),
      logs: nonsense,
      serverVersion: nonsense,
      walk: nonsense,
    });
    for (const part of objectParts) expect(read.objects[part].state).toBe('unread');
    expect(diagnose(read).notChecked.every(({ message }) => !message.includes('mistake'))).toBe(true);
  }
});

test('objects whose fields are of any shape make no detector fail', () => {
  const values = [null, 7, 'x', [], {}, [null], [[]], { a: null }, [{ metadata: null }]];
  for (const spec of values) {
    for (const status of values) {
      const object = {
        apiVersion: 'v1',
        kind: 'Thing',
        metadata: {
          name: 'linkerd-config',
          namespace: 'linkerd',
          labels: {
            'linkerd.io/control-plane-ns': 'linkerd',
            'linkerd.io/control-plane-component': 'destination',
            'linkerd.io/extension': 'viz',
            owner: 'helm',
            status: 'pending-upgrade',
          },
        },
        spec,
        status,
        data: status,
        webhooks: spec,
        endpoints: status,
      };
      const read = reread({
        ...document(),
        objects: Object.fromEntries(objectParts.map((part) => [part, { state: 'read', value: [object] }])),
      });
      const broken = diagnose(read).notChecked.filter(({ message }) => message.includes('mistake'));
      expect(broken).toEqual([]);
    }
  }
});
