/** Drills and pitfalls belong together: no pitfall without a drill that leads into it, no drill that leads nowhere. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drillNames, findDrill } from '../../src/commands/drill/find.ts';
import { load } from '../../src/commands/library.ts';
import { detectors } from '../../src/diagnosis/detectors/all.ts';
import { pitfallsOf } from '../../src/diagnosis/pitfall.ts';
import { texts } from '../../src/rollout/json.ts';

const pitfalls = readdirSync(join(import.meta.dirname, '../../runbooks/pitfalls')).map(
  (file) => `pitfalls/${file}`,
);
const drills = await Promise.all(drillNames().map(async (name) => ({ name, ...(await findDrill(name)) })));

test('every pitfall has a drill, and every drill is for a pitfall that findings point at', async () => {
  const trained = new Set(drills.map(({ pitfall }) => pitfall.key));
  expect([...trained].sort()).toEqual(pitfalls.sort());
  for (const { pitfall } of drills) {
    const { runbooks, root } = await load(pitfall);
    const alone = { root, runbooks: { [root]: runbooks[root]! }, sources: {}, diagnostics: [], hash: '' };
    expect(pitfallsOf(alone), pitfall.key).toHaveLength(1);
  }
});

test('what a pitfall listens to is what some detector finds', async () => {
  const codes = new Set(detectors.flatMap(({ kinds }) => Object.keys(kinds)));
  for (const key of pitfalls) {
    const { runbooks, root } = await load({ folder: join(import.meta.dirname, '../../runbooks'), key });
    const listens = texts(runbooks[root]!.frontMatter.findings);
    expect(
      listens.filter((code) => !codes.has(code)),
      key,
    ).toEqual([]);
  }
});

test('a drill tells a story, gives an estimate, and does not give the cause away', async () => {
  for (const { name, runbook, pitfall } of drills) {
    expect(runbook.summary.length, name).toBeGreaterThan(1);
    expect(runbook.estimateMs, name).toBeGreaterThan(0);
    const { runbooks, root } = await load(pitfall);
    expect(runbook.title, name).not.toBe(runbooks[root]!.title);
  }
});
