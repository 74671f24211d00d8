import { z } from 'zod';
import type { ActionSchema } from '../../src/runbook/action-schema.ts';

const ask: ActionSchema<{ parameter: string; message?: string | undefined }> = {
  name: 'ask',
  summary: 'Asks.',
  example: 'parameter: X\n',
  spec: z.strictObject({ parameter: z.string(), message: z.string().optional() }),
  risk: () => 'look',
  check: (spec, { parameters }) =>
    parameters.some(({ name }) => name === spec.parameter)
      ? []
      : [{ path: ['parameter'], message: `${spec.parameter} is no parameter of this runbook` }],
};

const confirm: ActionSchema<{ message: string }> = {
  name: 'confirm',
  summary: 'Confirms.',
  example: 'message: Yes?\n',
  spec: z.strictObject({ message: z.string() }),
  risk: () => 'look',
};

const wait: ActionSchema<{ for: string; command?: string | undefined }> = {
  name: 'wait',
  summary: 'Waits.',
  example: 'for: 5m\n',
  spec: z.strictObject({ for: z.string(), command: z.string().optional() }),
  risk: () => 'look',
  scripts: (spec) => (spec.command === undefined ? [] : [{ path: ['command'], script: spec.command }]),
};

const include: ActionSchema<{ file: string; prefix?: string | undefined }> = {
  name: 'include',
  summary: 'Includes.',
  example: 'file: part.md\n',
  spec: z.strictObject({ file: z.string(), prefix: z.string().optional() }),
  risk: () => 'look',
};

/** Kinds enough for the format's own tests. */
export const schemas = [ask, confirm, wait, include] as readonly ActionSchema[];

/** Reads from a table of files. */
export const reading = (files: Readonly<Record<string, string>>) => async (key: string) => files[key];
