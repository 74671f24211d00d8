/** What the panel of a restart shows: text, as an operator reads it, at the sizes that there are. */
import { describe, expect, test } from 'vitest';
import type { RestartPlan } from '../../src/data-plane/restart-plan.ts';
import { foldNotes } from '../../src/data-plane/restart-state.ts';
import type { WalkState } from '../../src/state/walk.ts';
import type { PanelUi, PanelView } from '../../src/steps/panel.ts';
import { restartKind } from '../../src/steps/restart/kind.ts';
import { restartPanel } from '../../src/steps/restart/panel.ts';
import { estimateMs } from '../../src/steps/restart/panel-words.ts';
import { ASCII, UNICODE } from '../../src/terminal/glyphs.ts';
import { lineText, lineWidth } from '../../src/terminal/line.ts';
import { type Journal, type Program, planFor, spec, start, until } from './program.ts';
import { World } from './world.ts';

const at = { frame: 0, step: 'a', action: 'a/1' };
const begun = Date.parse('2026-11-21T02:00:00.000Z');

interface Shown {
  readonly plan: RestartPlan;
  readonly journal?: Journal;
  readonly program?: Program;
  readonly now?: number;
  readonly excluded?: readonly string[];
  /** RFC 3339. */
  readonly endedAt?: string;
}

function draw(
  { plan, journal, program, now = begun, excluded = [], endedAt }: Shown,
  { width = 53, height = 18, ui = {} as Partial<PanelUi>, glyphs = UNICODE } = {},
): { readonly view: PanelView; readonly text: string } {
  const action = {
    plan: { plan, text: '', excluded },
    notes: journal?.notes ?? [],
    startedAt: journal && '2026-11-21T02:00:00.000Z',
    ended: program?.ended && { ...program.ended, ...(endedAt === undefined ? {} : { time: endedAt }) },
  };
  const progress = program?.progress();
  const walk = {
    session: { stack: [{ id: 0, file: 'main.md', steps: { a: { actions: { 'a/1': action } } } }] },
    bundle: {
      runbooks: {
        'main.md': { steps: [{ id: 'a', actions: [{ id: 'a/1', spec: { gate: 'linkerd check' } }] }] },
      },
    },
    live: progress === undefined ? {} : { progress: { at, value: progress } },
  } as unknown as WalkState;
  const all: PanelUi = { selected: undefined, toggled: [], excluded: [], ...ui };
  const view = restartPanel({ walk, at, ui: all, now, width, height, glyphs })!;
  const lines = [...view.top, ...view.rows.map(({ line }) => line), ...view.bottom];
  for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(width);
  return { view, text: lines.map((line) => lineText(line).trimEnd()).join('\n') };
}

function cluster(): World {
  const world = new World();
  world.addDeployment('shop', 'web', 3);
  world.addDeployment('shop', 'a-very-long-name-of-a-deployment-in-the-shop', 4);
  world.addDeployment('billing', 'invoices', 1);
  world.addDeployment('billing', 'mail', 2);
  return world;
}

/** A restart under way: the world, what was noted, and what is shown now. */
function under(options: { readonly gate?: string; readonly soak?: string; readonly patience?: string } = {}) {
  const world = cluster();
  const journal: Journal = { notes: [] };
  const plan = planFor(world, { atOnce: 2, size: 2 });
  const program = start(world, journal, { plan, spec: spec(options) });
  return { world, journal, plan, program, shown: () => ({ plan, journal, program, now: world.clock.now() }) };
}

test('the question says what is done, and which command it runs between the waves', () => {
  const asked = spec({ gate: 'linkerd check\n', soak: '2m', waves: { canary: 0, atOnce: 3 } });
  expect(restartKind.describe(asked, {})).toBe(
    'Restart workloads in all namespaces whose proxies are out of date: at most 3 at once, with 2m between the waves. Gate: linkerd check',
  );
});

test('parameters are told by their values', () => {
  const asked = spec({ namespace: '$FIRST', all: undefined, only: 'meshed' });
  const values = { FIRST: 'billing' };
  expect(restartKind.describe(asked, values)).toMatch(/^Restart workloads in billing that have proxies: /);
  expect(restartKind.describe(asked, {})).toContain(' in $FIRST ');
});

