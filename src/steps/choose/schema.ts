import { z } from 'zod';
import type { ActionSchema } from '../../runbook/action-schema.ts';
import type { ChooseSpec as ChooseLinks } from '../../runbook/choose.ts';
import { checkValue } from '../../runbook/parameters.ts';
import { declared } from '../declared.ts';

/** Sets a parameter to one of a few values. */
interface ChooseValue {
  readonly parameter: string;
  readonly message: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly default?: string | undefined;
}

/** With links in place of values: made by the parser from a list of links under `Choose ...`, never written as YAML. */
export type ChooseSpec = ChooseValue | ChooseLinks;

export const isLinks = (spec: ChooseSpec): spec is ChooseLinks => !('parameter' in spec);

const option = z.union([
  z
    .string()
    .min(1)
    .transform((value) => ({ value, label: value })),
  z.strictObject({ value: z.string().min(1), label: z.string().min(1) }),
]);

const byValue = z.strictObject({
  parameter: z.string().min(1).describe('The name of a parameter declared in the front matter'),
  message: z.string().min(1).describe('The question'),
  options: z.array(option).min(2).describe('Values, each with a label where the value says too little'),
  default: z.string().optional().describe('The value offered first, and taken when nobody is asked'),
});

export const chooseSchema: ActionSchema<ChooseSpec> = {
  name: 'choose',
  summary:
    'Sets a parameter to one of a few values. A list of links under `Choose ...` is the form that chooses a way.',
  example:
    'parameter: METHOD\nmessage: How was Linkerd installed?\noptions:\n  - {value: cli, label: With the linkerd CLI}\n  - {value: helm, label: With Helm}\ndefault: cli\n',
  spec: byValue,
  risk: () => 'look',
  check(spec, { parameters }) {
    if (isLinks(spec)) return [];
    const problems = declared(spec.parameter, parameters);
    const values = spec.options.map(({ value }) => value);
    if (spec.default !== undefined && !values.includes(spec.default)) {
      problems.push({
        path: ['default'],
        message: `${spec.default} is none of the options.`,
        expected: values.join(', '),
      });
    }
    const parameter = parameters.find(({ name }) => name === spec.parameter);
    values.forEach((value, index) => {
      const checked = parameter ? checkValue(parameter, value) : undefined;
      if (checked && !checked.ok) problems.push({ path: ['options', index], message: checked.message });
      if (values.indexOf(value) < index) {
        problems.push({ path: ['options', index], message: `${value} is an option already.` });
      }
    });
    return problems;
  },
};
