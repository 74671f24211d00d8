/** Links between the documents lead somewhere: the file is there, and the heading in it. */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { slugger } from '../../src/runbook/slug.ts';

const documents = [
  'README.md',
  ...(await readdir('docs', { recursive: true }))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The lines of a document that are not in a fence. */
function prose(file: string): readonly string[] {
  let fence = false;
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => {
      if (/^\s*(```|~~~)/.test(line)) fence = !fence;
      return !fence;
    });
}

function anchors(file: string): ReadonlySet<string> {
  const slug = slugger();
  return new Set(
    prose(file).flatMap((line) => {
      const heading = /^#+ (.*)$/.exec(line);
      return heading ? [slug(heading[1]!.replaceAll('`', ''))] : [];
    }),
  );
}

const links = (file: string): readonly string[] => {
  const text = prose(file)
    .join('\n')
    .replace(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, href]) => href!)
    .filter((href) => !/^[a-z]+:/.test(href));
};

function broken(file: string, href: string): boolean {
  const [path, anchor] = href.split('#') as [string, string?];
  const target = path === '' ? file : normalize(join(dirname(file), path));
  try {
    return anchor === undefined ? readFileSync(target).length === 0 : !anchors(target).has(anchor);
  } catch (error) {
    // A folder may be linked, too.
    return (error as NodeJS.ErrnoException).code !== 'EISDIR';
  }
}

test.each(documents)('%s has no link that leads nowhere', (file) => {
  expect(links(file).filter((href) => broken(file, href))).toEqual([]);
});

test('every paragraph of the documents that this began with has its place, and no cell of the table is empty', () => {
  const rows = prose('docs/coverage.md').filter((line) => line.startsWith('|') && !line.startsWith('|---'));
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(cells.filter((row) => row.length !== 4 || row.includes(''))).toEqual([]);
  expect(cells.filter(([says, , where]) => says !== 'it says' && !/\]\([^)]+\)/.test(where!))).toEqual([]);
  expect(rows.length).toBeGreaterThan(120);
});
