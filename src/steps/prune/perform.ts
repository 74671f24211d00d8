/** Deletes what was agreed to, one object after the other, and looks whether each is gone. */
import type { ApiProblem, ClusterApi } from '../../cluster/api.ts';
import type { KubeObject, ResourceRef } from '../../cluster/objects.ts';
import { counted } from '../../data-plane/words.ts';
import { type PerformContext, type Performed, pause } from '../../state/kind.ts';
import { problemText } from '../restart/problem-text.ts';
import { countResources } from './definitions.ts';
import { statesOf } from './notes.ts';
import { objectName, type PrunePlan, type PruneRow, resourcesWords } from './plan.ts';
import { whyLeft } from './rules.ts';
import { labelOf, type PruneSpec } from './schema.ts';

/** Between two looks whether an object is gone, and between two tries where the server does not answer. */
const lookEveryMs = 500;
const againMs = 2_000;

/** Does what is left of the plan; the first object that cannot be deleted ends it. */
export async function performPrune(spec: PruneSpec, context: PerformContext): Promise<Performed> {
  const { api, plan } = context;
  const found = plan?.plan as PrunePlan | undefined;
  if (!api) return { ok: false, detail: 'This session has no cluster.' };
  if (!plan || found?.form !== 1)
    return { ok: false, detail: 'There is no plan to go by: retry to make one.' };
  const rows = found.rows.filter(({ id }) => !plan.excluded.includes(id));
  const before = statesOf(context.notes);
  const sum = (done: number) => `${done} of ${counted(rows.length, 'object')} deleted`;
  let done = 0;
  for (const row of rows) {
    const state = before.get(row.id)?.type ?? 'waiting';
    if (state !== 'deleted') {
      const why = await remove(api, spec, row, state === 'deleting', context);
      if (context.signal.aborted) return { ok: false, detail: 'Ended by the operator.' };
      if (why !== undefined) {
        await context.note(`${objectName(row)} was not deleted. ${why}`, { type: 'failed', id: row.id, why });
        return { ok: false, detail: `${objectName(row)}: ${why} ${sum(done)}.` };
      }
      await context.note(`${objectName(row)} is gone.`, { type: 'deleted', id: row.id });
    }
    done += 1;
  }
  const out = plan.excluded.length === 0 ? '' : `, ${plan.excluded.length} left out`;
  return { ok: true, detail: `${sum(done)}${out}.` };
}

/** Undefined once it is gone; else why it is not. */
async function remove(
  api: ClusterApi,
  spec: PruneSpec,
  row: PruneRow,
  begun: boolean,
  context: PerformContext,
): Promise<string | undefined> {
  const { apiVersion, resource, namespace, name, uid } = row;
  const ref: ResourceRef = { apiVersion, resource, ...(namespace === undefined ? {} : { namespace }) };
  const live = await patiently(context, () => api.get(ref, name));
  if (live.type === 'failed') return live.why;
  if (live.type === 'gone' || live.value.metadata.uid !== uid) return undefined;
  if (live.value.metadata.deletionTimestamp === undefined) {
    const changed = await whyNotNow(api, spec, row, ref, live.value);
    if (changed !== undefined) return changed;
    if (!begun) await context.note(`Deleting ${objectName(row)}.`, { type: 'deleting', id: row.id });
    const taken = await patiently(context, () => api.delete(ref, name, { uid }));
    // A conflict: another object of its name was made, and is looked at below.
    if (taken.type === 'failed' && !taken.conflict) return taken.why;
  }
  return gone(api, ref, row, spec.timeout, context);
}

/** It is no longer what was agreed to. */
async function whyNotNow(
  api: ClusterApi,
  spec: PruneSpec,
  { kind, name, resources }: PruneRow,
  ref: ResourceRef,
  live: KubeObject,
): Promise<string | undefined> {
  const why = whyLeft(kind, live.metadata, { namespace: spec.namespace, label: labelOf(spec) });
  if (why !== undefined || resources === undefined) return why;
  const now = await countResources(api, ref, name);
  if (now === resources || (resources !== 0 && now >= 0 && now < resources)) return undefined;
  return `It has ${resourcesWords(now)} now, and ${resourcesWords(resources)} when it was agreed to.`;
}

async function gone(
  api: ClusterApi,
  ref: ResourceRef,
  { name, uid }: PruneRow,
  timeoutMs: number,
  context: PerformContext,
): Promise<string | undefined> {
  const { clock, signal } = context;
  const until = clock.now() + timeoutMs;
  for (;;) {
    const live = await patiently(context, () => api.get(ref, name));
    if (signal.aborted) return undefined;
    if (live.type === 'failed') return live.why;
    if (live.type === 'gone' || live.value.metadata.uid !== uid) return undefined;
    if (clock.now() >= until) {
      const { finalizers = [] } = live.value.metadata;
      const held = finalizers.length === 0 ? '' : ` Its finalizers hold it: ${finalizers.join(', ')}.`;
      return `It is still there after ${Math.round(timeoutMs / 1000)} s.${held}`;
    }
    await pause(clock, lookEveryMs, signal);
  }
}

type Heard<T> =
  | { readonly type: 'value'; readonly value: T }
  | { readonly type: 'gone' }
  | { readonly type: 'failed'; readonly why: string; readonly conflict: boolean };

/** Asks until the server answers: what cannot be seen is neither gone nor failed. */
async function patiently<T>(
  { clock, signal, progress }: PerformContext,
  call: () => Promise<
    { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: ApiProblem }
  >,
): Promise<Heard<T>> {
  for (;;) {
    const answer = await call();
    if (answer.ok) return { type: 'value', value: answer.value };
    const { problem } = answer;
    if (problem.type === 'not-found') return { type: 'gone' };
    if (problem.type !== 'unreachable' || signal.aborted)
      return { type: 'failed', why: problemText(problem), conflict: problem.type === 'conflict' };
    progress({ notice: `The cluster does not answer: ${problem.message}` });
    await pause(clock, againMs, signal);
  }
}
