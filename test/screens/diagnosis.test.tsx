/** The diagnosis on screen: beside the failure, over the whole screen, and what keys make of it. */
import { expect, test } from 'vitest';
import type { PlacedFinding } from '../../src/diagnosis/finding.ts';
import type { DiagnosisRecord } from '../../src/diagnosis/record.ts';
import type { RunbookBundle } from '../../src/runbook/model.ts';
import { offered } from '../../src/state/offered.ts';
import type { Question } from '../../src/state/question.ts';
import type { WalkState } from '../../src/state/walk.ts';
import { type Driven, type DriveOptions, drive } from './drive.tsx';
import { bundle, pitfall } from './fake-runbook.ts';
import { fakeServices } from './fake-services.ts';
import { actionState, fakeWalk, run, session, stepState, withRun } from './fake-walk.ts';
import { kinds, many, walkOf, withAction, works } from './panel-scenes.ts';
import { here } from './scenes.ts';

const finding = (code: string, more: Partial<PlacedFinding> = {}): PlacedFinding => ({
  code,
  severity: 'blocker',
  certainty: 'confirmed',
  layer: 'cluster',
  title: 'servers.policy.linkerd.io lacks v1beta3',
  explanation: 'The policy controller of stable-2.14.10 reads Servers in v1beta3.',
  subjects: [{ kind: 'CustomResourceDefinition', name: 'servers.policy.linkerd.io' }],
  subjectCount: 1,
  evidence: [
    {
      kind: 'field',
      ref: 'CustomResourceDefinition servers.policy.linkerd.io',
      path: 'spec.versions[*].name',
      value: 'v1alpha1 v1beta1',
      expected: 'v1beta3',
    },
  ],
  causes: ['The step that updates the definitions was left out.'],
  remedy: { text: 'Apply the definitions of the release.', risk: 'change', verify: 'linkerd check --crds' },
  fingerprint: `print-${code}`,
  ...more,
});

const record = (findings: readonly PlacedFinding[]): DiagnosisRecord => ({
  findings,
  more: 0,
  suppressed: 0,
  notChecked: [
    {
      part: 'secrets',
      why: 'denied',
      message: 'You may not list secrets in linkerd.',
      codes: ['issuer-expired'],
    },
  ],
  checked: 41,
  tookMs: 1_230,
});

/** The runbook of the tests, and a catalogue beside it. */
const catalogue = (): RunbookBundle => {
  const all = bundle();
  const page = (file: string, title: string, findings: readonly string[]) => ({
    ...pitfall,
    file,
    title,
    frontMatter: { findings },
  });
  return {
    ...all,
    runbooks: {
      ...all.runbooks,
      'crd-mismatch.md': page('crd-mismatch.md', 'The CRDs do not match the control plane', ['crd-missing']),
      'pitfalls/injector.md': page('pitfalls/injector.md', 'The injector is down', ['injector-down']),
    },
  };
};

type Failure = Extract<Question, { type: 'failure' }>;

function failed(findings: readonly PlacedFinding[] | undefined, more: Partial<Failure> = {}) {
  const all = catalogue();
  const bad = run(here, 'linkerd upgrade', {
    ending: { type: 'exited', code: 1, ok: false },
    durationMs: 7_000,
  });
  const begun = withRun(session(all, here.step), bad);
  const diagnosed =
    findings === undefined
      ? undefined
      : ({ occasion: 'failure', diagnosis: record(findings), time: '2026-03-01T02:11:00.000Z' } as const);
  const action = { ...actionState([bad.run]), diagnosed };
  const top = begun.stack[0]!;
  const now = {
    ...begun,
    stack: [
      { ...top, steps: { ...top.steps, [here.step]: stepState('current', { [here.action]: action }) } },
    ],
  };
  const question: Failure = {
    type: 'failure',
    at: here,
    run: bad,
    detail: 'The command ended with exit code 1 after 0:07.',
    branches: offered(
      { session: now, bundle: all },
      all.runbooks[all.root]!.steps[0]!.branches,
      findings ?? [],
    ),
    canVerify: true,
    canUndo: false,
    ...more,
  };
  const state: Partial<WalkState> = { session: now, question };
  const walk = fakeWalk({ bundle: all, state });
  walk.outputs.set(bad.run, ['error: no objects passed to apply']);
  return { walk, state };
}

