import { describe, expect, test } from 'vitest';
import { reading, resultFirst, scrolled, scrollOn, wasInView } from '../../src/screens/views/reading.ts';
import { previewWords } from '../../src/screens/words/preview.ts';
import { UNICODE } from '../../src/terminal/glyphs.ts';
import { line } from '../../src/terminal/line.ts';

const rows = (count: number, name: string) =>
  Array.from({ length: count }, (_, row) => line(`${name} ${row}`));
const room = { columns: 80, glyphs: UNICODE };
const shown = (lines: readonly (readonly { readonly text: string }[])[]) =>
  lines.map((one) => one.map(({ text }) => text).join(''));

describe('a text in a window', () => {
  test('is not done with before its end was in view, and going on leads there', () => {
    const text = reading(rows(30, 'text'), { until: 30 });
    let scroll = 0;
    let pages = 1;
    for (; pages < 10; pages += 1) {
      const { view } = scrolled(text, 12, scroll, room);
      if (wasInView(view)) break;
      scroll = scrollOn(view);
    }
    expect(pages).toBe(3);
    expect(shown(scrolled(text, 12, scroll, room).lines).at(-1)).toBe('text 29');
  });

  test('a command below a long text is brought to the top', () => {
    const text = reading(rows(40, 'row'), { until: 34, to: 29 });
    const first = scrolled(text, 10, 0, room).view;
    expect(wasInView(first)).toBe(false);
    const { lines, view } = scrolled(text, 10, scrollOn(first), room);
    expect(shown(lines)[1]).toBe('row 30');
    expect(wasInView(view)).toBe(true);
  });

  test('a result stands at the top, the text is above it', () => {
    const result = resultFirst(rows(20, 'text'), rows(2, 'result'), 10);
    expect(shown(scrolled(result, 10, 0, room).lines).slice(0, 3)).toEqual([
      '↑ 21 more lines',
      'result 0',
      'result 1',
    ]);
    expect(shown(scrolled(result, 10, -20, room).lines)[0]).toBe('text 0');
  });
});

describe('a preview in words', () => {
  const diff = [
    'diff -u -N /tmp/LIVE-1/v1.Secret.a /tmp/MERGED-2/v1.Secret.a',
    '--- /tmp/LIVE-1/v1.Secret.a\t2026',
    '+++ /tmp/MERGED-2/v1.Secret.a\t2026',
    '@@ -1,3 +1,4 @@',
    ' kind: Secret',
    '--- looks like a header',
    '+++ looks like a header',
    '+b: 2',
    ' c: 3',
    '\\ No newline at end of file',
  ];

  const object = (name: string, ...changes: string[]) => [
    `--- /tmp/LIVE-1/${name}\t2026`,
    `+++ /tmp/MERGED-2/${name}\t2026`,
    `@@ -1,${changes.length} +1,${changes.length} @@`,
    ...changes.flatMap((change) => [`-${change}old`, `+${change}new`]),
  ];
  const renewed = [
    ...object('v1.Secret.linkerd.linkerd-proxy-injector-k8s-tls', '  tls.crt: ', '  tls.key: '),
    ...object(
      'admissionregistration.k8s.io.v1.MutatingWebhookConfiguration..linkerd-proxy-injector-webhook-config',
      '    caBundle: ',
    ),
    ...object('batch.v1.CronJob.linkerd.linkerd-heartbeat', '  schedule: '),
    ...object('apps.v1.Deployment.linkerd.linkerd-destination', '        checksum/config: '),
  ];
  const others = [
    object('v1.Secret.linkerd.linkerd-identity-issuer', '  tls.crt: '),
    object('apps.v1.Deployment.linkerd.linkerd-identity', '        checksum/config: ', '        image: '),
    object('v1.ConfigMap.linkerd.linkerd-config', '    caBundle: '),
    object('batch.v1.CronJob.shop.report', '  schedule: '),
  ];

  test.each([
    [renewed, '4 objects differ, by renewed certificates only'],
    [[...renewed, ...others.flat()], '8 objects differ, 4 of them by renewed certificates only'],
    ...others.map((one): [string[], string] => [
      one,
      `1 object differs, +${one.length === 5 ? '1 -1' : '2 -2'} lines`,
    ]),
    [diff, '1 object differs, +2 -1 lines'],
    [
      ['--- a', '+++ b', '@@ -1 +1 @@', '-x', '+y', '--- c', '+++ d', '@@ -0,0 +1 @@', '+z'],
      '2 files differ, +2 -1 lines',
    ],
    [[], 'nothing would change'],
    [['would prune 3'], '1 line'],
    [['one', 'two'], '2 lines'],
  ])('%#', (lines, said) => expect(previewWords(lines)).toBe(said));
});
