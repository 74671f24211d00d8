/** A step whose action has a panel of workloads, for the tests of panels. */
import type { Action, Branch } from '../../src/runbook/model.ts';
import type { SteerWord } from '../../src/state/kind.ts';
import type { Question } from '../../src/state/question.ts';
import type { ActionState, SessionState } from '../../src/state/session.ts';
import type { WalkState } from '../../src/state/walk.ts';
import { type PanelProps, type PanelRow, type PanelView, progressOf } from '../../src/steps/panel.ts';
import { line, span } from '../../src/terminal/line.ts';
import { bundle as bundleOf, place, prose, runbook, step } from './fake-runbook.ts';
import { actionState, at, type FakeWalk, fakeWalk, frame, session, stepState } from './fake-walk.ts';

export const here = at('restart');
export const branches: readonly Branch[] = [
  { title: 'Images cannot be pulled', href: 'pull.md', file: 'pull.md', place },
  { title: 'The quota is spent', href: 'quota.md', file: 'quota.md', place },
];

/** One row for each workload; each can be left out, and opened to two lines about its pods. */
function workloads(props: PanelProps): PanelView | undefined {
  const { ui, walk, width } = props;
  const names = progressOf<readonly string[]>(walk, props.at) ?? planned(walk);
  if (!names) return undefined;
  const rows = names.flatMap((name): PanelRow[] => {
    const mark = ui.excluded.includes(name) ? '[ ]' : '[x]';
    const row: PanelRow = { line: [span(`${mark} `), span(name)], id: name, opens: true, optional: true };
    const open = ui.toggled.includes(name);
    return open ? [row, { line: line(`  pods of ${name}`) }, { line: line('  all ready') }] : [row];
  });
  return {
    top: [line(`${names.length} workloads, width ${width}`, 'strong')],
    rows,
    bottom: [
      line(ui.selected === undefined ? 'nothing selected' : `about ${ui.selected}`, 'quiet'),
      ...(ui.selected?.startsWith('warned')
        ? ['it has', 'much', 'to be known'].map((text) => line(text))
        : []),
    ],
  };
}

function planned(walk: WalkState): readonly string[] | undefined {
  const plan = walk.session.stack[0]?.steps.restart?.actions[here.action]?.plan?.plan;
  return (plan as { readonly names: readonly string[] } | undefined)?.names;
}

const words: readonly SteerWord[] = [
  { word: 'hold', label: 'hold', key: 'h', about: 'whole', help: 'Start nothing new.' },
  { word: 'leave', label: 'leave it', key: 'x', about: 'row', help: 'Leave the selected workload out.' },
];

export const kinds = { panels: { waves: workloads }, steering: { waves: words } };

export const many = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `deploy-${n}`);

function ofStep(text: string | undefined, after?: string): ReturnType<typeof bundleOf> {
  const action: Action = { id: here.action, kind: 'waves', risk: 'change', place, spec: {} };
  const made = step(1, 'Restart', { actions: [action] });
  const content = [
    ...(text === undefined ? [] : [prose(text)]),
    { type: 'action' as const, action: here.action },
    ...(after === undefined ? [] : [prose(after)]),
  ];
  return bundleOf(runbook({ parameters: [], steps: [{ ...made, content }] }));
}

export interface Setting {
  readonly names?: readonly string[];
  readonly question?: Question;
  readonly live?: WalkState['live'];
  readonly text?: string;
  readonly after?: string;
  readonly more?: Partial<ActionState>;
  readonly readOnly?: boolean;
}

export const asks: Extract<Question, { type: 'confirm' }> = {
  type: 'confirm',
  at: here,
  message: 'Restart what is out of date?',
  mustType: undefined,
  planned: true,
};
export const works = (names?: readonly string[]): WalkState['live'] => ({
  working: { at: here, doing: 'perform', startedAt: 0, stopping: false },
  ...(names ? { progress: { at: here, value: names } } : {}),
});

export function withAction(of: ReturnType<typeof bundleOf>, more: Partial<ActionState>): SessionState {
  const root = frame(of, 'restart');
  const action = { ...actionState(), ...more };
  return session(of, 'restart', {
    stack: [{ ...root, steps: { ...root.steps, restart: stepState('current', { [here.action]: action }) } }],
  });
}

export function walkOf(setting: Setting): FakeWalk {
  const { names = many(4), question, live, text, after, more, readOnly } = setting;
  const of = ofStep(text, after);
  const plan = { plan: { names }, text: 'Restart them.', excluded: [] };
  return fakeWalk({
    bundle: of,
    state: {
      session: withAction(of, { plan, ...more }),
      question,
      live: live ?? {},
      readOnly: readOnly ? { owner: 'bob@bastion' } : undefined,
    },
  });
}
