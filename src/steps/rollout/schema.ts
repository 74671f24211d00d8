import { z } from 'zod';
import type { ActionSchema, SpecProblem } from '../../runbook/action-schema.ts';
import { duration } from '../duration-field.ts';
import { referencesIn } from '../fill-in.ts';
import { scopeProblems, scopeTexts, type WorkloadScopeSpec, workloadScopeFields } from '../workload-scope.ts';

/** Which rollouts are watched, and for how long. Texts may refer to parameters as `$NAME`. Times in ms. */
export interface RolloutSpec extends WorkloadScopeSpec {
  readonly timeout: number;
  readonly settle: number;
  readonly patience: number;
}

export const rolloutSchema: ActionSchema<RolloutSpec> = {
  name: 'rollout',
  summary:
    'Watches Deployments, StatefulSets and DaemonSets until all of them are rolled out, and says why when they are not.',
  example: 'namespace: shop\nworkloads: [deploy/web, sts/orders-db]\ntimeout: 10m\n',
  spec: z.strictObject({
    ...workloadScopeFields,
    timeout: duration()
      .default(10 * 60_000)
      .describe('How long it is watched before it has failed'),
    settle: duration().default(2_000).describe('How long all must stay good before it is done'),
    patience: duration()
      .default(60_000)
      .describe('How long one may be stuck for a reason that needs a human before it has failed'),
  }),
  risk: () => 'look',
  check: whatIsWrong,
  scripts: (spec) => referencesIn(scopeTexts(spec)),
};

/** The scope is told once, and time is left for it to become good. */
function whatIsWrong(spec: RolloutSpec): SpecProblem[] {
  const problems = scopeProblems(spec);
  if (spec.timeout === 0) problems.push({ path: ['timeout'], message: 'That leaves no time at all.' });
  if (spec.settle >= spec.timeout && spec.timeout > 0) {
    problems.push({ path: ['settle'], message: 'It could never be done: `settle` is as long as `timeout`.' });
  }
  return problems;
}
