/** Expressions and paths of notices: what they take, what they refuse, and that anybody's text costs them no more than its length. */
import { describe, expect, test } from 'vitest';
import { placesAt, readPath } from '../../../src/diagnosis/notices/path.ts';
import { readGlob, readPattern } from '../../../src/diagnosis/notices/pattern.ts';

describe('an expression', () => {
  const texts = ['', 'a', 'ab', 'aab', 'abb', 'a.b', 'docker://20.10', 'x docker://1', 'a\nb', 'ß1', '...'];
  test.each([
    'a',
    '^a',
    'b$',
    '^$',
    '^a*b+$',
    'a|b',
    '^(a|b)+$',
    '^(?:ab)?$',
    '^a{2}b$',
    '^a{1,2}b{1,}$',
    '[a-c]b',
    '[^a]b',
    '^[.]+$',
    'a\\.b',
    '^\\w\\d?$',
    '^docker://\\d+',
    '(^x |^)docker',
    '()a',
    '[]a]',
  ])('%s finds what the expressions of JavaScript find', (source) => {
    const reading = readPattern(source);
    expect(reading.ok).toBe(true);
    // What a JavaScript expression takes `]` and `.` for is told by its flags.
    const wanted = new RegExp(source.replace('[]a]', '[\\]a]'), 's');
    for (const text of texts)
      expect([text, reading.ok && reading.pattern(text)]).toEqual([text, wanted.test(text)]);
  });

  test.each([
    ['a(b', 'ends within a group'],
    ['a)', 'closes a group that was not opened'],
    ['[a', 'ends within [ ]'],
    ['*a', 'repeats nothing with *'],
    ['a+?', 'lazy'],
    ['(?=a)', 'of a kind that is not known'],
    ['(a)\\1', 'has \\1, which is not known'],
    ['a{2', 'write \\{'],
    ['a{3,2}', 'at most less than at least'],
    ['(((a{99}){99}){99})', 'repeats too much'],
    [`${'('.repeat(60)}a${')'.repeat(60)}`, 'groups more than 50 deep'],
    ['a'.repeat(600), 'more than 500 characters'],
    ['a\\', 'ends with \\'],
    ['[b-a]', 'has no range b-a'],
  ])('%s is refused, and said why', (source, why) => {
    expect(readPattern(source)).toMatchObject({ ok: false, why: expect.stringContaining(why) });
  });

  test('that ruins others takes a long text in its stride', () => {
    const reading = readPattern('^(a+)+(a|aa)*b$');
    const startedAt = performance.now();
    expect(reading.ok && reading.pattern('a'.repeat(10_000))).toBe(false);
    // Backtracking would not end before the sun does.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

test.each([
  ['linkerd-*', 'linkerd-web', true],
  ['linkerd-*', 'my-linkerd-web', false],
  ['*', '', true],
  ['a.c', 'abc', false],
  ['*.io', 'x.io', true],
])('the name %s is %s: %s', (glob, name, fits) => {
  expect(readGlob(glob)(name)).toBe(fits);
});

describe('a path', () => {
  const object = {
    metadata: { annotations: { 'linkerd.io/inject': 'ingress', plain: 'x' } },
    spec: {
      containers: [
        { name: 'a', image: 'one', ports: [{ port: 1 }, { port: 2 }] },
        { name: 'b', image: null },
      ],
      empty: {},
    },
  };
  const at = (text: string) => {
    const reading = readPath(text);
    if (!reading.ok) throw new Error(reading.why);
    return placesAt(object, reading.path).map(({ path, value }) => [path, value]);
  };

  test.each([
    ['metadata.annotations["linkerd.io/inject"]', [['metadata.annotations["linkerd.io/inject"]', 'ingress']]],
    ["metadata.annotations['plain']", [['metadata.annotations.plain', 'x']]],
    ['metadata.annotations.linkerd\\.io/inject', [['metadata.annotations["linkerd.io/inject"]', 'ingress']]],
    ['spec.containers[*].image', [['spec.containers[0].image', 'one']]],
    ['spec.containers.image', [['spec.containers[0].image', 'one']]],
    ['spec.containers[0].name', [['spec.containers[0].name', 'a']]],
    ['spec.containers[?(@.name=="b")].name', [['spec.containers[1].name', 'b']]],
    [
      'spec.containers.ports.port',
      [
        ['spec.containers[0].ports[0].port', 1],
        ['spec.containers[0].ports[1].port', 2],
      ],
    ],
    ['spec.containers[9].name', []],
    ['spec.nothing.at.all', []],
    ['spec.containers.__proto__', []],
    ['constructor', []],
  ])('%s', (path, places) => expect(at(path)).toEqual(places));

  test.each(['', 'a..b', '.a', 'a[', 'a[x]', 'a[-1]', 'a b', 'a["x"', 'a[?(@.x)]', 'a.'.repeat(200)])(
    '%j is refused',
    (path) => expect(readPath(path).ok).toBe(false),
  );
});
