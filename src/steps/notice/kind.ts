import { partsFor } from '../../diagnosis/notices/evaluate.ts';
import type { Notice, NoticeSpec } from '../../diagnosis/notices/model.ts';
import { noticeTexts, outcomeText } from '../../diagnosis/notices/words.ts';
import type { PerformingKind } from '../../state/kind.ts';
import type { Noticed } from '../notices/noticed.ts';
import { inTurns, lookAtCluster } from './look.ts';
import { noticeSchema } from './schema.ts';

/** One change of a release, looked at by itself: whatever the cluster runs, and wherever it goes. */
export const noticeKind: PerformingKind<NoticeSpec> = {
  way: 'performs',
  schema: noticeSchema,
  describe: ({ find }) =>
    find.length === 0
      ? 'No cluster can tell whether this touches it.'
      : 'Look whether this touches the cluster.',
  async perform(spec, context) {
    if (spec.find.length === 0) {
      return { ok: true, detail: 'No cluster can tell whether this touches it: you have to know.' };
    }
    const looked = await lookAtCluster(context, {}, partsFor(spec));
    if (!looked.ok) return { ok: false, detail: looked.why };
    // The step around it has its title and its text.
    const line = /^2\.\d+/.exec(spec.id)?.[0] ?? '';
    const notice: Notice = { ...spec, line, title: spec.id, text: '', file: '', step: context.at.step };
    const results = await inTurns(looked.snapshot, [notice], context.signal);
    const [, ...lines] = results.flatMap(noticeTexts);
    for (const text of lines) await context.note(text);
    const detail = results.map(outcomeText).join(' ');
    await context.note(detail, { type: 'noticed', results } satisfies Noticed);
    return { ok: true, detail };
  },
};
