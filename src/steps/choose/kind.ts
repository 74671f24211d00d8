import type { AskingKind } from '../../state/kind.ts';
import { type ChooseLink, type ChooseSpec, chooseSchema, isLinks } from './schema.ts';

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
    const inside = (option: ChooseLink['options'][number]) =>
      option.step !== undefined && (option.file === undefined || option.file === file);
    const chosen = spec.options.find(({ href }) => href === answer);
    const kept = chosen && inside(chosen) ? chosen.step : undefined;
    const ruledOut = spec.options
      .filter((option) => inside(option) && option.step !== kept)
      .flatMap(({ step }) => step ?? []);
    if (!chosen || inside(chosen) || chosen.file === undefined) return { ruledOut };
    const { step } = chosen;
    return {
      ruledOut,
      enter: { file: chosen.file, why: chosen.label, ...(step === undefined ? {} : { step }) },
    };
  },
};

function labelOf(spec: ChooseLink, answer: string): string | undefined {
  return spec.options.find(({ href }) => href === answer)?.label;
}
