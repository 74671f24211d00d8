import type { PathFacts } from '../../linkerd/path/model.ts';
import { planPath } from '../../linkerd/path/plan-path.ts';
import type { PerformContext, Performed, PerformingKind } from '../../state/kind.ts';
import { filledOrRaw, fillIn } from '../fill-in.ts';
import { lookAtCluster } from '../notice/look.ts';
import { type PlanSpec, planSchema } from './schema.ts';
import { type Path, pathText, planLines } from './words.ts';

/** What a plan writes down with its last note: its panel shows it. */
export interface Planned {
  readonly type: 'path';
  readonly path: Path;
}

/** The way to a version as this cluster stands. It fails where there is none, or where the first hop must not be begun. */
export const planKind: PerformingKind<PlanSpec> = {
  way: 'performs',
  schema: planSchema,
  describe: ({ from, to }, values) =>
    `Plan the way from ${filledOrRaw(from, values)} to ${filledOrRaw(to, values)}.`,
  async perform(spec, context) {
    const filled = [spec.from, spec.to, spec.method ?? ''].map((text) => fillIn(text, context.values));
    const missing = filled.find((one) => !one.ok);
    if (missing?.ok === false) return failed(`The parameter ${missing.missing} has no value.`);
    const [from = '', to = '', method = ''] = filled.flatMap((one) => (one.ok ? one.text : []));
    return plan(context, { from, to, method, finish: spec.finish === true });
  },
};

const failed = (detail: string): Performed => ({ ok: false, detail });

interface Asked {
  readonly from: string;
  readonly to: string;
  readonly method: string;
  readonly finish: boolean;
}

async function plan(context: PerformContext, { from, to, method, finish }: Asked): Promise<Performed> {
  context.progress({ progress: { type: 'looking', startedAt: context.clock.now() } });
  const known: PathFacts = method === 'cli' || method === 'helm' ? { method } : {};
  const facts: PathFacts = { ...(await factsOf(context, from, to)), ...known };
  const path = planPath(from, to, facts);
  if (path.type === 'nothing') return { ok: true, detail: path.text };
  if (path.type === 'refused') {
    if (finish && from === to) return { ok: true, detail: path.reason };
    return failed(`${path.reason} ${path.advice}`.trim());
  }
  for (const { text, hop } of planLines(path)) await context.note(hop ? text : `  ${text}`);
  await context.note(pathText(path), { type: 'path', path } satisfies Planned);
  const blocked = path.hops[0]?.demands.find(
    ({ weight, code }) => weight === 'block' && !(finish && code === 'half-upgraded'),
  );
  if (blocked) return failed(blocked.text);
  return { ok: true, detail: `${pathText(path)}.` };
}

/** What is known of the cluster. What cannot be seen leaves the demands that hang on it as conditions. */
async function factsOf(context: PerformContext, from: string, to: string): Promise<PathFacts> {
  const [{ pathFactsOf, pathParts }, { createView }] = await Promise.all([
    import('../../diagnosis/path-facts.ts'),
    import('../../diagnosis/view.ts'),
  ]);
  const looked = await lookAtCluster(context, { from, target: to }, pathParts, true);
  if (!looked.ok) {
    await context.note(`${looked.why} What hangs on it is said as a condition.`);
    return {};
  }
  return pathFactsOf(createView(looked.snapshot)).facts;
}
