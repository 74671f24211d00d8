/** What every file of notices must have, and the fixed names by which notices are known. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bundledNotices, noticeBundle, noticesFolder } from './notices.ts';

const lines = Array.from({ length: 14 }, (_, index) => `2.${index + 7}`);

it('there is a file for every line from 2.7 to 2.20, and no other', () => {
  expect(readdirSync(noticesFolder).sort()).toEqual(lines.map((line) => `${line}.md`).sort());
});

describe.each(lines)('notices/%s.md', (line) => {
  it('has nothing that the linter finds', async () => {
    const bundle = await noticeBundle(line);
    const found = bundle.diagnostics.map(
      ({ rule, message, place }) => `${place.file}:${place.line}:${place.column} ${rule} ${message}`,
    );
    expect(found).toEqual([]);
  });

  it('has a title, a description, and says which line it is of', async () => {
    const runbook = (await noticeBundle(line)).runbooks[`notices/${line}.md`];
    expect(runbook?.frontMatter).toMatchObject({
      runbook: 1,
      notices: line,
      title: `What changes in Linkerd ${line}`,
    });
    expect(runbook?.frontMatter.description).toMatch(/\.$/);
  });

  it('tells every notice in prose of its own, under an id of this line', async () => {
    const told = (await bundledNotices()).filter((notice) => notice.line === line);
    expect(told.length).toBeGreaterThan(1);
    for (const { id, text } of told) {
      expect(id.startsWith(`${line}-`) || id.startsWith(`${line}.`)).toBe(true);
      expect({ id, words: text.split(' ').length > 8, ends: text.endsWith('.') }).toEqual({
        id,
        words: true,
        ends: true,
      });
      // Two or three lines: who reads it has a cluster to upgrade.
      expect({ id, short: text.length <= 620 }).toEqual({ id, short: true });
      // Where the walk and the plan tell it, its prose stands alone, without the blocks of its page.
      expect({ id, points: /\bbelow\b/.exec(text)?.[0] }).toEqual({ id });
    }
  });

  it('has one notice under each heading', async () => {
    const runbook = (await noticeBundle(line)).runbooks[`notices/${line}.md`];
    for (const { title, actions } of runbook?.steps ?? []) {
      const kinds = actions.map((action) => ('spec' in action ? action.kind : 'show'));
      expect({ title, notices: kinds.filter((kind) => kind === 'notice').length }).toEqual({
        title,
        notices: 1,
      });
    }
  });
});

it('no id is told twice', async () => {
  const ids = (
    await Promise.all(
      lines.map(async (line) => {
        const runbook = (await noticeBundle(line)).runbooks[`notices/${line}.md`];
        return (runbook?.steps ?? []).flatMap(({ actions }) =>
          actions.flatMap((action) => ('spec' in action ? [(action.spec as { id: string }).id] : [])),
        );
      }),
    )
  ).flat();
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

it('what is found out by itself has a way to be found', async () => {
  const wrong = (await bundledNotices()).filter(
    ({ find, certainty }) => find.length === 0 && certainty === 'suspect',
  );
  expect(wrong.map(({ id }) => id)).toEqual([]);
});
