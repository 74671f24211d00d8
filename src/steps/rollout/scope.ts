/** What a rollout action is about, with every parameter filled in. */
import type { RolloutScope } from '../../cluster/rollout-scope.ts';
import { fillIn } from '../fill-in.ts';
import {
  namespaceForm,
  parseWorkload,
  selectorForm,
  validNamespace,
  validSelector,
  workloadForm,
} from './names.ts';
import type { RolloutSpec } from './schema.ts';

/** The scope that the block means with these values, or what of it makes no sense. */
export function scopeOf(
  spec: Pick<RolloutSpec, 'namespace' | 'namespaces' | 'workloads' | 'selector'>,
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