describe('the plan', () => {
  const remark = {
    level: 'warning',
    code: 'NO_DISRUPTION',
    short: 'budget used up',
    text: 'PodDisruptionBudget web allows no disruption now.',
  } as const;
  const base = planFor(cluster());
  const plan: RestartPlan = {
    ...base,
    workloads: base.workloads.map((one) => (one.name === 'web' ? { ...one, remarks: [remark] } : one)),
    left: [
      {
        kind: 'CronJob',
        namespace: 'shop',
        name: 'night',
        pods: 1,
        version: 'stable-2.13.7',
        code: 'CRON_JOB',
        why: 'Its next run gets the new proxy.',
        role: 'data-plane',
      },
    ],
    upToDate: 2,
    unseen: [
      'poddisruptionbudgets of all namespaces: needs the permission to list poddisruptionbudgets.policy',
    ],
  };

  test('waves with boxes, what to know beside a row, what is left and what was not seen', () => {
    expect(draw({ plan }).text).toBe(
      `Restart 4 workloads, 10 pods
2.13.7 to 2.14.10; 2 waves, at most 2 at once
Gate: linkerd check
Wave 1, the canary
[x] billing/invoices              1 pod
Wave 2
[x] billing/mail                 2 pods
[x] shop/web                     3 pods  ▲ budget us…
[x] shop/a-very-long-name-of-a…  4 pods

Left as they are
↷ CronJob shop/night  Its next run gets the new prox…

2 workloads up to date
▲ Not seen: poddisruptionbudgets of all namespaces: …`,
    );
  });

  test('a row that is left out counts no more, and the selected one is explained', () => {
    const ui = { selected: 'Deployment/shop/web', excluded: ['Deployment/billing/mail'] };
    const { view, text } = draw({ plan }, { ui });
    expect(text).toContain('Restart 3 workloads, 8 pods, 1 left out');
    expect(text).toContain('[ ] billing/mail');
    expect(view.bottom.map(lineText)).toEqual(['▲ PodDisruptionBudget web allows no disruption now.']);
    expect(view.rows.filter(({ optional }) => optional).map(({ id }) => id)).toEqual(
      [
        'billing/invoices',
        'billing/mail',
        'shop/web',
        'shop/a-very-long-name-of-a-deployment-in-the-shop',
      ].map((name) => `Deployment/${name}`),
    );
  });

  test('where the canary is left out another one is it, as it will be', () => {
    const ui = { excluded: ['Deployment/billing/invoices', 'Deployment/shop/web'] };
    expect(draw({ plan }, { ui }).text).toContain(
      `Restart 2 workloads, 6 pods, 2 left out
2.13.7 to 2.14.10; 2 waves, at most 2 at once
Gate: linkerd check
Wave 1, the canary
[ ] billing/invoices              1 pod
[x] billing/mail                 2 pods
Wave 2
[ ] shop/web                     3 pods
[x] shop/a-very-long-name-of-a…  4 pods`,
    );
  });
});

