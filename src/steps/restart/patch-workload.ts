/** Restarts one workload as `kubectl rollout restart` does: a stamp in its pod template, which begins a rollout. */
import type { ApiProblem, ClusterApi } from '../../cluster/api.ts';
import type { KubeObject, ResourceRef } from '../../cluster/objects.ts';
import { resourceOf } from '../../cluster/rollouts/rollout-scope.ts';
import type { PlannedWorkload } from '../../data-plane/restart-plan.ts';
import { problemText } from './problem-text.ts';

/** The annotation that kubectl sets (kubectl, pkg/polymorphichelpers/objectrestarter.go). */
const restartedAt = 'kubectl.kubernetes.io/restartedAt';

/** What came of it. */
export type Patched =
  /** The server has it. `foreign`: somebody else restarted it after us, which is as good. */
  | { readonly type: 'taken'; readonly generation: number; readonly foreign: boolean }
  /** It is not there any more, or it is another one of the same name. */
  | { readonly type: 'gone'; readonly why: string }
  | { readonly type: 'refused'; readonly why: string }
  /** Nobody knows whether it was taken; the same stamp may be sent again. */
  | { readonly type: 'unknown'; readonly why: string };

/**
 * Patches the workload. `again`: an earlier try may have reached the server, so it is looked at first; the same stamp once more
 * changes nothing, and a later restart by somebody else is not undone by our older one.
 */
export async function patchWorkload(
  api: ClusterApi,
  workload: PlannedWorkload,
  stamp: string,
  again: boolean,
): Promise<Patched> {
  const ref: ResourceRef = {
    apiVersion: 'apps/v1',
    resource: resourceOf[workload.kind],
    namespace: workload.namespace,
  };
  if (again) {
    const found = await api.get(ref, workload.name);
    if (!found.ok) return outcomeOf(found.problem);
    if (found.value.metadata.uid !== workload.uid) return replaced;
    const before = stampOf(found.value);
    if (before === stamp || Date.parse(before) > Date.parse(stamp)) {
      return { type: 'taken', generation: found.value.metadata.generation ?? 0, foreign: before !== stamp };
    }
  }
  const result = await api.patch(ref, workload.name, restartPatch(workload, stamp), {
    type: 'strategic',
    fieldManager: 'handrail',
  });
  if (result.ok) {
    return { type: 'taken', generation: result.value.metadata.generation ?? 0, foreign: false };
  }
  const { problem } = result;
  if (problem.type === 'conflict' || (problem.type === 'rejected' && problem.code === 422)) {
    // 409 or 422, as the server's version has it, where the uid does not match; both have other causes too.
    const found = await api.get(ref, workload.name);
    if (!found.ok) return outcomeOf(found.problem);
    if (found.value.metadata.uid !== workload.uid) return replaced;
    // What came in between changed the object at the same moment: the next try meets it at rest.
    if (problem.type === 'conflict') return { type: 'unknown', why: problem.message };
  }
  return outcomeOf(problem);
}

/** A strategic merge patch. The server refuses it where the object of that name is another one by now. */
export const restartPatch = ({ uid }: PlannedWorkload, stamp: string) => ({
  metadata: { uid },
  spec: { template: { metadata: { annotations: { [restartedAt]: stamp } } } },
});

const replaced: Patched = {
  type: 'gone',
  why: 'It was deleted, and another one of its name was made meanwhile.',
};

function outcomeOf(problem: ApiProblem): Patched {
  switch (problem.type) {
    case 'not-found':
      return { type: 'gone', why: 'It is not there any more.' };
    case 'unreachable':
      return { type: 'unknown', why: problemText(problem) };
    case 'denied':
    case 'conflict':
    case 'rejected':
      return { type: 'refused', why: problemText(problem) };
  }
}

function stampOf(object: KubeObject): string {
  const found: unknown = object.spec?.template?.metadata?.annotations?.[restartedAt];
  return typeof found === 'string' ? found : '';
}

/** RFC 3339 with ms, so that two restarts never have the same one; later than all of `used`. */
export function newStamp(now: number, used: readonly string[]): string {
  const latest = used.reduce((most, stamp) => Math.max(most, Date.parse(stamp) || 0), 0);
  return new Date(Math.max(now, latest + 1)).toISOString();
}
