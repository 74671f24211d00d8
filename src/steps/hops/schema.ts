import { z } from 'zod';
import type { ActionSchema } from '../../runbook/action-schema.ts';
import { referencesIn } from '../fill-in.ts';
import { versionText } from '../version-text.ts';

/** The way that is walked. The versions may refer to parameters as `$NAME`. */
export interface HopsSpec {
  readonly from: string;
  readonly to: string;
  /** The path of the runbook of one hop, relative to this one. */
  readonly runbook: string;
}

export const hopsSchema: ActionSchema<HopsSpec> = {
  name: 'hops',
  summary:
    'Walks a runbook once for each hop on the way from one version to another, with `FROM` and `TO` set to those of the hop.',
  example: 'from: stable-2.12.6\nto: stable-2.14.10\nrunbook: upgrade-cli.md\n',
  spec: z.strictObject({
    from: versionText.describe('The version that the way begins with'),
    to: versionText.describe('The target'),
    runbook: z.string().min(1).describe('The path of the runbook of one hop, relative to this file'),
  }),
  risk: () => 'look',
  file: 'runbook',
  scripts: ({ from, to }) =>
    referencesIn([
      { path: ['from'], text: from },
      { path: ['to'], text: to },
    ]),
};
