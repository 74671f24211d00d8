import type { PerformingKind } from '../../state/kind.ts';
import { filledOrRaw } from '../fill-in.ts';
import { type NoticesSpec, noticesSchema } from './schema.ts';

/** All changes between two versions, looked at in one look at the cluster. */
export const noticesKind: PerformingKind<NoticesSpec> = {
  way: 'performs',
  schema: noticesSchema,
  describe: ({ to }, values) => `Look which changes up to ${filledOrRaw(to, values)} touch this cluster.`,
  perform: async () => ({ ok: true, detail: 'Read.' }),
};
