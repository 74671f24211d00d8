import { z } from 'zod';
import type { ActionSchema, SpecProblem } from '../../runbook/action-schema.ts';
import { duration } from '../duration-field.ts';

/** What is to go, or what is to stay, and how careful the deletion is. Times in ms. */
export interface PruneSpec {
  readonly list?: string | undefined;
  readonly keep?: string | undefined;
  readonly what: 'plain' | 'definitions';
  readonly namespace: string;
  /** Undefined: that of the control plane in `namespace`. */
  readonly label?: string | undefined;
  readonly timeout: number;
}

const command = () => z.string().min(1, 'It is empty.');

export const pruneSchema: ActionSchema<PruneSpec> = {
  name: 'prune',
  summary:
    'Deletes what an older version has left behind, object by object, after each has been shown; a definition that has resources only by itself.',
  example: 'list: linkerd prune\nwhat: plain\n',
  spec: z.strictObject({
    list: command()
      .optional()
      .describe('A command that only looks and prints the manifests of what is to go'),
    keep: command()
      .optional()
      .describe(
        'A command that only looks and prints the manifests of all that stays: the rest with the label goes',
      ),
    what: z
      .enum(['plain', 'definitions'])
      .default('plain')
      .describe(
        '`plain`: everything but definitions (CRDs) that have resources; `definitions`: only those, with all their resources',
      ),
    namespace: z
      .string()
      .min(1)
      .default('linkerd')
      .describe('The namespace of what is pruned; objects in another one, but for kube-system, are left'),
    label: z
      .string()
      .regex(/^[\w./-]+(=[\w.-]*)?$/, 'Not a label, such as linkerd.io/extension=viz.')
      .optional()
      .describe('What carries this label may be deleted, and nothing else'),
    timeout: duration(1)
      .default(2 * 60_000)
      .describe('How long one object may take to be gone before it has failed'),
  }),
  risk: ({ what }) => (what === 'definitions' ? 'irreversible' : 'change'),
  check: whatIsWrong,
  scripts: ({ list, keep }) => [
    ...(list === undefined ? [] : [{ path: ['list'], script: list }]),
    ...(keep === undefined ? [] : [{ path: ['keep'], script: keep }]),
  ],
};

/** The label that an object must carry. */
export const labelOf = ({ label, namespace }: PruneSpec): string =>
  label ?? `linkerd.io/control-plane-ns=${namespace}`;

function whatIsWrong({ list, keep }: PruneSpec): SpecProblem[] {
  if ((list === undefined) !== (keep === undefined)) return [];
  const message = list === undefined ? 'Nothing says what is to go.' : 'Both say what is to go.';
  return [{ path: [list === undefined ? 'what' : 'keep'], message, expected: 'one of list and keep' }];
}
