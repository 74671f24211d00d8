import { z } from 'zod';
import { type PreflightGroup, preflightGroupNames } from '../../diagnosis/preflight/model.ts';
import { resolveTarget } from '../../linkerd/path/target.ts';
import type { ActionSchema } from '../../runbook/action-schema.ts';
import { referencesIn, referencesOf } from '../fill-in.ts';

/** What of a preflight is looked at, and for which target. `to` may refer to a parameter as `$NAME`. */
export interface PreflightSpec {
  /** Undefined: all of them. */
  readonly groups?: readonly PreflightGroup[] | undefined;
  readonly to?: string | undefined;
}

export const preflightSchema: ActionSchema<PreflightSpec> = {
  name: 'preflight',
  summary:
    'Looks whether the cluster and this machine are fit for an upgrade, group by group. What fails fails it; warnings do not.',
  example: 'groups: [certificates, availability]\nto: stable-2.14.10\n',
  spec: z.strictObject({
    groups: z
      .array(z.enum(preflightGroupNames as readonly [PreflightGroup, ...PreflightGroup[]]))
      .min(1)
      .optional()
      .describe('Which groups of checks; all of them unless told'),
    to: z
      .string()
      .min(1)
      .refine((text) => referencesOf(text).length > 0 || typeof resolveTarget(text) === 'string', {
        message: 'Not a version of Linkerd, and not a parameter.',
      })
      .optional()
      .describe('The target: then what it needs is looked at, too'),
  }),
  risk: () => 'look',
  scripts: ({ to }) => referencesIn(to === undefined ? [] : [{ path: ['to'], text: to }]),
};