const shown = async (
  { walk }: ReturnType<typeof failed>,
  look: (driven: Driven) => Promise<void> | void,
  options: Partial<DriveOptions> = {},
) => {
  const driven = await drive({ ...options, at: { type: 'walk', walk } });
  try {
    await look(driven);
  } finally {
    await driven.unmount();
  }
};

test('the likeliest pitfall is selected with what points at it, and Enter opens it', async () => {
  const scene = failed([finding('crd-missing')]);
  await shown(scene, async ({ text, press }) => {
    expect(text()).toContain('Likely');
    expect(text()).toMatch(/▸ The CRDs do not match the control plane/);
    expect(text()).toContain('servers.policy.linkerd.io lacks v1beta3');
    await press('Enter');
    expect(scene.walk.sent).toEqual([{ type: 'branch', href: 'crd-mismatch.md' }]);
  });
});

test('while it is looked for the cause that is said, and nothing is missing from the screen', async () => {
  const scene = failed(undefined);
  const { walk } = scene;
  walk.set({ ...scene.state, live: { diagnosing: { at: here, startedAt: 0 } } });
  await shown(scene, ({ text }) => {
    expect(text()).toContain('Looking for the cause');
    expect(text()).toContain('error: no objects passed to apply');
    expect(text()).toContain('The runbook knows these causes');
  });
});

test('what was selected stays selected when the findings come in above it', async () => {
  const scene = failed(undefined);
  await shown(scene, async ({ text, press, waitFor }) => {
    await press('Down');
    await waitFor('▸ The upgrade was interrupted');
    const after = failed([finding('injector-down', { title: 'no pod of the injector is ready' })]);
    scene.walk.set(after.state);
    await waitFor('The injector is down');
    expect(text()).toMatch(/▸ The upgrade was interrupted/);
  });
});

test('a pitfall is left before its end: the key is offered in one and not outside of one', async () => {
  const scene = failed([finding('crd-missing')]);
  const { session: outside } = scene.state;
  const top = outside!.stack[0]!;
  const frame = { ...top, id: 1, file: 'crd-mismatch.md', from: { frame: 0, step: here.step } };
  await shown(scene, async ({ text, press, waitFor }) => {
    await press('q');
    await waitFor('Leave?');
    expect(text()).not.toContain('back to the step');
    await press('b');
    expect(scene.walk.sent).toEqual([]);
    scene.walk.set({ ...scene.state, session: { ...outside!, stack: [top, frame] } });
    await waitFor('b back to the step that led here');
    await press('b');
    expect(scene.walk.sent).toEqual([{ type: 'leave-branch' }]);
  });
});

test('on a terminal too small for any of it no key decides anything', async () => {
  const scene = failed([finding('crd-missing')]);
  await shown(
    scene,
    async ({ press, waitFor }) => {
      await waitFor('Handrail needs 80');
      for (const key of ['Enter', 'f', 'Enter', 'r', 'q', 'p']) await press(key);
      expect(scene.walk.sent).toEqual([]);
    },
    { cols: 60, rows: 20 },
  );
});

test('back from a pitfall, verify and retry come first', async () => {
  const scene = failed([finding('crd-missing')], { returnedFrom: 'The CRDs do not match the control plane' });
  await shown(scene, async ({ text, press }) => {
    expect(text()).toMatch(/▸ Verify whether it is done now/);
    expect(text()).toContain('Retry this step');
    await press('Down');
    await press('Enter');
    expect(scene.walk.sent).toEqual([{ type: 'retry' }]);
  });
});

test('whatever is selected after a failure is in view at 80x24 and at 120x40', async () => {
  for (const [cols, rows] of [
    [80, 24],
    [120, 40],
  ] as const) {
    const scene = failed([finding('crd-missing'), finding('injector-down')], {
      returnedFrom: 'The CRDs do not match the control plane',
    });
    await shown(
      scene,
      async ({ press, waitFor }) => {
        for (const title of [
          'Verify whether',
          'Retry this',
          'The',
          'The',
          'The upgrade was',
          'All findings',
        ]) {
          await waitFor(`▸ ${title}`);
          await press('Down');
        }
      },
      { cols, rows },
    );
  }
});

