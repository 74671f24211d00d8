import { z } from 'zod';

/** Numbers and booleans are read as they are written: `default: 2.10` is the text 2.10. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** The name of a parameter is that of a shell variable, as POSIX has it. */
export const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Every `type` of a parameter, in the order of the documentation. */
export const parameterTypes = [
  'string',
  'choice',
  'version',
  'linkerd-version',
  'namespace',
  'context',
  'duration',
  'secret',
] as const;

const parameterType = z.enum(parameterTypes).meta({ description: 'What values it takes.' });

/** One parameter in its long form. */
export const parameterSchema = z
  .strictObject({
    type: parameterType.default('string'),
    ask: z.string().meta({ description: 'The question put to the operator.' }).optional(),
    help: z.string().meta({ description: 'More about it, shown on request.' }).optional(),
    default: text.meta({ description: 'The value it has unless another is given.' }).optional(),
    choices: z
      .array(text)
      .min(1)
      .meta({ description: 'For `choice`: the values, in the order shown.' })
      .optional(),
    pattern: z
      .string()
      .meta({ description: 'A regular expression that matches the whole value.' })
      .optional(),
    range: text.meta({ description: 'For versions: a semver range.' }).optional(),
    optional: z.boolean().meta({ description: 'It may be left empty.' }).optional(),
  })
  .meta({ description: 'A value that commands read as an environment variable.' });

export type Parameter = z.output<typeof parameterSchema>;

const permission = z.strictObject({
  verb: z.string(),
  resource: z.string(),
  namespace: z.string().optional(),
});

const variable = z
  .string()
  .regex(variableName, 'a variable is letters, digits and _, and does not begin with a digit');

/** What makes a runbook a drill: the practice cluster that it starts on, what is broken there, and what is walked then. */
export const drillSchema = z
  .strictObject({
    pitfall: z
      .string()
      .meta({ description: 'The pitfall that the diagnosis has to find: a path from this file.' }),
    mesh: text.meta({ description: 'The Linkerd release of the practice cluster, or `none`.' }).optional(),
    ha: z.boolean().meta({ description: 'A highly available control plane.' }).optional(),
    runbook: z
      .string()
      .meta({ description: 'What is walked: a path from this file. Without it, the drill itself.' })
      .optional(),
    set: z.record(variable, text).meta({ description: 'Values of parameters of what is walked.' }).optional(),
    fault: z.string().meta({
      description:
        'A bash script that breaks the practice cluster before the walk begins. It never runs anywhere else.',
    }),
  })
  .meta({ description: 'Makes the runbook a drill.' });

/** The front matter of a runbook, version 1 of the format. */
export const frontMatterSchema = z
  .strictObject({
    runbook: z.literal(1).meta({ description: 'The version of the format.' }),
    title: z
      .string()
      .min(1)
      .meta({ description: 'The name of the runbook; else its first heading.' })
      .optional(),
    description: z.string().meta({ description: 'One or two sentences for lists.' }).optional(),
    parameters: z
      .record(variable, z.union([parameterSchema, parameterType]))
      .meta({ description: 'Values asked for before they are needed, by name.' })
      .optional(),
    environment: z
      .array(variable)
      .meta({ description: 'Variables that commands read from the environment they are started in.' })
      .optional(),
    requires: z
      .looseObject({
        cluster: z
          .boolean()
          .meta({ description: 'Whether a cluster is needed; true unless told.' })
          .optional(),
      })
      .catchall(text)
      .meta({ description: 'Tools that must be on the PATH, each with a semver range, `*` for any.' })
      .optional(),
    permissions: z
      .array(permission)
      .meta({ description: 'What the operator must be allowed to do on the cluster.' })
      .optional(),
    findings: z
      .array(
        z
          .string()
          .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a finding is named in lower case, with - between words'),
      )
      .meta({ description: 'Makes the runbook a pitfall: the findings of a diagnosis that point at it.' })
      .optional(),
    notices: text
      .refine((line) => /^2\.\d{1,4}$/.test(line), { message: 'Not a line of Linkerd such as "2.11".' })
      .meta({ description: 'Makes the runbook the upgrade notices of one line of Linkerd, such as "2.11".' })
      .optional(),
    drill: drillSchema.optional(),
    risks: z.array(z.string()).meta({ description: 'Sentences shown before the start.' }).optional(),
    estimate: z.string().meta({ description: 'How long it takes, e.g. 20m.' }).optional(),
  })
  .meta({ title: 'Handrail runbook', description: 'The front matter of a Handrail runbook, version 1.' });
