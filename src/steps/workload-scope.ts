/** Which workloads a block of rollouts or restarts is about: as it is written, and with every parameter filled in. */
import { z } from 'zod';
import type { RolloutScope } from '../cluster/rollouts/rollout-scope.ts';
import type { SpecProblem } from '../runbook/action-schema.ts';
import { fillIn, referencesOf, type SpecText } from './fill-in.ts';
import {
  namespaceForm,
  parseWorkload,
  selectorForm,
  validNamespace,
  validSelector,
  workloadForm,
} from './workload-names.ts';

/** Which workloads a block is about, as it says it. Texts may refer to parameters as `$NAME`. */
export interface WorkloadScopeSpec {
  readonly namespace?: string | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly all?: true | undefined;
  readonly workloads?: readonly string[] | undefined;
  readonly selector?: string | undefined;
}

/** A text that is checked when the block is read, or when it is used where it refers to a parameter. */
const checked = (fits: (text: string) => boolean, form: string) =>
  z
    .string()
    .min(1)
    .refine((text) => referencesOf(text).length > 0 || fits(text), { message: `Not ${form}.` });

const namespace = checked(validNamespace, namespaceForm);

/** The keys of a block that say which workloads it is about. */
export const workloadScopeFields = {
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
};

/** The namespaces are told in exactly one of three ways, and the workloads in one. */
export function scopeProblems(spec: WorkloadScopeSpec): SpecProblem[] {
  const told = (['namespace', 'namespaces', 'all'] as const).filter((key) => spec[key] !== undefined);
  const problems: SpecProblem[] = [];
  const expected = 'one of namespace, namespaces or all';
  if (told.length === 0)
    problems.push({ path: [], message: 'It does not say in which namespace.', expected });
  if (told.length > 1) {
    const message = `The namespaces are told twice, by ${told.join(' and ')}.`;
    problems.push({ path: [told[1]!], message, expected });
  }
  if (spec.workloads && spec.selector !== undefined) {
    const message = 'Workloads are chosen by their names or by a selector, not by both.';
    problems.push({ path: ['selector'], message });
  }
  return problems;
}

/** Every text of the scope that may refer to a parameter, with its place in the block. */
export function scopeTexts(spec: WorkloadScopeSpec): readonly SpecText[] {
  const one = (key: 'namespace' | 'selector') =>
    spec[key] === undefined ? [] : [{ path: [key], text: spec[key] }];
  const many = (key: 'namespaces' | 'workloads') =>
    (spec[key] ?? []).map((text, index) => ({ path: [key, index], text }));
  return [...one('namespace'), ...many('namespaces'), ...many('workloads'), ...one('selector')];
}

/** The scope that the block means with these values, or what of it makes no sense. */
export function scopeOf(
  spec: WorkloadScopeSpec,
  values: Readonly<Record<string, string>>,
): { readonly ok: true; readonly scope: RolloutScope } | { readonly ok: false; readonly why: string } {
  const wrong: string[] = [];
  const filled = (text: string, fits: (text: string) => boolean, form: string): string => {
    const given = fillIn(text, values);
    if (!given.ok) wrong.push(`The parameter ${given.missing} has no value.`);
    else if (!fits(given.text)) wrong.push(`${JSON.stringify(given.text)} is not ${form}.`);
    return given.ok ? given.text : '';
  };
  const named = spec.namespaces ?? (spec.namespace === undefined ? undefined : [spec.namespace]);
  const namespaces = named?.map((text) => filled(text, validNamespace, namespaceForm));
  const workloads = spec.workloads?.map((text) =>
    parseWorkload(filled(text, (one) => parseWorkload(one) !== undefined, workloadForm)),
  );
  const selector =
    spec.selector === undefined ? undefined : filled(spec.selector, validSelector, selectorForm);
  if (wrong[0] !== undefined) return { ok: false, why: wrong[0] };
  return {
    ok: true,
    scope: {
      namespaces: namespaces ? [...new Set(namespaces)] : 'all',
      ...(workloads ? { workloads: workloads.filter((one) => one !== undefined) } : {}),
      ...(selector === undefined ? {} : { selector }),
    },
  };
}

/** Where that is, to stand behind a noun: ` in shop`. */
export const whereOf = (namespaces: RolloutScope['namespaces']): string =>
  namespaces === 'all' ? ' in all namespaces' : ` in ${namespaces.join(', ')}`;
