/** The examples of every rule's page are its tests: a bad one gives that rule and no other, a good one gives nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, test } from 'vitest';
import type { ActionSchema } from '../../src/runbook/action-schema.ts';
import { formatDiagnostic } from '../../src/runbook/diagnostics.ts';
import { loadBundle } from '../../src/runbook/load-bundle.ts';
import { rules } from '../../src/runbook/rules/catalog.ts';
import { noticeSchema } from '../../src/steps/notice/schema.ts';
import { schemas as few, reading } from './fake-schemas.ts';

/** The page about notices shows some. */
const schemas = [...few, noticeSchema as ActionSchema];

const folder = join(import.meta.dirname, '../../docs/rules');

/** The files of the page's example: `markdown bad`, and beside it `markdown bad other.md`. */
function example(page: string, kind: 'bad' | 'good'): Record<string, string> {
  const files: Record<string, string> = {};
  for (const node of fromMarkdown(page).children) {
    if (node.type !== 'code' || node.lang !== 'markdown') continue;
    const [which, more] = (node.meta ?? '').split(' ');
    if (which !== kind) continue;
    const name = more?.endsWith('.md') ? more : 'example.md';
    files[name] = more === 'escapes' ? node.value.replaceAll('\\u0000', '\0') : node.value;
  }
  return files;
}

test('every rule has a page, and every page a rule', () => {
  const pages = readdirSync(folder).map((file) => file.replace(/\.md$/, ''));
  expect(pages.sort()).toEqual(Object.keys(rules).sort());
});

describe.each(Object.entries(rules))('%s', (id, [severity]) => {
  const page = readFileSync(join(folder, `${id}.md`), 'utf8');

  test('finds the bad example, and nothing else in it', async () => {
    const files = example(page, 'bad');
    const { diagnostics } = await loadBundle('example.md', reading(files), schemas);
    expect(diagnostics.map(({ rule }) => rule)).not.toEqual([]);
    for (const diagnostic of diagnostics) {
      expect(diagnostic.rule, formatDiagnostic(diagnostic, files[diagnostic.place.file])).toBe(id);
      expect(diagnostic.severity).toBe(severity);
    }
  });

  test('is content with the good example, and so is every other rule', async () => {
    const files = example(page, 'good');
    expect(Object.keys(files)).toContain('example.md');
    const { diagnostics, runbooks } = await loadBundle('example.md', reading(files), schemas);
    expect(diagnostics.map((found) => formatDiagnostic(found, files[found.place.file]))).toEqual([]);
    expect(runbooks['example.md']?.steps.length).toBeGreaterThan(0);
  });

  test('says on its page how bad it is', () => {
    expect(page.startsWith(`# ${id}\n`)).toBe(true);
    expect(page).toContain(severity === 'error' ? 'this is an error' : 'this is a warning');
  });
});
