import { formatDuration } from '../../runbook/durations.ts';
import type { PerformingKind } from '../../state/kind.ts';
import { filledOrRaw } from '../fill-in.ts';
import { scopeOf, whereOf } from '../workload-scope.ts';
import { type RolloutSpec, rolloutSchema } from './schema.ts';
import { rolloutWords } from './steering.ts';
import { Watching } from './watching.ts';

/**
 * Watches rollouts to their verdict. Time counts from the journalled start, so that a program that died and came back goes on
 * with what was left of it.
 */
export const rolloutKind: PerformingKind<RolloutSpec> = {
  way: 'performs',
  schema: rolloutSchema,
  steering: rolloutWords,
  lookout: () => true,
  describe: (spec, values) => `Watch ${whatOf(spec, values)} for at most ${formatDuration(spec.timeout)}.`,
  perform: (spec, context) => new Watching(spec, context).run(),
};

/** `deploy/web in shop`, `all rollouts in linkerd`. */
function whatOf(spec: RolloutSpec, values: Readonly<Record<string, string>>): string {
  const found = scopeOf(spec, values);
  const told = spec.namespaces ?? (spec.namespace === undefined ? undefined : [spec.namespace]);
  const namespaces = found.ok ? found.scope.namespaces : (told ?? 'all');
  const which = spec.workloads
    ? spec.workloads.map((one) => filledOrRaw(one, values)).join(', ')
    : spec.selector === undefined
      ? 'all rollouts'
      : `the rollouts with ${filledOrRaw(spec.selector, values)}`;
  return `${which}${whereOf(namespaces)}`;
}
