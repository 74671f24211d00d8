import { restartNote } from '../../data-plane/restart-notes.ts';
import { foldNotes } from '../../data-plane/restart-state.ts';
import { formatDuration } from '../../runbook/durations.ts';
import type { PerformingKind, PlanContext, Planned } from '../../state/kind.ts';
import { filledOrRaw } from '../fill-in.ts';
import { makePlan } from './make-plan.ts';
import { performRestart } from './perform.ts';
import { planText } from './plan-text.ts';
import { type RestartSpec, restartSchema } from './schema.ts';
import { restartWords } from './steering.ts';

/**
 * Restarts workloads in waves. What is to be done is planned by a look at the cluster and agreed to; each deed is written down
 * before it is done, so that a program that died goes on where it was.
 */
export const restartKind: PerformingKind<RestartSpec> = {
  way: 'performs',
  schema: restartSchema,
  steering: restartWords,
  lookout: () => true,
  describe,
  plan,
  perform: performRestart,
};

const whose = {
  'out-of-date': ' whose proxies are out of date',
  meshed: ' that have proxies',
  all: '',
} as const;

function describe(spec: RestartSpec, values: Readonly<Record<string, string>>): string {
  const shown = (texts: readonly string[]) => texts.map((text) => filledOrRaw(text, values));
  const named = spec.workloads && shown(spec.workloads).join(', ');
  const namespaces = shown(spec.namespaces ?? (spec.namespace === undefined ? [] : [spec.namespace]));
  const where = namespaces.length === 0 ? 'in all namespaces' : `in ${namespaces.join(', ')}`;
  const what =
    named ?? (spec.selector === undefined ? 'workloads' : `workloads with ${shown([spec.selector])}`);
  const { canary, atOnce } = spec.waves;
  const first = canary > 0 ? `${canary} first, then ` : '';
  const soak = spec.soak > 0 ? `, with ${formatDuration(spec.soak)} between the waves` : '';
  // Whoever says yes says it to this command as well.
  const gate = spec.gate === undefined ? '' : ` Gate: ${spec.gate.trim()}`;
  return `Restart ${what} ${where}${whose[spec.only]}: ${first}at most ${atOnce} at once${soak}.${gate}`;
}

async function plan(spec: RestartSpec, context: PlanContext): Promise<Planned> {
  const { api, values, signal } = context;
  if (!api) return { type: 'impossible', detail: 'This session has no cluster.' };
  const doneBefore = new Set<string>();
  for (const { data } of context.earlier) {
    const note = restartNote(data);
    if (note?.type === 'done') doneBefore.add(note.id);
  }
  const begunBefore = new Map<string, string>();
  for (const [id, at] of foldNotes(context.earlier).workloads) {
    if (at.type === 'restarting') begunBefore.set(id, at.stamp);
  }
  const now = context.clock.now();
  const built = await makePlan(spec, { api, values, signal, doneBefore, begunBefore, now });
  if (built.type !== 'plan')
    return built.type === 'nothing' ? { type: 'nothing', detail: built.detail } : built;
  return { type: 'plan', plan: built.plan, text: planText(built.plan) };
}
