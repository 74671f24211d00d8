import { noticesOf } from '../../diagnosis/notices/of-bundle.ts';
import { onTheWay, runningVersion } from '../../diagnosis/notices/way.ts';
import { impactTexts, summaryText } from '../../diagnosis/notices/words.ts';
import { readLinkerdName } from '../../runbook/linkerd-version.ts';
import type { PerformContext, Performed, PerformingKind } from '../../state/kind.ts';
import { filledOrRaw, fillIn } from '../fill-in.ts';
import { inTurns, lookAtCluster } from '../notice/look.ts';
import type { Noticed } from './noticed.ts';
import { type NoticesSpec, noticesSchema } from './schema.ts';

/** All changes between two versions, looked at in one look at the cluster. */
export const noticesKind: PerformingKind<NoticesSpec> = {
  way: 'performs',
  schema: noticesSchema,
  describe: ({ from, to }, values) =>
    `Look which changes ${from === undefined ? '' : `from ${filledOrRaw(from, values)} `}to ${filledOrRaw(to, values)} touch this cluster.`,
  async perform(spec, context) {
    const to = fillIn(spec.to, context.values);
    if (!to.ok) return failed(`The parameter ${to.missing} has no value.`);
    const given = spec.from === undefined ? undefined : fillIn(spec.from, context.values);
    if (given?.ok === false) return failed(`The parameter ${given.missing} has no value.`);
    return look(context, given?.text, to.text);
  },
};

const failed = (detail: string): Performed => ({ ok: false, detail });

async function look(context: PerformContext, given: string | undefined, to: string): Promise<Performed> {
  const notices = noticesOf(context);
  if (notices.length === 0) return failed('There are no upgrade notices among the runbooks of this session.');
  context.progress({ progress: { type: 'looking', startedAt: context.clock.now() } });
  const walk = { target: to, ...(given === undefined ? {} : { from: given }) };
  const looked = await lookAtCluster(context, walk);
  if (!looked.ok) return failed(looked.why);
  const from = given ?? runningVersion(looked.snapshot);
  if (from === undefined) {
    return failed('Which version of Linkerd runs could not be seen, so nobody can say what changes.');
  }
  const strange = [from, to].find((version) => readLinkerdName(version) === undefined);
  if (strange !== undefined) {
    return failed(`${strange} is no release of Linkerd, so nobody can say what changes on the way.`);
  }
  const results = await inTurns(looked.snapshot, onTheWay(notices, { from, to }), context.signal);
  for (const text of impactTexts(results)) await context.note(text);
  const detail = summaryText(results);
  await context.note(detail, { type: 'noticed', results } satisfies Noticed);
  return { ok: true, detail };
}
