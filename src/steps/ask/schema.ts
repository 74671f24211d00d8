import { z } from 'zod';
import type { ActionSchema } from '../../runbook/action-schema.ts';
import { declared } from '../declared.ts';

/** Asks for one parameter at this point of the walk instead of at its start. */
export interface AskSpec {
  readonly parameter: string;
  /** Asked in place of the parameter's own question. */
  readonly message?: string | undefined;
}

export const askSchema: ActionSchema<AskSpec> = {
  name: 'ask',
  summary: 'Asks for the value of a declared parameter here, not at the start.',
  example: 'parameter: TICKET\nmessage: Which ticket does this belong to?\n',
  spec: z.strictObject({
    parameter: z.string().min(1).describe('The name of a parameter declared in the front matter'),
    message: z.string().min(1).optional().describe("Asked in place of the parameter's own question"),
  }),
  risk: () => 'look',
  check: (spec, { parameters }) => declared(spec.parameter, parameters),
};
