/** PodDisruptionBudgets and the pods they are about (policy/v1). */
import { matchesSelector } from '../rollout/label-selector.ts';
import type { Budget, RestartTarget } from './restart-plan.ts';

/** Budgets that select the workload's pods and allow no disruption now. */
export function exhausted(budgets: readonly Budget[], target: RestartTarget): readonly Budget[] {
  return budgets.filter(
    ({ namespace, selector, disruptionsAllowed }) =>
      namespace === target.namespace &&
      disruptionsAllowed <= 0 &&
      matchesSelector(selector, target.podLabels),
  );
}
