import { z } from 'zod';
import type { ActionSchema } from '../../runbook/action-schema.ts';

/** Parameters, each with the values or the semver ranges of which one must hold. */
type WhenSpec = Readonly<Record<string, readonly string[]>>;

const accepted = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]);

export const whenSchema: ActionSchema<WhenSpec> = {
  name: 'when',
  summary:
    'The step applies only where every condition holds: a value, a list of values, or a range of versions.',
  example: 'METHOD: cli\nTO: ">=2.14"\n',
  spec: z
    .record(
      z.string().min(1),
      z
        .union([accepted.transform((one) => [one]), z.array(accepted).min(1)])
        .describe('A value, values, or a range'),
    )
    .refine((spec) => Object.keys(spec).length > 0, 'Name at least one parameter.'),
  risk: () => 'look',
  check: (spec, { parameters }) =>
    Object.keys(spec).flatMap((name) =>
      parameters.some((parameter) => parameter.name === name)
        ? []
        : [
            {
              path: [name],
              message: `${name} is no parameter of this runbook.`,
              expected: parameters.map((parameter) => parameter.name).join(', ') || 'a declared parameter',
            },
          ],
    ),
};
