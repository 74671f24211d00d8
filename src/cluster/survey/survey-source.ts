/** Reads what the survey needs of a cluster: metadata of pods and namespaces, and what each control plane says of itself. */
import type { ControlPlaneMeta, NamespaceMeta, PodMeta, Survey } from '../../data-plane/model.ts';
import { createIntern, readNamespaceMeta, readPodMeta } from '../../data-plane/read-meta.ts';
import { foldSurvey } from '../../data-plane/survey.ts';
import type { ApiProblem, ClusterApi, Selection } from '../api.ts';
import { collect } from '../collect.ts';
import type { ResourceRef } from '../objects.ts';
import { readControlPlanes } from './control-planes.ts';
import { onHostNetwork } from './host-network.ts';
import { missing, podsOf } from './unseen.ts';

export interface SurveyOptions {
  /** All that may be seen, unless some are named. */
  readonly namespaces?: readonly string[];
  readonly signal?: AbortSignal;
}

/** The survey with all that it was made of, so that it can be folded again with newer pods. */
export interface ClusterSurvey {
  /** Of the namespaces that were asked for. */
  readonly pods: readonly PodMeta[];
  readonly namespaces: readonly NamespaceMeta[];
  readonly controlPlane: ControlPlaneMeta | undefined;
  readonly controlPlanes: readonly ControlPlaneMeta[];
  /** UIDs of pods that are over; undefined where that could not be seen. */
  readonly finished: ReadonlySet<string> | undefined;
  /** Workloads that have no proxy because their pods are on the host network. */
  readonly hostNetwork: ReadonlySet<string>;
  readonly survey: Survey;
  /** Namespaces that were named and are not there. */
  readonly absent: readonly string[];
  /** Set where no pods could be seen at all: then the survey says nothing. */
  readonly problem?: ApiProblem;
}

const PODS: ResourceRef = { apiVersion: 'v1', resource: 'pods' };
const NAMESPACES: ResourceRef = { apiVersion: 'v1', resource: 'namespaces' };
const OVER: Selection = {
  fieldSelector: 'status.phase!=Running,status.phase!=Pending,status.phase!=Unknown',
};

/** Surveys the cluster once. What must not be seen is named in `survey.unseen` with the permission, and never stops the rest. */
export async function surveyCluster(api: ClusterApi, options: SurveyOptions = {}): Promise<ClusterSurvey> {
  const intern = createIntern();
  const unseen: string[] = [];
  const named = options.namespaces ?? [];
  const refs = named.length === 0 ? [PODS] : [...new Set(named)].map((namespace) => ({ ...PODS, namespace }));
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  // Field selectors know the phase, which the metadata does not have. Both are asked at once: they do not wait for each other.
  const [spaces, found, over] = await Promise.all([
    readNamespaces(api, named, unseen),
    Promise.all(
      refs.map((ref) => collect(api, { ref, pick: (object) => readPodMeta(object, intern), ...signal })),
    ),
    Promise.all(
      refs.map((ref) => collect(api, { ref, ...OVER, pick: ({ metadata }) => metadata.uid, ...signal })),
    ),
  ]);
  const pods: PodMeta[] = [];
  let problem: ApiProblem | undefined;
  for (const [index, result] of found.entries()) {
    if (result.ok) for (const pod of result.value) pods.push(pod);
    else {
      problem ??= result.problem;
      unseen.push(missing(podsOf(refs[index]?.namespace), result.problem));
    }
  }
  const finished = new Set<string>();
  let overKnown = true;
  for (const [index, result] of over.entries()) {
    if (result.ok) for (const uid of result.value) finished.add(uid);
    else if (found[index]?.ok) {
      overKnown = false;
      unseen.push(missing(`which ${podsOf(refs[index]?.namespace)} are over`, result.problem));
    }
  }
  const controlPlanes = await readControlPlanes(api, {
    // One that was evicted stays in the list, and runs nothing.
    pods: finished.size === 0 ? pods : pods.filter(({ uid }) => !finished.has(uid)),
    spaces: spaces.namespaces,
    named,
    intern,
    unseen,
  });
  const input = {
    pods,
    namespaces: spaces.namespaces,
    controlPlanes,
    finished: overKnown ? finished : undefined,
  };
  const first = foldSurvey({ ...input, unseen });
  const hostNetwork = await onHostNetwork(api, first.unmeshed);
  const survey = hostNetwork.size === 0 ? first : foldSurvey({ ...input, unseen, hostNetwork });
  return {
    ...input,
    hostNetwork,
    controlPlane: survey.controlPlane,
    survey,
    absent: spaces.absent,
    ...(problem !== undefined && found.every((result) => !result.ok) ? { problem } : {}),
  };
}

async function readNamespaces(
  api: ClusterApi,
  named: readonly string[],
  unseen: string[],
): Promise<{ readonly namespaces: NamespaceMeta[]; readonly absent: string[] }> {
  if (named.length === 0) {
    const all = await api.list(NAMESPACES, { form: 'metadata' });
    if (all.ok) return { namespaces: all.value.items.map(readNamespaceMeta), absent: [] };
    unseen.push(missing('annotations of namespaces', all.problem));
    return { namespaces: [], absent: [] };
  }
  const namespaces: NamespaceMeta[] = [];
  const absent: string[] = [];
  await Promise.all(
    named.map(async (name) => {
      const one = await api.get(NAMESPACES, name);
      if (one.ok) namespaces.push(readNamespaceMeta(one.value));
      else if (one.problem.type === 'not-found') absent.push(name);
      else unseen.push(missing(`annotations of the namespace ${name}`, one.problem));
    }),
  );
  return { namespaces, absent };
}
