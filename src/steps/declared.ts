import type { SpecProblem } from '../runbook/action-schema.ts';
import type { ParameterSpec } from '../runbook/model.ts';
import { nearest } from '../runbook/suggest.ts';

/** What is wrong with a block's `parameter` key: it must name a parameter of the front matter. */
export function declared(name: string, parameters: readonly ParameterSpec[]): SpecProblem[] {
  if (parameters.some((parameter) => parameter.name === name)) return [];
  const names = parameters.map((parameter) => parameter.name);
  const near = nearest(name, names);
  return [
    {
      path: ['parameter'],
      message: `${name} is no parameter of this runbook.`,
      expected:
        names.length > 0
          ? `one of ${names.join(', ')}`
          : 'a name declared under `parameters` in the front matter',
      ...(near === undefined ? {} : { suggestion: near }),
    },
  ];
}
