import type { ChooseSpec as ChooseLinks, ChooseOption } from '../../runbook/choose.ts';
import type { AskingKind } from '../../state/kind.ts';
import { type ChooseSpec, chooseSchema, isLinks } from './schema.ts';

/**
 * One out of several: a value for a parameter, or a way to go on. Of ways inside one runbook those not chosen no longer
 * apply; a way in another runbook is walked at once, and then the walk comes back.
 */
export const chooseKind: AskingKind<ChooseSpec> = {
  way: 'asks',
  schema: chooseSchema,
  sets: (spec) => (isLinks(spec) ? [] : [spec.parameter]),
  question(spec, { at }) {
    const options = isLinks(spec)
      ? spec.options.map(({ href, label }) => ({ value: href, label }))
      : spec.options;
    const preset = isLinks(spec) ? undefined : spec.default;
    return {
      type: 'choose',
      at,
      message: spec.message,
      options,
      ...(preset === undefined ? {} : { default: preset }),
    };
  },
  answer(spec, intent) {
    if (intent.type !== 'choose') return { ok: false, why: 'Choose one of the options.' };
    const { value } = intent;
    if (isLinks(spec)) {
      return spec.options.some(({ href }) => href === value)
        ? { ok: true, answer: value }
        : { ok: false, why: 'That is none of the ways to choose from.' };
    }
    return spec.options.some((option) => option.value === value)
      ? { ok: true, answer: value, set: { name: spec.parameter, value } }
      : { ok: false, why: `That is none of ${spec.options.map((option) => option.value).join(', ')}.` };
  },
  label: (spec, answer) =>
    isLinks(spec) ? labelOf(spec, answer) : spec.options.find(({ value }) => value === answer)?.label,
  effect(spec, answer, file) {
    if (!isLinks(spec)) return { ruledOut: [] };
    const chosen = spec.options.find(({ href }) => href === answer);
    const kept = new Set(chosen ? stepsOf(chosen, file) : []);
    const ruledOut = spec.options
      .flatMap((option) => stepsOf(option, file))
      .filter((step) => !kept.has(step));
    if (chosen?.file === undefined || chosen.file === file) return { ruledOut };
    const { step } = chosen;
    return {
      ruledOut,
      visits: [{ file: chosen.file, why: chosen.label, ...(step === undefined ? {} : { step }) }],
    };
  },
};

/** The steps of this file that belong to a way. */
function stepsOf(option: ChooseOption, file: string): readonly string[] {
  if (option.file !== undefined && option.file !== file) return [];
  return option.steps ?? (option.step === undefined ? [] : [option.step]);
}

function labelOf(spec: ChooseLinks, answer: string): string | undefined {
  return spec.options.find(({ href }) => href === answer)?.label;
}
