/** Reads what the survey needs of a cluster: metadata of pods and namespaces, and what each control plane says of itself. */
import { readControlPlane } from '../data-plane/control-plane.ts';
import type { ControlPlaneMeta, NamespaceMeta, PodMeta, Survey } from '../data-plane/model.ts';
import { createIntern, type Intern, readNamespaceMeta, readPodMeta } from '../data-plane/read-meta.ts';
import { foldSurvey } from '../data-plane/survey.ts';
import type { ApiProblem, ClusterApi, Selection } from './api.ts';
import { collect } from './collect.ts';
import { onHostNetwork } from './host-network.ts';
import type { ResourceRef } from './objects.ts';

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
const OF_CONTROL_PLANE: Selection = { labelSelector: 'linkerd.io/control-plane-component' };
/** Any pod may claim to belong to some control plane; more than these are not asked for. */
const MOST_CONTROL_PLANES = 8;

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
    if (result.ok) pods.push(...result.value);
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
    pods,
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

const podsOf = (namespace: string | undefined) =>
  namespace === undefined ? 'pods of all namespaces' : `pods of the namespace ${namespace}`;

/** `pods of all namespaces: needs the permission to list pods` */
function missing(what: string, problem: ApiProblem): string {
  if (problem.type !== 'denied') return `${what}: ${problem.message}`;
  const { verb, resource, namespace } = problem.permission;
  return `${what}: needs the permission to ${verb} ${resource}${namespace === undefined ? '' : ` in ${namespace}`}`;
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

interface ControlPlaneQuery {
  readonly pods: readonly PodMeta[];
  readonly spaces: readonly NamespaceMeta[];
  readonly named: readonly string[];
  readonly intern: Intern;
  readonly unseen: string[];
}

async function readControlPlanes(api: ClusterApi, query: ControlPlaneQuery): Promise<ControlPlaneMeta[]> {
  const { named, unseen } = query;
  const counts = new Map<string, number>();
  for (const { meshOf } of query.pods) {
    if (meshOf !== '') counts.set(meshOf, (counts.get(meshOf) ?? 0) + 1);
  }
  const meshed = [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const marked = query.spaces.filter((space) => space.controlPlane).map((space) => space.name);
  // Where neither pods nor namespaces tell of one, it is looked for where it usually is.
  const candidates = [
    ...new Set([...meshed, ...marked, ...(meshed.length + marked.length === 0 ? ['linkerd'] : [])]),
  ]
    .filter((name) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
    .slice(0, MOST_CONTROL_PLANES);
  const read = await Promise.all(
    candidates.map(async (namespace) => {
      const configMap = (name: string) =>
        api.get({ apiVersion: 'v1', resource: 'configmaps', namespace }, name);
      const [config, roots, own] = await Promise.all([
        configMap('linkerd-config'),
        configMap('linkerd-identity-trust-roots'),
        named.length === 0 || named.includes(namespace)
          ? undefined
          : collect(api, {
              ref: { ...PODS, namespace },
              ...OF_CONTROL_PLANE,
              pick: (object) => readPodMeta(object, query.intern),
            }),
      ]);
      const absent = !config.ok && config.problem.type === 'not-found';
      if (!config.ok && !absent) {
        unseen.push(
          missing(`the control plane's version (ConfigMap ${namespace}/linkerd-config)`, config.problem),
        );
      }
      if (!roots.ok && roots.problem.type !== 'not-found') {
        unseen.push(
          missing(`the trust anchors (ConfigMap ${namespace}/linkerd-identity-trust-roots)`, roots.problem),
        );
      }
      if (own?.ok === false) unseen.push(missing(podsOf(namespace), own.problem));
      return readControlPlane({
        namespace,
        installed: config.ok ? true : absent ? false : undefined,
        values: config.ok ? text(config.value.data?.values) : undefined,
        bundle: roots.ok ? text(roots.value.data?.['ca-bundle.crt']) : undefined,
        pods: own?.ok ? own.value : query.pods,
      });
    }),
  );
  // A place where nothing was found, and to which no pod belongs, is no control plane.
  return read.filter((one) => one.state === 'found' || meshed.includes(one.namespace));
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
