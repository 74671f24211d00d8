import type { NoticeSpec } from '../../diagnosis/notices/model.ts';
import type { PerformingKind } from '../../state/kind.ts';
import { noticeSchema } from './schema.ts';

/** One change of a release, looked at by itself. */
export const noticeKind: PerformingKind<NoticeSpec> = {
  way: 'performs',
  schema: noticeSchema,
  describe: ({ find }) =>
    find.length === 0
      ? 'Nothing of this can be seen on a cluster.'
      : 'Look whether this touches the cluster.',
  perform: async () => ({ ok: true, detail: 'Read.' }),
};
