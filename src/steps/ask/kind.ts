import type { ParameterSpec } from '../../runbook/model.ts';
import type { Around, AskingKind } from '../../state/kind.ts';
import { type AskSpec, askSchema } from './schema.ts';

/** Gives a parameter its value in the middle of a walk. */
export const askKind: AskingKind<AskSpec> = {
  way: 'asks',
  schema: askSchema,
  sets: (spec) => [spec.parameter],
  question: (spec, around) => ({ type: 'parameter', parameter: parameterOf(spec, around), at: around.at }),
  answer(spec, intent) {
    if (intent.type !== 'value') return { ok: false, why: `A value for ${spec.parameter} is asked for.` };
    return { ok: true, answer: intent.value, set: { name: spec.parameter, value: intent.value } };
  },
};

function parameterOf(spec: AskSpec, { parameters, at }: Around): ParameterSpec {
  const found = parameters.find(({ name }) => name === spec.parameter);
  const base: ParameterSpec = found ?? {
    name: spec.parameter,
    type: 'string',
    place: { file: at.step, line: 1, column: 1, offset: 0, endLine: 1, endColumn: 1, endOffset: 0 },
  };
  return spec.message === undefined ? base : { ...base, ask: spec.message };
}
