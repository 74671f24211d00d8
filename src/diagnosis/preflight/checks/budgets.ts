/** PodDisruptionBudgets of the control plane: that there are some, and that each allows one disruption now. */
import { exhausted } from '../../../data-plane/budgets.ts';
import { readBudget, readRestartTarget } from '../../../data-plane/read-restart-target.ts';
import { record, whole } from '../../../rollout/json.ts';
import { matchesSelector } from '../../../rollout/label-selector.ts';
import { fieldOf } from '../../meshed-pods.ts';
import type { View } from '../../view.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { fail, listed, warn } from '../remarks.ts';
import { replicasOf, replicatedOf } from './high-availability.ts';

export const budgetsCheck: PreflightCheck = {
  name: 'control-plane-budgets',
  group: 'availability',
  holds: 'each component with several replicas has a PodDisruptionBudget that allows a disruption',
  needs: ['podDisruptionBudgets', 'deployments', 'configMaps'],
  look: (view) => view.controlPlanes.flatMap((plane) => [...without(view, plane), ...usedUp(view, plane)]),
};

const budgetsIn = (view: View, namespace: string) =>
  view.objects('podDisruptionBudgets', namespace).flatMap((object) => {
    const budget = readBudget(object);
    return budget === undefined ? [] : [{ object, budget }];
  });

type Plane = View['controlPlanes'][number];

function without(view: View, plane: Plane): readonly PreflightRemark[] {
  const budgets = budgetsIn(view, plane.namespace);
  const bare = replicatedOf(plane).filter((deployment) => {
    const target = readRestartTarget(deployment, 'Deployment', undefined);
    return (
      target !== undefined &&
      replicasOf(deployment) > 1 &&
      !budgets.some(({ budget }) => matchesSelector(budget.selector, target.podLabels))
    );
  });
  if (bare.length === 0) return [];
  return [
    warn(
      `Nothing keeps a drained node from taking several pods at once of ${listed(bare.map(({ metadata }) => metadata.name))}.`,
      bare.map((each) =>
        fieldOf(each, 'spec.replicas', String(replicasOf(each)), 'with a PodDisruptionBudget'),
      ),
      'Set enablePodDisruptionBudget=true, which values-ha.yaml and --ha do.',
    ),
  ];
}

function usedUp(view: View, plane: Plane): readonly PreflightRemark[] {
  const budgets = budgetsIn(view, plane.namespace);
  const targets = plane.deployments.flatMap(
    (deployment) => readRestartTarget(deployment, 'Deployment', undefined) ?? [],
  );
  const names = new Set(
    targets
      .flatMap((target) =>
        exhausted(
          budgets.map(({ budget }) => budget),
          target,
        ),
      )
      .map(({ name }) => name),
  );
  return budgets
    .filter(({ budget }) => names.has(budget.name))
    .map(({ object }) => {
      const { currentHealthy, desiredHealthy, disruptionsAllowed } = record(object.status);
      return fail(
        `PodDisruptionBudget ${plane.namespace}/${object.metadata.name} allows no disruption: a pod of it is missing already, or none may ever be.`,
        [
          fieldOf(object, 'status.disruptionsAllowed', String(whole(disruptionsAllowed)), '1 or more'),
          fieldOf(
            object,
            'status.currentHealthy',
            String(whole(currentHealthy)),
            `more than ${whole(desiredHealthy)}`,
          ),
        ],
        'Bring all pods of the component up first; then see that the budget leaves room for one (maxUnavailable: 1).',
      );
    });
}
