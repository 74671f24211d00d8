import type { ActionSchema } from './action-schema.ts';
import { resolveFile } from './links.ts';
import type { Action, Runbook } from './model.ts';

/** A runbook that an action leads into by naming its file. */
interface LeadsInto {
  /** Its key in the bundle. */
  readonly file: string;
  /** The key of the block's YAML that names it. */
  readonly key: string;
  readonly action: Action;
}

/** The runbooks that actions name in a key of their own; includes, branches and choices are others. */
export function leadsInto(runbook: Runbook, schemas: readonly ActionSchema[]): readonly LeadsInto[] {
  const keys = new Map(
    schemas.flatMap(({ name, file }) => (file === undefined ? [] : [[name, file as string]])),
  );
  return runbook.steps.flatMap((step) =>
    step.actions.flatMap((action) => {
      const key = keys.get(action.kind);
      if (key === undefined || !('spec' in action)) return [];
      const named = (action.spec as Readonly<Record<string, unknown>>)[key];
      return typeof named === 'string' ? [{ file: resolveFile(action.place.file, named), key, action }] : [];
    }),
  );
}
