import { z } from 'zod';
import type { ActionSchema } from '../../runbook/action-schema.ts';
import { durationForm } from '../../runbook/durations.ts';
import { duration } from '../duration-field.ts';

/** A soak: time that has to pass, with or without a command that must keep passing. Times in ms. */
export interface WaitSpec {
  readonly for: number;
  readonly command?: string | undefined;
  /** From the end of one probe to the start of the next. */
  readonly every: number;
  readonly message?: string | undefined;
}

export const waitSchema: ActionSchema<WaitSpec> = {
  name: 'wait',
  summary: 'Lets time pass. With a command, that command must keep passing until the time is over.',
  example: 'for: 5m\nevery: 15s\ncommand: linkerd check --proxy\nmessage: Watch the error rates meanwhile.\n',
  spec: z.strictObject({
    for: duration(1).describe(`How long: ${durationForm}`),
    command: z.string().min(1).optional().describe('A command that only looks, and must keep ending with 0'),
    every: duration(1).default(10_000).describe('The time between two runs of the command'),
    message: z.string().min(1).optional().describe('What to do or to look at meanwhile'),
  }),
  risk: () => 'look',
  check: (spec) =>
    spec.command !== undefined && spec.every > spec.for
      ? [{ path: ['every'], message: 'The command would run only once: `every` is longer than `for`.' }]
      : [],
  scripts: (spec) => (spec.command === undefined ? [] : [{ path: ['command'], script: spec.command }]),
};
