import { z } from 'zod';
import { findingKinds } from '../../diagnosis/kinds.ts';
import type { NoticeSpec } from '../../diagnosis/notices/model.ts';
import type { ActionSchema, SpecProblem } from '../../runbook/action-schema.ts';
import { linkerdVersion } from '../../runbook/linkerd-version.ts';
import { nearest } from '../../runbook/suggest.ts';
import { probe, range } from './fields.ts';

const version = z.union([z.string(), z.number()]).transform((given, context) => {
  const name = linkerdVersion(String(given));
  if (name !== undefined) return name;
  context.addIssue({
    code: 'custom',
    message: 'Not a version of Linkerd such as 2.14.5, stable-2.14.5 or edge-25.7.1.',
  });
  return z.NEVER;
});

export const noticeSchema: ActionSchema<NoticeSpec> = {
  name: 'notice',
  summary:
    'A change that a release of Linkerd brings, and how it is seen whether this cluster is touched by it.',
  example:
    'id: 2.20-kubernetes\nfind:\n  - kubernetes: "<1.31"\n  - meshed: true\n    where:\n      - {path: \'metadata.annotations["linkerd.io/inject"]\', is: ingress}\n',
  spec: z.strictObject({
    id: z
      .string()
      .regex(
        /^2\.\d+(?:\.\d+)?-[a-z0-9]+(?:-[a-z0-9]+)*$/,
        'Not a line and a few words, such as 2.11-localhost.',
      )
      .describe('A name that stays: the line and a few words'),
    since: version
      .optional()
      .describe('The first release that has the change; the first of the line unless told'),
    from: range.optional().describe('Only where the version that runs is in this range'),
    to: range.optional().describe('Only where the target is in this range'),
    certainty: z
      .enum(['found', 'suspect'])
      .default('found')
      .describe('`found`, or `suspect` where a person has to look at what is found'),
    find: z
      .array(probe)
      .default([])
      .describe(
        'Ways to see that this cluster is touched, any of them; without one a person acknowledges it',
      ),
  }) as unknown as z.ZodType<NoticeSpec>,
  risk: () => 'look',
  check: unknownFindings,
};

/** A misspelt finding is never found. */
function unknownFindings({ find }: NoticeSpec): readonly SpecProblem[] {
  const known = Object.keys(findingKinds());
  return find.flatMap((one, index) => {
    if (one.type !== 'finding' || known.includes(one.code)) return [];
    const suggestion = nearest(one.code, known);
    return [
      {
        path: ['find', index, 'finding'],
        message: `There is no finding ${JSON.stringify(one.code)}.`,
        expected: 'one that `handrail explain` lists',
        ...(suggestion === undefined ? {} : { suggestion }),
      },
    ];
  });
}
