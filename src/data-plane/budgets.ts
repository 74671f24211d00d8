/** PodDisruptionBudgets and the pods they are about (policy/v1). */
import type { Budget, LabelSelector, RestartTarget } from './restart-plan.ts';

/** Budgets that select the workload's pods and allow no disruption now. */
export function exhausted(budgets: readonly Budget[], target: RestartTarget): readonly Budget[] {
  return budgets.filter(
    ({ namespace, selector, disruptionsAllowed }) =>
      namespace === target.namespace && disruptionsAllowed <= 0 && selects(selector, target.podLabels),
  );
}

/** As the API machinery matches labels (apimachinery labels.Requirement): a selector that is not there selects nothing. */
export function selects(
  selector: LabelSelector | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return false;
      }
    })
  );
}
