/** A kind that plans, works part by part, writes down what it does, and is steered: as a restart in waves is. */
import { z } from 'zod';
import type { KindAction, Risk, RunbookBundle } from '../../src/runbook/model.ts';
import type {
  PerformContext,
  Performed,
  PerformingKind,
  PlanContext,
  Planned,
  Steer,
} from '../../src/state/kind.ts';
import type { ActionNote } from '../../src/state/session.ts';
import { bundle, place, runbook, type StepDraft } from './build.ts';

/** What the kind was called with, and the strings that the test pulls. */
export interface Waves {
  readonly plans: PlanContext[];
  readonly contexts: PerformContext[];
  readonly heard: Steer[];
  /** What the next look finds. */
  found: Planned | Error | Promise<Planned>;
  /** Parts done, in all processes. */
  readonly did: string[];
  /** Ends the work. */
  end: (performed: Performed) => void;
  /** The notes that the last process began with. */
  notes: readonly ActionNote[];
}

export const parts = ['web', 'api', 'db'];
export const found = {
  type: 'plan',
  plan: { parts },
  text: 'Restart 3 deployments: web, api, db.',
} as const satisfies Planned;

export const waves = (): Waves => ({
  plans: [],
  contexts: [],
  heard: [],
  found,
  did: [],
  end: () => {},
  notes: [],
});

/** Each part is noted before it is done, and `step` lets one more be done; a part that a note names is not done again. */
export function wavesKind(of: Waves, more: Partial<PerformingKind> = {}): PerformingKind {
  return {
    way: 'performs',
    schema: { name: 'waves', summary: '', example: '', spec: z.unknown(), risk: () => 'change' },
    describe: () => 'Restart what is out of date.',
    async plan(_, context) {
      of.plans.push(context);
      const made = await of.found;
      if (made instanceof Error) throw made;
      return made;
    },
    steering: [
      { word: 'hold', label: 'hold', key: 'h', about: 'whole', help: 'Start nothing new.' },
      { word: 'leave', label: 'leave out', key: 'x', about: 'row', help: 'Leave the selected one out.' },
    ],
    async perform(_, context) {
      of.contexts.push(context);
      of.notes = context.notes;
      context.onSteer((steer) => of.heard.push(steer));
      const { plan, excluded } = context.plan ?? { plan: { parts: [] }, excluded: [] };
      const known = new Set(context.notes.map((note) => note.data));
      for (const part of (plan as { parts: readonly string[] }).parts) {
        if (excluded.includes(part) || known.has(part)) continue;
        await context.note(`Restarts ${part}.`, part);
        of.did.push(part);
        context.progress({ progress: { at: part } });
      }
      return new Promise((resolve, reject) => {
        of.end = resolve;
        if (context.signal.aborted) reject(context.signal.reason);
        context.signal.addEventListener('abort', () => reject(context.signal.reason));
      });
    },
    ...more,
  };
}

export const wavesAction =
  (risk: Risk = 'change') =>
  (id: string): KindAction => ({ kind: 'waves', id, risk, place, spec: {} });

/** One step with the kind in it, and one after it. */
export const wavesBundle = (more: Partial<StepDraft> = {}, risk: Risk = 'change'): RunbookBundle =>
  bundle(runbook('main.md', [{ id: 'a', actions: [wavesAction(risk)], ...more }]));