describe('the restart', () => {
  test('the whole and each: done, restarting, waiting', async () => {
    const { world, shown } = under();
    await until(world, () => world.began.length > 1);
    await world.clock.pass(1_000);
    expect(draw(shown()).text).toBe(
      `1 of 4 workloads, wave 2 of 3                    0:04
███████░░░░░░░░░░░░░░░░░░░░░░
Wave 1, the canary  over
✔ billing/invoices           done 0:03
Wave 2  0 of 2
◌ billing/mail               restarting 0 of 2  0:01
◌ shop/web                   restarting 0 of 3  0:01
Wave 3
· shop/a-very-long-name-of…  waiting, 4 pods
Waits for billing/mail`,
    );
  });

  test('in ASCII, and wide', async () => {
    const { world, shown } = under();
    await until(world, () => world.began.length > 1);
    const { text } = draw(shown(), { width: 84, height: 34, glyphs: ASCII });
    expect(text).toMatch(/^\+ billing\/invoices +done 0:03$/m);
    expect(text).toMatch(/^\. shop\/a-very-long-name-of-a-deployment-in-the-shop +waiting, 4 pods$/m);
    expect(text).not.toMatch(/[^\x20-\x7e\n]/);
  });

  test('why nothing more begins, and how long something has taken', async () => {
    const { world, journal, program, shown } = under({ patience: '30s' });
    world.behaviour.set('billing/mail', 'image-missing');
    await until(world, () => program.progress()?.workloads['Deployment/billing/mail']?.stuck === true);
    await until(world, () => world.rolling.size === 1);
    await world.clock.pass(2_000);
    const stuck = draw(shown()).text;
    expect(stuck).toMatch(
      /^▲ billing\/mail +restarting 0 of 2 {2}0:0\d\n {4}image pull back-off, app:1: not found/m,
    );
    expect(stuck).toMatch(/▲ Nothing more begins: billing\/mail is stuck: image/);
    expect(stuck).not.toContain('left');
    await until(world, () => program.ended !== undefined);
    const failed = draw({ ...shown(), journal }).text;
    expect(failed).toMatch(/^✖ billing\/mail +failed after 0:3\d$/m);
    expect(failed).toMatch(/ {2}1 failed$/m);
  });

  test('the cluster is away, it is held, it soaks, it ends after this wave', async () => {
    const { world, program, shown } = under({ soak: '2m' });
    await until(world, () => world.rolling.size > 0);
    program.steer({ word: 'hold' });
    world.down = true;
    await world.clock.pass(45_000);
    const away = draw(shown()).text;
    expect(away).toContain('▲ The cluster has not been seen for 45s');
    expect(away).toContain('▲ Held by the operator');
    world.down = false;
    program.steer({ word: 'go-on' });
    program.steer({ word: 'stop-after' });
    await until(
      world,
      () => program.progress()?.doing.type === 'waiting' && draw(shown()).text.includes('Soaks'),
    );
    const soaks = draw(shown()).text;
    expect(soaks).toMatch(/Wave 1, the canary {2}soaks/);
    expect(soaks).toMatch(/Soaks: (?:1:\d\d|2:00) left of this wave\./);
    expect(soaks).toContain('▲ Ends after wave 1, as the operator wishes.');
  });

  test('waves that are over fold into one row, which opens', async () => {
    const { world, program, shown } = under();
    program.steer({ word: 'skip', subject: 'Deployment/billing/mail' });
    await until(world, () => world.began.length === 3);
    const folded = draw(shown());
    expect(folded.text).toMatch(/^✔ 2 waves over, 3 workloads\nWave 3/m);
    expect(folded.text).toContain('1 skipped');
    const row = folded.view.rows.find(({ opens }) => opens);
    const open = draw(shown(), { ui: { toggled: [row!.id!] } }).text;
    expect(open).toMatch(/^↷ billing\/mail +skipped by the operator…$/m);
  });

  test('when all is over every wave is shown again', async () => {
    const { world, program, shown } = under();
    await until(world, () => program.ended !== undefined);
    expect(draw(shown()).text).toBe(
      `4 of 4 workloads                                 0:09
█████████████████████████████
Wave 1, the canary  over
✔ billing/invoices           done 0:03
Wave 2  over
✔ billing/mail               done 0:03
✔ shop/web                   done 0:03
Wave 3  over
✔ shop/a-very-long-name-of…  done 0:03`,
    );
  });

  test('when it was ended its clocks stand at that moment, however long ago the last note was', async () => {
    const { world, journal, plan } = under();
    await until(world, () => world.began.length > 1);
    const ended = { ok: false, detail: 'Ended by the operator.' };
    const program = { ended, progress: () => undefined } as unknown as Program;
    const endedAt = new Date(world.clock.now() + 60_000).toISOString();
    const { text } = draw({ plan, journal, program, endedAt, now: world.clock.now() + 3_600_000 });
    expect(text).toMatch(/^◌ billing\/mail +restarting {2}1:00$/m);
  });

  test('what takes far longer than those before it has no estimate', () => {
    const workloads = planFor(cluster()).workloads.slice(0, 3);
    const note = (time: number, data: unknown) => ({ time: new Date(time).toISOString(), data });
    const [one, two, three] = workloads.map(({ id }) => id);
    const state = foldNotes([
      note(0, { type: 'restarting', id: one, stamp: 's' }),
      note(10_000, { type: 'done', id: one }),
      note(10_000, { type: 'restarting', id: two, stamp: 's' }),
      note(20_000, { type: 'done', id: two }),
      note(20_000, { type: 'restarting', id: three, stamp: 's' }),
    ]);
    const left = (now: number) => estimateMs([workloads], state, { atOnce: 1, soakMs: 5_000 }, now);
    expect(left(24_000)).toBe(11_000);
    expect(left(40_000)).toBe(5_000);
    expect(left(51_000)).toBeUndefined();
  });

  test('a follower sees what the notes tell', async () => {
    const { world, journal, plan } = under();
    await until(world, () => world.began.length > 1);
    const { text } = draw({ plan, journal, now: world.clock.now() });
    expect(text).toMatch(/^◌ billing\/mail +restarting {2}0:00$/m);
  });
});
