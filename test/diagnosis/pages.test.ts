/** Every finding has a page, every page a finding, and what is to be mended has exactly one pitfall that mends it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pitfallCatalogue } from '../../src/commands/diagnose/catalogue.ts';
import { findingKinds } from '../../src/diagnosis/kinds.ts';

const folder = resolve(import.meta.dirname, '../../docs/findings');
const pages = readdirSync(folder)
  .filter((file) => file.endsWith('.md'))
  .map((file) => file.slice(0, -'.md'.length))
  .sort();
const kinds = findingKinds();
const codes = Object.keys(kinds).sort();
const catalogue = await pitfallCatalogue();
const text = (code: string) => (pages.includes(code) ? readFileSync(join(folder, `${code}.md`), 'utf8') : '');

/** What no runbook of ours mends: a stuck rollout has the remedy of its reason, and of the others the page says what to do by hand. */
const withoutPitfall: readonly string[] = [
  'control-plane-stuck',
  'extension-stuck',
  'workload-stuck',
  'gateway-api-version',
  'job-held-by-proxy',
  'kubectl-prune-flag',
];

test('codes and pages are the same', () => {
  expect(pages).toEqual(codes);
});

describe.each(pages)('the page of %s', (code) => {
  test('has its title and its parts, and no link that leads nowhere', () => {
    const lines = text(code).split('\n');
    expect(lines[0]).toBe(`# ${code}`);
    expect(lines.find((line) => line.startsWith('**'))).toMatch(/^\*\*.+\*\*$/);
    expect(lines.filter((line) => line.startsWith('## '))).toEqual([
      '## What it means',
      '## How it is seen',
      '## What to do',
    ]);
    expect(lines.length).toBeLessThanOrEqual(60);
    for (const [, target = ''] of text(code).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target)) continue;
      expect(existsSync(resolve(dirname(join(folder, code)), target)), target).toBe(true);
    }
  });
});

test('every page says how grave its finding is', () => {
  const silent = Object.entries(kinds).filter(([code, { severity }]) => {
    const [meaning = ''] = text(code).split('## How it is seen');
    return !new RegExp(`\\b${severity}\\b`).test(meaning.split('## What it means')[1] ?? '');
  });
  expect(silent.map(([code]) => code)).toEqual([]);
});

test('a pitfall names findings that there are', () => {
  const unknown = catalogue.flatMap(({ name, findings }) =>
    findings.filter((code) => !codes.includes(code)).map((code) => `${name}: ${code}`),
  );
  expect(unknown).toEqual([]);
});

test('what is to be mended is named by one pitfall, and its page leads there', () => {
  const wrong = Object.entries(kinds)
    .filter(([code, { severity }]) => severity !== 'info' && !withoutPitfall.includes(code))
    .flatMap(([code]) => {
      const named = catalogue.filter(({ findings }) => findings.includes(code)).map(({ name }) => name);
      if (named.length !== 1) return [`${code} is named by ${named.join(' and ') || 'none'}`];
      return text(code).includes(`runbooks/${named[0]}.md`)
        ? []
        : [`the page of ${code} does not lead to ${named[0]}`];
    });
  expect(wrong).toEqual([]);
});

test('every pitfall of the catalogue has a title and a sentence for lists', () => {
  const bare = catalogue.filter(({ title, description }) => title === '' || description === '');
  expect(bare.map(({ name }) => name)).toEqual([]);
});
