import { z } from 'zod';
import type { ActionSchema } from '../../runbook/action-schema.ts';
import { linkerdVersion } from '../../runbook/linkerd-version.ts';
import { referencesIn, referencesOf } from '../fill-in.ts';

/** Of which way the notices are looked at. Both may refer to parameters as `$NAME`. */
export interface NoticesSpec {
  /** Undefined: what the cluster runs. */
  readonly from?: string | undefined;
  readonly to: string;
}

const version = z
  .string()
  .min(1)
  .refine((text) => referencesOf(text).length > 0 || linkerdVersion(text) !== undefined, {
    message: 'Not a version of Linkerd, and not a parameter.',
  });

export const noticesSchema: ActionSchema<NoticesSpec> = {
  name: 'notices',
  summary:
    'Looks which changes of the releases from one version to another touch this cluster, and names the objects.',
  example: 'from: stable-2.13.7\nto: stable-2.14.10\n',
  spec: z.strictObject({
    from: version
      .optional()
      .describe('The version that runs; unless told, the one that is found on the cluster'),
    to: version.describe('The target'),
  }),
  risk: () => 'look',
  scripts: ({ from, to }) =>
    referencesIn([
      ...(from === undefined ? [] : [{ path: ['from'], text: from }]),
      { path: ['to'], text: to },
    ]),
};
