import { z } from 'zod';
import type { ExpectedCheck } from '../../linkerd/expected-checks.ts';
import type { ActionSchema, SpecProblem } from '../../runbook/action-schema.ts';
import { duration } from '../duration-field.ts';
import { referencesIn } from '../fill-in.ts';

/** What of a mesh is checked, and what of it is known not to hold yet. Texts may refer to parameters as `$NAME`. Times in ms. */
export interface CheckSpec {
  readonly proxy: boolean;
  readonly namespace?: string | undefined;
  readonly pre: boolean;
  readonly 'expected-version'?: string | undefined;
  readonly wait: number;
  readonly own: boolean;
  readonly expect: readonly ExpectedCheck[];
}

export const checkSchema: ActionSchema<CheckSpec> = {
  name: 'check',
  summary:
    'Checks the health of the mesh: with `linkerd check` where there is a linkerd tool, and with checks of its own where there is none.',
  example:
    'proxy: true\nexpected-version: stable-2.14.10\nwait: 30s\nexpect:\n  - {check: data plane is up-to-date, until: it is restarted}\n',
  spec: z.strictObject({
    proxy: z.boolean().default(false).describe('`true`: the proxies as well, not the control plane alone'),
    namespace: z.string().min(1).optional().describe('Only the proxies of this namespace'),
    pre: z.boolean().default(false).describe('`true`: before an installation'),
    'expected-version': z
      .string()
      .min(1)
      .optional()
      .describe('The version to compare with, in place of the newest on the internet'),
    wait: duration().default(30_000).describe('How long a check that fails is tried again'),
    own: z.boolean().default(false).describe('`true`: checks of its own, even where there is a linkerd tool'),
    expect: z
      .array(
        z.strictObject({
          check: z
            .string()
            .min(1)
            .describe('The id of a category, the anchor of a hint, or a part of a description'),
          until: z.string().min(1).describe('Until when it cannot hold, as the end of a sentence'),
        }),
      )
      .default([])
      .describe('Checks that cannot hold yet: they are shown as expected, and fail nothing'),
  }),
  risk: () => 'look',
  check: whatFits,
  scripts: (spec) =>
    referencesIn(
      (['namespace', 'expected-version'] as const).flatMap((key) =>
        spec[key] === undefined ? [] : [{ path: [key], text: spec[key] }],
      ),
    ),
};

function whatFits(spec: CheckSpec): SpecProblem[] {
  const problems: SpecProblem[] = [];
  if (spec.pre && spec.proxy) {
    problems.push({ path: ['proxy'], message: 'There are no proxies before an installation.' });
  }
  if (spec.namespace !== undefined && !spec.proxy) {
    problems.push({
      path: ['namespace'],
      message: 'A namespace is one of proxies.',
      expected: '`proxy: true` beside it',
    });
  }
  return problems;
}
