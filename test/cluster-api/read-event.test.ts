import { expect, test } from 'vitest';
import { createInterner } from '../../src/cluster/interner.ts';
import { createLineReader } from '../../src/cluster/streams/line-reader.ts';
import { readEvent } from '../../src/cluster/streams/read-event.ts';

test('lines are the same however the bytes are cut', () => {
  const text = 'one\n\nzwölf €\n{"x":"y"}\nrest';
  const bytes = Buffer.from(text);
  for (let size = 1; size <= bytes.length; size++) {
    const lines: string[] = [];
    const reader = createLineReader((line) => lines.push(line.toString('utf8')));
    for (let start = 0; start < bytes.length; start += size) reader.push(bytes.subarray(start, start + size));
    expect(lines).toEqual(['one', 'zwölf €', '{"x":"y"}']);
    expect(reader.pending).toBe(4);
  }
});

const event = (metadata: string) =>
  `{"type":"ADDED","object":{"kind":"Pod","metadata":${metadata},"spec":{"a":[1]}}}`;

test.each([
  [
    'last',
    '{"name":"a","labels":{"x":"y"},"managedFields":[{"manager":"k","fieldsV1":{"f:x":{"k:{\\"a\\":\\"]\\"}":{}}}}]}',
  ],
  ['with its end in a text', '{"name":"a","managedFields":[{"f:{\\"a\\":[{}],\\"}":{}}],"labels":{"x":"y"}}'],
  ['with arrays', '{"name":"a","managedFields":[{"a":[{"b":[{}]}],"c":{}}],"labels":{"x":"y"}}'],
  ['null', '{"name":"a","managedFields":null,"labels":{"x":"y"}}'],
  ['empty', '{"name":"a","managedFields":[],"labels":{"x":"y"},"ownerReferences":[{"z":1}]}', [{ z: 1 }]],
  ['first', '{"managedFields":[],"name":"a","labels":{"x":"y"}}'],
  ['alone but for the name', '{"name":"a","managedFields":[{"a":"\\\\"}],"labels":{"x":"y"}}'],
])('managed fields are left out: %s', (_, metadata, ownerReferences = undefined) => {
  expect(readEvent(Buffer.from(event(metadata)))).toEqual({
    type: 'ADDED',
    object: { kind: 'Pod', metadata: { name: 'a', labels: { x: 'y' }, ownerReferences }, spec: { a: [1] } },
  });
});

test('what only looks like managed fields stays', () => {
  const value = ',"managedFields":[{"a":1}]';
  const metadata = { name: 'a', annotations: { note: value } };
  expect(readEvent(Buffer.from(event(JSON.stringify(metadata))))?.object.metadata).toEqual(metadata);
  expect(readEvent(Buffer.from(event('{"name":"a","managedFields":null}')))?.object.metadata.name).toBe('a');
});

test('what is no event is none', () => {
  for (const line of [
    '',
    'x',
    'null',
    '1',
    '{}',
    '{"type":"ADDED","object":null}',
    '{"type":"ADDED","object":{"managedFields":[',
  ]) {
    expect(readEvent(Buffer.from(line))).toBeUndefined();
  }
});

test('the same text is kept once', () => {
  const intern = createInterner();
  const [one, other] = [Buffer.from('linkerd').toString(), Buffer.from('linkerd').toString()];
  expect(intern(one)).toBe(intern(other));
});
