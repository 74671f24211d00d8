import { describe, expect, test } from 'vitest';
import { act, bundle, runbook, shell, trial } from './build.ts';

const simple = (actions: Parameters<typeof runbook>[1]) => bundle(runbook('main.md', actions));

describe('a walk by hand', () => {
  test('looks by itself, shows the output, asks before a change, verifies it, and ends', async () => {
    const of = simple([
      { id: 'look', actions: [shell('kubectl get pods', 'look')] },
      { id: 'apply', actions: [shell('kubectl apply', 'change', { preview: 'kubectl diff', verify: 'kubectl wait' })] },
    ]);
    const t = await trial({ bundle: of });
    expect(await t.question()).toMatchObject({ type: 'continue', at: { action: 'look/1' } });
    expect(t.ran()).toEqual(['kubectl get pods']);
    expect(await t.say({ type: 'continue' })).toMatchObject({ type: 'run', purpose: 'change', mustType: undefined });
    expect(t.ran()).toEqual(['kubectl get pods', 'kubectl diff']);
    expect(t.cluster.checks).toBe(0);
    expect(await t.say({ type: 'run' })).toMatchObject({ type: 'continue', at: { action: 'apply/1' } });
    expect(t.cluster.checks).toBe(1);
    expect(t.ran().slice(2)).toEqual(['kubectl apply', 'kubectl wait']);
    await t.say({ type: 'continue' });
    expect(await t.walk.finished).toEqual({ type: 'completed' });
    expect(t.journal.entries.at(-1)?.event).toEqual({ type: 'session-ended', outcome: 'completed' });
  });

  test('a preview that fails is shown and does not block the change', async () => {
    const of = simple([{ id: 'a', actions: [shell('change', 'change', { preview: 'preview' })] }]);
    const t = await trial({ bundle: of, behaviour: { preview: () => 2 } });
    expect(await t.question()).toMatchObject({ type: 'run', purpose: 'change' });
    expect(Object.values(t.walk.store.getState().session.runs)[0]).toMatchObject({
      purpose: 'preview',
      ending: { type: 'exited', code: 2, ok: false },
    });
  });
});
