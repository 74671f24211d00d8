import type { RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';
import { describe, expect, test } from 'vitest';
import { layoutMarkdown } from '../../src/screens/markdown/layout-markdown.ts';
import { ASCII } from '../../src/terminal/glyphs.ts';
import { lineText, lineWidth } from '../../src/terminal/line.ts';

function parse(source: string): readonly RootContent[] {
  return fromMarkdown(source, {
    extensions: [gfmTable()],
    mdastExtensions: [gfmTableFromMarkdown()],
  }).children;
}

function shown(source: string, width = 40): string[] {
  return layoutMarkdown(parse(source), width, { source }).map((row) => lineText(row).trimEnd());
}

describe('Markdown as lines', () => {
  test('headings and paragraphs, wrapped between words, one empty line apart', () => {
    expect(
      shown('# Update the CRDs\n\nThe control plane expects\nthe new CRD versions before it starts.'),
    ).toEqual(['Update the CRDs', '', 'The control plane expects the new CRD', 'versions before it starts.']);
  });

  test('strong, emphasis and code keep their words together and have their styles', () => {
    const [row] = layoutMarkdown(parse('Never `kubectl delete` the **linkerd** namespace, un*do*able.'), 80);
    expect(row?.map((part) => [part.style, part.text])).toEqual([
      ['plain', 'Never '],
      ['code', 'kubectl delete'],
      ['plain', ' the '],
      ['strong', 'linkerd'],
      ['plain', ' namespace, un'],
      ['emphasis', 'do'],
      ['plain', 'able.'],
    ]);
  });

  test('links tell where they lead, once', () => {
    expect(shown('See [the guide](https://linkerd.io/upgrade) or <https://linkerd.io>.', 80)).toEqual([
      'See the guide (https://linkerd.io/upgrade) or https://linkerd.io.',
    ]);
  });

  test('lists are nested, numbered from their own start, and aligned', () => {
    const source =
      '9. first, which is long enough to be wrapped\n10. second\n    - inner\n      - innermost\n';
    expect(shown(source, 30)).toEqual([
      ' 9. first, which is long',
      '    enough to be wrapped',
      '10. second',
      '    • inner',
      '      • innermost',
    ]);
  });

  test('code keeps its lines, and tabs their columns', () => {
    expect(shown('```sh show\nkubectl get pods \\\n\t-n linkerd\n```')).toEqual([
      '  kubectl get pods \\',
      '          -n linkerd',
    ]);
  });

  test('quotes and rules', () => {
    expect(shown('> Proxies keep running.\n>\n> Really.\n\n---', 24)).toEqual([
      '▏ Proxies keep running.',
      '▏',
      '▏ Really.',
      '',
      '─'.repeat(24),
    ]);
    expect(layoutMarkdown(parse('> a'), 10, { glyphs: ASCII }).map(lineText)).toEqual(['| a']);
  });

  test('tables have measured columns, and wrap inside a cell where there is no room', () => {
    const source = '| Version | Kubernetes |\n| --- | --- |\n| 2.14 | 1.21 and later |\n| 漢字 | x |\n';
    expect(shown(source, 40)).toEqual([
      'Version  Kubernetes',
      '───────  ──────────────',
      '2.14     1.21 and later',
      '漢字     x',
    ]);
    expect(shown(source, 18)).toEqual([
      'Version  Kubernete',
      '         s',
      '───────  ─────────',
      '2.14     1.21 and',
      '         later',
      '漢字     x',
    ]);
  });

  test('HTML and what is not known stand as they were written; comments do not', () => {
    const source =
      '<!-- for authors -->\n\n<details>\n<summary>More</summary>\n</details>\n\nA ![picture](a.png), a note[^1] and <b>bold</b>.';
    expect(shown(source, 80)).toEqual([
      '  <details>',
      '  <summary>More</summary>',
      '  </details>',
      '',
      'A [image: picture] (a.png), a note[^1] and <b>bold</b>.',
    ]);
    const unknown = { type: 'footnoteDefinition', identifier: '1', children: [], position: undefined };
    const [row] = layoutMarkdown([unknown as unknown as RootContent], 20);
    expect(row).toBeDefined();
  });

  test('words survive, whatever the width, and no line is wider than told', () => {
    const source =
      '# A *heading*\n\nWords with `code spans` and [links](http://example.org/long/path) and 漢字漢字漢字.\n\n- item **one**\n  > quoted\n\n| a | b |\n| - | - |\n| cell | other cell |\n';
    const words = ['heading', 'links', 'one', 'quoted', 'other'];
    for (let width = 20; width <= 60; width += 1) {
      const rows = layoutMarkdown(parse(source), width, { source });
      for (const row of rows) expect(lineWidth(row), `width ${width}`).toBeLessThanOrEqual(width);
      const all = rows.map(lineText).join(' ');
      for (const word of words) expect(all, `width ${width}`).toContain(word);
    }
  });

  test('hostile text does not reach the terminal as anything but text', () => {
    const rows = layoutMarkdown(parse('a\x1b[2Jb `c\x1b]2;owned\x07d`\n\n    e\x9b31mf'), 40);
    expect(rows.map(lineText).join('\n')).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });
});
