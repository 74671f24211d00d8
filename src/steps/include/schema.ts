import { z } from 'zod';
import type { ActionSchema } from '../../runbook/action-schema.ts';

/** The steps of another file, walked in this place. */
interface IncludeSpec {
  /** Relative to the file that includes it. */
  readonly file: string;
  /** Put before the ids of its steps, where they would clash with others. */
  readonly prefix?: string | undefined;
}

export const includeSchema: ActionSchema<IncludeSpec> = {
  name: 'include',
  summary: 'Puts the steps of another file in this place.',
  example: 'file: parts/check-health.md\n',
  spec: z.strictObject({
    file: z
      .string()
      .regex(/^(?![a-z][a-z0-9+.-]*:|[/\\]).+\.(md|markdown)$/i, 'A relative path of a Markdown file.')
      .describe('The path of a Markdown file, relative to this one'),
    prefix: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Small letters, digits and dashes.')
      .optional()
      .describe('Put before the ids of its steps, where they would clash with others'),
  }),
  risk: () => 'look',
};
