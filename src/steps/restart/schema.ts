import { z } from 'zod';
import type { Only } from '../../data-plane/restart-plan.ts';
import type { ActionSchema, SpecProblem } from '../../runbook/action-schema.ts';
import { duration } from '../duration-field.ts';
import { referencesIn } from '../fill-in.ts';
import { scopeProblems, scopeTexts, type WorkloadScopeSpec, workloadScopeFields } from '../workload-scope.ts';

/** Which workloads are restarted, and how carefully. Texts may refer to parameters as `$NAME`. Times in ms. */
export interface RestartSpec extends WorkloadScopeSpec {
  readonly only: Only;
  readonly waves: {
    readonly canary: number;
    readonly atOnce: number;
    /** Undefined: as many as restart at once. */
    readonly size?: number | undefined;
  };
  readonly gate?: string | undefined;
  readonly soak: number;
  readonly timeout: number;
  readonly patience: number;
  readonly expect?: string | undefined;
}

const count = z.number().int().min(1, 'At least 1.').max(1_000, 'At most 1000.');

export const restartSchema: ActionSchema<RestartSpec> = {
  name: 'restart',
  summary:
    'Restarts workloads in waves, so that their proxies get the version of the control plane, and watches each wave before the next.',
  example: 'all: true\nexpect: stable-2.14.10\nwaves: {canary: 1, atOnce: 5}\nsoak: 2m\n',
  spec: z.strictObject({
    ...workloadScopeFields,
    only: z
      .enum(['out-of-date', 'meshed', 'all'])
      .default('out-of-date')
      .describe(
        'Which of them: those whose proxies are out of date, all that have proxies, or all, with proxies or without',
      ),
    waves: z
      .strictObject({
        canary: z
          .number()
          .int()
          .min(0)
          .max(1_000, 'At most 1000.')
          .default(1)
          .describe('How many workloads make up the first wave; 0: no wave of its own'),
        atOnce: count.default(5).describe('How many workloads restart at the same time, at most'),
        size: count.optional().describe('How many workloads make up a wave; as many as `atOnce` unless told'),
      })
      .default({ canary: 1, atOnce: 5 })
      .describe('How big the waves are'),
    gate: z
      .string()
      .min(1, 'It is empty.')
      .optional()
      .describe(
        'A command that only looks and must end with 0: before the first wave, after each, and after its soak',
      ),
    soak: duration()
      .default(0)
      .describe('How long a wave is watched after its rollouts before the next begins'),
    timeout: duration()
      .default(10 * 60_000)
      .describe('How long one workload may take before it has failed'),
    patience: duration()
      .default(60_000)
      .describe('How long a workload may be stuck for a reason that needs a human before it has failed'),
    expect: z
      .string()
      .min(1)
      .optional()
      .describe('The version that the proxies must have afterwards; that of the control plane unless told'),
  }),
  risk: () => 'change',
  check: whatIsWrong,
  scripts: (spec) => [
    ...(spec.gate === undefined ? [] : [{ path: ['gate'], script: spec.gate }]),
    ...referencesIn([
      ...scopeTexts(spec),
      ...(spec.expect === undefined ? [] : [{ path: ['expect'], text: spec.expect }]),
    ]),
  ],
};

/** The scope is told once, and the waves fit each other. */
function whatIsWrong(spec: RestartSpec): SpecProblem[] {
  const problems = scopeProblems(spec);
  const { atOnce, size } = spec.waves;
  if (size !== undefined && size < atOnce) {
    const message = `A wave of ${size} never has ${atOnce} at once.`;
    problems.push({ path: ['waves', 'size'], message, expected: `${atOnce} or more` });
  }
  if (spec.timeout === 0) problems.push({ path: ['timeout'], message: 'That leaves no time at all.' });
  return problems;
}
