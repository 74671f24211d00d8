import { z } from 'zod';
import type { Only } from '../../data-plane/restart-plan.ts';
import type { ActionSchema, SpecProblem } from '../../runbook/action-schema.ts';
import { durationForm, parseDuration } from '../../runbook/durations.ts';
import { referencesOf, shellWord } from '../fill-in.ts';
import {
  namespaceForm,
  parseWorkload,
  selectorForm,
  validNamespace,
  validSelector,
  workloadForm,
} from '../rollout/names.ts';

/** Which workloads are restarted, and how carefully. Texts may refer to parameters as `$NAME`. Times in ms. */
export interface RestartSpec {
  readonly namespace?: string | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly all?: true | undefined;
  readonly workloads?: readonly string[] | undefined;
  readonly selector?: string | undefined;
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

const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: `Not ${durationForm}.` });
  return z.NEVER;
});

/** A text that is checked here, or when it is used where it refers to a parameter. */
const checked = (fits: (text: string) => boolean, form: string) =>
  z
    .string()
    .min(1)
    .refine((text) => referencesOf(text).length > 0 || fits(text), { message: `Not ${form}.` });

const namespace = checked(validNamespace, namespaceForm);
const count = z.number().int().min(1).max(1_000);

export const restartSchema: ActionSchema<RestartSpec> = {
  name: 'restart',
  summary:
    'Restarts workloads in waves, so that their proxies get the version of the control plane, and watches each wave before the next.',
  example: 'all: true\nexpect: stable-2.14.10\nwaves: {canary: 1, atOnce: 5}\nsoak: 2m\n',
  spec: z.strictObject({
    namespace: namespace.optional().describe('The namespace of the workloads'),
    namespaces: z.array(namespace).min(1).optional().describe('Several namespaces, in place of one'),
    all: z.literal(true).optional().describe('`true`: all namespaces, in place of naming them'),
    workloads: z
      .array(checked((text) => parseWorkload(text) !== undefined, workloadForm))
      .min(1)
      .optional()
      .describe('Workloads by kind and name, such as `deploy/web`; all of them where none is named'),
    selector: checked(validSelector, selectorForm)
      .optional()
      .describe('Only workloads with these labels, as `kubectl --selector` takes them'),
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
          .max(1_000)
          .default(1)
          .describe('How many workloads make up the first wave; 0: no wave of its own'),
        atOnce: count.default(5).describe('How many workloads restart at the same time, at most'),
        size: count.optional().describe('How many workloads make up a wave; as many as `atOnce` unless told'),
      })
      .default({ canary: 1, atOnce: 5 })
      .describe('How big the waves are'),
    gate: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A command that only looks and must end with 0: before the first wave, after each, and after its soak',
      ),
    soak: duration
      .default(0)
      .describe('How long a wave is watched after its rollouts before the next begins'),
    timeout: duration.default(10 * 60_000).describe('How long one workload may take before it has failed'),
    patience: duration
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
    ...texts(spec)
      .filter(({ text }) => referencesOf(text).length > 0)
      .map(({ path, text }) => ({ path, script: shellWord(text) })),
  ],
};

/** The namespaces are told in exactly one of three ways, and the waves fit each other. */
function whatIsWrong(spec: RestartSpec): SpecProblem[] {
  const told = (['namespace', 'namespaces', 'all'] as const).filter((key) => spec[key] !== undefined);
  const problems: SpecProblem[] = [];
  const expected = 'one of namespace, namespaces or all';
  if (told.length === 0) {
    problems.push({ path: [], message: 'It does not say in which namespace.', expected });
  }
  if (told.length > 1) {
    const message = `The namespaces are told twice, by ${told.join(' and ')}.`;
    problems.push({ path: [told[1]!], message, expected });
  }
  if (spec.workloads && spec.selector !== undefined) {
    const message = 'Workloads are chosen by their names or by a selector, not by both.';
    problems.push({ path: ['selector'], message });
  }
  const { atOnce, size } = spec.waves;
  if (size !== undefined && size < atOnce) {
    const message = `A wave of ${size} never has ${atOnce} at once.`;
    problems.push({ path: ['waves', 'size'], message, expected: `${atOnce} or more` });
  }
  if (spec.timeout === 0) problems.push({ path: ['timeout'], message: 'That leaves no time at all.' });
  return problems;
}

/** Every text that may refer to a parameter, with its place in the block. */
function texts(
  spec: RestartSpec,
): readonly { readonly path: readonly (string | number)[]; readonly text: string }[] {
  const one = (key: 'namespace' | 'selector' | 'expect') =>
    spec[key] === undefined ? [] : [{ path: [key], text: spec[key] }];
  const many = (key: 'namespaces' | 'workloads') =>
    (spec[key] ?? []).map((text, index) => ({ path: [key, index], text }));
  return [
    ...one('namespace'),
    ...many('namespaces'),
    ...many('workloads'),
    ...one('selector'),
    ...one('expect'),
  ];
}
