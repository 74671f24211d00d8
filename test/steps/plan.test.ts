import { describe, expect, test, vi } from 'vitest';
import type { PathFacts } from '../../src/linkerd/path/model.ts';
import { planPath } from '../../src/linkerd/path/plan-path.ts';
import { planPanel } from '../../src/steps/plan/panel.ts';
import { type Path, pathText, planLines } from '../../src/steps/plan/words.ts';
import { lineText } from '../../src/terminal/line.ts';
import { act, bundle, runbook, trial } from '../state/build.ts';

function path(from: string, to: string, facts: PathFacts = {}): Path {
  const made = planPath(from, to, facts);
  if (made.type !== 'path') throw new Error(made.type);
  return made;
}

describe('a plan in words', () => {
  test('names the stops, and each hop with its Kubernetes', () => {
    const way = path('stable-2.12.6', 'edge-24.2.4');
    expect(pathText(way)).toMatch(
      /^3 hops, about \S+ in all: 2\.12\.6 to 2\.13\.7 to 2\.14\.10 to edge-24\.2\.4$/,
    );
    expect(
      planLines(way)
        .filter(({ hop }) => hop)
        .map(({ text }) => text),
    ).toEqual([
      expect.stringMatching(/^Hop 1 of 3: 2\.12\.6 to 2\.13\.7, about \S+, on Kubernetes 1\.21-1\.24$/),
      expect.stringMatching(/^Hop 2 of 3: 2\.13\.7 to 2\.14\.10, about \S+, on Kubernetes 1\.21-1\.28$/),
      expect.stringMatching(/^Hop 3 of 3: 2\.14\.10 to edge-24\.2\.4, about \S+, on Kubernetes 1\.22-1\.28$/),
    ]);
  });

  test('says what several hops demand once, at the first of them', () => {
    const texts = planLines(path('stable-2.9.5', 'stable-2.14.10')).map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('says where Kubernetes has to be upgraded on the way', () => {
    const texts = planLines(path('edge-25.4.4', 'edge-26.6.3', { kubernetes: 'v1.29.2' })).map(
      ({ text }) => text,
    );
    const second = texts.findIndex((text) => text.startsWith('Hop 2 of 2'));
    expect(texts[second + 1]).toContain('must be: Upgrade Kubernetes to 1.31');
  });
});

describe('the kind plan', () => {
  const of = (spec: object) => bundle(runbook('main.md', [{ id: 'plan', actions: [act('plan', spec)] }]));
  const ended = async (spec: object) => {
    const t = await trial({
      bundle: of(spec),
      cluster: undefined,
      options: { kubeconfigFile: undefined } as object,
    });
    const question = await vi.waitFor(async () => {
      const asked = await t.question();
      expect(asked).toBeDefined();
      return asked;
    }, 20_000);
    return { t, question, action: t.walk.store.getState().session.stack[0]!.steps.plan!.actions['plan/1']! };
  };

  test('writes down the hops, and what cannot be seen makes demands conditional', async () => {
    const { t, question, action } = await ended({ from: 'stable-2.12.6', to: 'stable-2.14.10' });
    expect(question).toMatchObject({
      type: 'continue',
      remark: expect.stringMatching(/^2 hops, about .*2\.14\.10\.$/),
    });
    const notes = action.notes.map(({ text }) => text);
    expect(notes.some((text) => text.startsWith('Hop 2 of 2: 2.13.7 to 2.14.10'))).toBe(true);
    const view = planPanel({
      walk: t.walk.store.getState(),
      at: { frame: 0, step: 'plan', action: 'plan/1' },
      ui: { selected: undefined, toggled: [], excluded: [] },
      now: 0,
      width: 60,
      height: 20,
      glyphs: {} as never,
    })!;
    const rows = view.rows.map(({ line }) => lineText(line));
    expect(rows.some((row) => row.startsWith('Hop 1 of 2: 2.12.6 to 2.13.7'))).toBe(true);
    expect(rows.every((row) => row.length <= 60)).toBe(true);
  });

  test('fails with the reason where there is no way', async () => {
    const { question } = await ended({ from: 'edge-25.4.4', to: 'stable-2.14.10' });
    expect(question).toMatchObject({ type: 'failure', detail: expect.stringContaining('older') });
  });

  test('has nothing to say where the target runs', async () => {
    const { question } = await ended({ from: 'stable-2.14.10', to: 'stable-2.14.10' });
    expect(question).toMatchObject({ type: 'continue', remark: 'stable-2.14.10 runs already.' });
  });

  test('names the parameter that has no value', async () => {
    const { question } = await ended({ from: '$START', to: 'stable-2.14.10' });
    expect(question).toMatchObject({ type: 'failure', detail: 'The parameter START has no value.' });
  });
});
