/** What a runbook's front matter says of it as a drill. */
import type { z } from 'zod';
import { drillSchema } from './front-matter-schema.ts';
import type { Runbook } from './model.ts';

/** The practice cluster it starts on, what is broken there, and what is walked then. */
export type Drill = z.output<typeof drillSchema>;

/** The runbook as a drill; undefined where it is none, or its front matter does not say so properly. */
export function drillOf({ frontMatter }: Pick<Runbook, 'frontMatter'>): Drill | undefined {
  const parsed = drillSchema.safeParse(frontMatter.drill);
  return parsed.success ? parsed.data : undefined;
}

/** Whether something else than the file itself is walked: then it needs no steps of its own. */
export function walksAnother({ frontMatter }: Pick<Runbook, 'frontMatter'>): boolean {
  const { drill } = frontMatter;
  return typeof drill === 'object' && drill !== null && 'runbook' in drill;
}
