import { z } from 'zod';
import type { ActionSchema } from '../../runbook/action-schema.ts';

/** Something that a person does or states. */
export interface ConfirmSpec {
  readonly message: string;
  /** The text to be typed, where a key is too little. */
  readonly type?: string | undefined;
}

export const confirmSchema: ActionSchema<ConfirmSpec> = {
  name: 'confirm',
  summary: 'Waits until the operator confirms something that a person has done or seen.',
  example: 'message: The on-call of the payments team knows that the upgrade begins.\n',
  spec: z.strictObject({
    message: z.string().min(1).describe('What is confirmed, as a sentence'),
    type: z.string().min(1).optional().describe('A text to be typed to confirm'),
  }),
  risk: () => 'look',
};
