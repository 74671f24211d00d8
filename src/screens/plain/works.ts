/** What plain mode says of actions that plan, work by themselves and write down what they do. Pure. */
import type { ActionState } from '../../state/session.ts';
import type { WalkState } from '../../state/walk.ts';
import { indent, type Said } from './said.ts';

/** Notes of before a resume that are told: enough to know where it was. */
const notesBefore = 5;

/** New plans and new notes of the steps being walked; at the beginning, those of what is not over yet. */
export function planned(before: WalkState | undefined, after: WalkState): readonly Said[] {
  return after.session.stack.flatMap((frame) => {
    const old = before?.session.stack.find((one) => one.id === frame.id);
    return Object.entries(frame.steps).flatMap(([step, state]) =>
      state.status !== 'current' && old?.steps[step]?.status !== 'current'
        ? []
        : Object.entries(state.actions).flatMap(([id, action]) =>
            before ? since(old?.steps[step]?.actions[id], action) : action.seen ? [] : sofar(action),
          ),
    );
  });
}

function since(old: ActionState | undefined, { plan, notes }: ActionState): readonly Said[] {
  const known = old && notes.length >= old.notes.length ? old.notes.length : 0;
  return [
    ...(plan && plan.plan !== old?.plan?.plan ? planText(plan.text) : []),
    ...(plan && plan.excluded !== old?.plan?.excluded ? leftOut(plan) : []),
    ...notes.slice(known).map(noteLine),
  ];
}

/** Of work that has ended the plan is told no more: what came of it is. */
function sofar({ plan, notes, ended }: ActionState): readonly Said[] {
  const left = notes.length - notesBefore;
  return [
    ...(plan && !ended ? [...planText(plan.text), ...leftOut(plan)] : []),
    ...(left > 0 ? [{ type: 'text', text: `  ${left} lines before these are in the record` } as const] : []),
    ...notes.slice(-notesBefore).map(noteLine),
  ];
}

const planText = (text: string): readonly Said[] => [
  { type: 'heading', text: 'The plan' },
  { type: 'text', text: indent(text.trimEnd(), '  ') },
];

const leftOut = ({ excluded }: NonNullable<ActionState['plan']>): readonly Said[] =>
  excluded.length === 0 ? [] : [{ type: 'text', text: `Left out: ${excluded.join(', ')}` }];

const noteLine = ({ time, text }: ActionState['notes'][number]): Said => ({
  type: 'text',
  text: `  ${time.slice(11, 19)} ${text}`,
});

/** A look before a question, and that work goes on by itself. */
export function working(before: WalkState | undefined, after: WalkState): readonly Said[] {
  const now = after.live.working;
  const old = before?.live.working;
  if (!now) return [];
  if (now.stopping && !old?.stopping) return [{ type: 'notice', text: 'Ending it ...' }];
  if (old && old.doing === now.doing && old.at.action === now.at.action) return [];
  const explain: Said = { type: 'explain', at: now.at, part: 'before' };
  return now.doing === 'plan'
    ? [explain, { type: 'text', text: 'Looking at the cluster; nothing is changed ...' }]
    : [explain];
}
