import { z } from 'zod';
import type { ActionSchema } from '../../runbook/action-schema.ts';
import { referencesIn } from '../fill-in.ts';
import { versionText } from '../version-text.ts';

/** The way that is planned. All of it may refer to parameters as `$NAME`. */
export interface PlanSpec {
  readonly from: string;
  readonly to: string;
  /** `cli` or `helm`; undefined: what the cluster shows. */
  readonly method?: string | undefined;
  /** The way may have been begun: what stopped half way is finished by what follows, and is no reason to fail. */
  readonly finish?: boolean | undefined;
}

export const planSchema: ActionSchema<PlanSpec> = {
  name: 'plan',
  summary:
    'Plans the way from one version to another: the hops, and what each of them demands of this cluster.',
  example: 'from: stable-2.12.6\nto: stable-2.14.10\nmethod: cli\n',
  spec: z.strictObject({
    from: versionText.describe('The version that runs'),
    to: versionText.describe('The target'),
    method: z.string().min(1).optional().describe('`cli` or `helm`; unless told, what the cluster shows'),
    finish: z
      .boolean()
      .optional()
      .describe('`true`: an upgrade that stopped half way is finished by what follows'),
  }),
  risk: () => 'look',
  scripts: ({ from, to, method }) =>
    referencesIn([
      { path: ['from'], text: from },
      { path: ['to'], text: to },
      ...(method === undefined ? [] : [{ path: ['method'], text: method }]),
    ]),
};