test.each([
  [80, 24],
  [120, 40],
])(
  'f shows every finding with its proof, what was not looked at, and the whole catalogue (%ix%i)',
  async (cols, rows) => {
    const scene = failed([
      finding('crd-missing'),
      finding('something-else', { title: 'a thing of its own' }),
    ]);
    await shown(
      scene,
      async ({ text, press, waitFor }) => {
        await press('f');
        await waitFor('Pitfalls that this points at');
        expect(text()).toContain('a thing of its own');
        expect(text()).toContain('spec.versions[*].name: v1alpha1 v1beta1');
        await press('End');
        await waitFor('The injector is down');
        expect(text()).toContain('secrets: You may not list secrets in linkerd.');
        await press('Enter');
        expect(scene.walk.sent).toEqual([{ type: 'branch', href: 'pitfalls/injector.md' }]);
      },
      { cols, rows },
    );
  },
);

test('a finding is put aside as known with a reason, and it is looked again', async () => {
  const scene = failed([finding('crd-missing')]);
  const wishes: unknown[] = [];
  const services = fakeServices({
    overrides: {
      suppress: async ({ finding: { code }, reason, days }) => {
        wishes.push({ code, reason, days });
        return '2026-03-31';
      },
    },
  });
  await shown(
    scene,
    async ({ press, type, waitFor }) => {
      await press('f');
      await press('Down');
      await press('x');
      await type('30d until OPS-1 is done');
      await press('Enter');
      await waitFor('put aside until 2026-03-31');
      expect(wishes).toEqual([{ code: 'crd-missing', reason: 'until OPS-1 is done', days: 30 }]);
      expect(scene.walk.sent).toEqual([{ type: 'diagnose' }]);
    },
    { services },
  );
});

test('without a reason nothing is put aside, and Esc leaves all as it was', async () => {
  const scene = failed([finding('crd-missing')]);
  await shown(scene, async ({ press, waitFor, text }) => {
    await press('f');
    await press('x');
    await waitFor('Select a finding first');
    await press('Down');
    await waitFor('▸   ');
    await press('x');
    await waitFor('Why may it');
    await press('Enter');
    await waitFor('Say why it may be put aside');
    await press('Esc');
    await press('Esc');
    await waitFor('This step failed. What now?');
    expect(text()).toMatch(/▸ The CRDs do not match/);
    expect(scene.walk.sent).toEqual([]);
  });
});

test('nothing found is no all-clear where not all could be looked at', async () => {
  const scene = failed([]);
  await shown(scene, async ({ text, press, waitFor }) => {
    expect(text()).toContain('Not all could be looked at (f). The runbook names');
    await press('f');
    await waitFor('Nothing found at');
    expect(text()).toContain('41 kinds looked for in 1.2 s, 1 not');
  });
});

test('while an action works nothing has to be found first: f opens the findings and has it looked', async () => {
  const names = many(3);
  const walk = walkOf({ names, live: works(names) });
  const driven = await drive({ kinds, at: { type: 'walk', walk } });
  try {
    await driven.press('f');
    await driven.waitFor('The cluster was not looked at yet');
    expect(walk.sent).toEqual([{ type: 'diagnose' }]);
  } finally {
    await driven.unmount();
  }
});

test('what is found while a step is still under way is told beside it', async () => {
  const names = many(3);
  const diagnosed = {
    occasion: 'watch',
    diagnosis: record([finding('injector-down', { title: 'no pod of the injector is ready' })]),
    time: '2026-03-01T02:11:00.000Z',
  } as const;
  const walk = walkOf({ names, live: works(names) });
  const driven = await drive({ kinds, at: { type: 'walk', walk } });
  try {
    expect(driven.text()).not.toContain('no pod of the injector');
    const plan = { plan: { names }, text: 'Restart them.', excluded: [] };
    walk.set({ session: withAction(walk.store.getState().bundle, { plan, diagnosed }) });
    await driven.waitFor('no pod of the injector is ready (f shows it)');
    expect(driven.text()).toContain('deploy-0');
    await driven.press('f');
    await driven.waitFor('injector-down');
  } finally {
    await driven.unmount();
  }
});
