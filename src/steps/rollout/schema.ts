import { z } from 'zod';
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
} from './names.ts';

/** Which rollouts are watched, and for how long. Texts may refer to parameters as `$NAME`. Times in ms. */
export interface RolloutSpec {
  readonly namespace?: string | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly all?: true | undefined;
  readonly workloads?: readonly string[] | undefined;
  readonly selector?: string | undefined;
  readonly timeout: number;
  readonly settle: number;
  readonly patience: number;
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

export const rolloutSchema: ActionSchema<RolloutSpec> = {
  name: 'rollout',
  summary:
    'Watches Deployments, StatefulSets and DaemonSets until all of them are rolled out, and says why when they are not.',
  example: 'namespace: shop\nworkloads: [deploy/web, sts/orders-db]\ntimeout: 10m\n',
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
    timeout: duration.default(10 * 60_000).describe('How long it is watched before it has failed'),
    settle: duration.default(2_000).describe('How long all must stay good before it is done'),
    patience: duration
      .default(60_000)
      .describe('How long one may be stuck for a reason that needs a human before it has failed'),
  }),
  risk: () => 'look',
  check: whereTold,
  scripts: (spec) =>
    texts(spec)
      .filter(({ text }) => referencesOf(text).length > 0)
      .map(({ path, text }) => ({ path, script: shellWord(text) })),
};

/** The scope is told in exactly one of three ways, and time is left for it to become good. */
function whereTold(spec: RolloutSpec): SpecProblem[] {
  const told = (['namespace', 'namespaces', 'all'] as const).filter((key) => spec[key] !== undefined);
  const problems: SpecProblem[] = [];
  const expected = 'one of namespace, namespaces or all';
  if (told.length === 0)
    problems.push({ path: [], message: 'It does not say in which namespace.', expected });
  if (told.length > 1) {
    problems.push({
      path: [told[1]!],
      message: `The namespaces are told twice, by ${told.join(' and ')}.`,
      expected,
    });
  }
  if (spec.workloads && spec.selector !== undefined) {
    problems.push({
      path: ['selector'],
      message: 'Workloads are chosen by their names or by a selector, not by both.',
    });
  }
  if (spec.timeout === 0) problems.push({ path: ['timeout'], message: 'That leaves no time at all.' });
  if (spec.settle >= spec.timeout && spec.timeout > 0) {
    problems.push({ path: ['settle'], message: 'It could never be done: `settle` is as long as `timeout`.' });
  }
  return problems;
}

/** Every text that may refer to a parameter, with its place in the block. */
function texts(
  spec: RolloutSpec,
): readonly { readonly path: readonly (string | number)[]; readonly text: string }[] {
  const one = (key: 'namespace' | 'selector') =>
    spec[key] === undefined ? [] : [{ path: [key], text: spec[key] }];
  const many = (key: 'namespaces' | 'workloads') =>
    (spec[key] ?? []).map((text, index) => ({ path: [key, index], text }));
  return [...one('namespace'), ...many('namespaces'), ...many('workloads'), ...one('selector')];
}
