/** From a survey and the workloads to what is restarted, what is left as it is, and what is up to date. Pure. */
import { linkerdVersion } from '../runbook/linkerd-version.ts';
import type { Survey } from './model.ts';
import { type Why, whyNotNow, whyNotOfKind, whyNotRole, whySameProxy } from './restart-left.ts';
import {
  type Budget,
  type LeftOut,
  type PlannedWorkload,
  type RestartChoice,
  type RestartTarget,
  type VersionCount,
  workloadId,
} from './restart-plan.ts';
import { remarksOn } from './restart-remarks.ts';
import { byWorkload, inScope, isNamed, type Surveyed } from './restart-scope.ts';
import { expectedOf, givenBy, type Proxies, proxiesOf, sameVersion } from './workload-proxies.ts';

/** What becomes of everything that was chosen. */
export interface Chosen {
  readonly workloads: readonly PlannedWorkload[];
  readonly left: readonly LeftOut[];
  readonly upToDate: number;
}

/** Judges every workload, and every other owner of meshed pods, that is in the chosen part of the cluster. */
export function chooseTargets(
  survey: Survey,
  targets: readonly RestartTarget[],
  budgets: readonly Budget[],
  choice: RestartChoice,
): Chosen {
  const surveyed = byWorkload(survey);
  const workloads: PlannedWorkload[] = [];
  const left: LeftOut[] = [];
  let upToDate = 0;
  const seen = new Set<string>();
  for (const target of targets) {
    if (!inScope(choice, target)) continue;
    const id = workloadId(target);
    seen.add(id);
    const judged = judge(survey, surveyed.get(id), target, budgets, choice);
    if (judged === 'current') upToDate += 1;
    else if (judged !== 'no-concern') {
      if ('why' in judged) left.push(judged);
      else workloads.push(judged);
    }
  }
  if (!choice.selected) left.push(...others(survey, surveyed, seen, choice));
  return { workloads, left, upToDate };
}

type Judged = PlannedWorkload | LeftOut | 'current' | 'no-concern';

function judge(
  survey: Survey,
  found: Surveyed | undefined,
  target: RestartTarget,
  budgets: readonly Budget[],
  choice: RestartChoice,
): Judged {
  const expect = expectedOf(survey, found, choice);
  const state = proxiesOf(found, expect);
  const leave = (why: Why) => leftOut({ owner: target, ...state, pods: target.desired }, why);
  const { role, extension } = state;
  const named = isNamed(choice, target);
  if (role !== 'data-plane' && !named && !choice.namespaces.includes(target.namespace)) {
    if (role === 'control-plane' && !state.behind) return 'no-concern';
    return state.behind || choice.only !== 'out-of-date'
      ? leave(whyNotRole(role, extension, target.namespace))
      : 'current';
  }
  if (!wanted(choice, state, named)) {
    if (state.unmeshed) return leave(noProxy);
    if (state.meshed) return 'current';
    // Who names a workload is told what becomes of it, and nobody else is told of all that have no proxy.
    return named ? leave(whyNotNow(target) ?? outOfMesh) : 'no-concern';
  }
  const same = choice.only === 'out-of-date' && state.meshed && !state.otherRoot;
  const why = whyNotNow(target) ?? (same ? whySameProxy(target, expect, sameVersion) : undefined);
  if (why) return leave(why);
  const remarks = remarksOn(target, budgets, { meshed: state.meshed, expect });
  return { ...planned(target, state, expect), remarks };
}

const noProxy: Why = {
  code: 'NO_PROXY',
  why: 'Its pods have no proxy though one is asked for: a restart gives them one. To do that here, name the workload.',
};

const outOfMesh: Why = {
  code: 'NO_PROXY',
  why: 'Its pods have no proxy and none is asked for. Only a restart of all, with proxies or without, has it in: --only all, or only: all in a runbook.',
};

function planned(
  target: RestartTarget,
  { versions, meshed: hasProxy }: Proxies,
  expect: string,
): Omit<PlannedWorkload, 'remarks'> {
  const { kind, namespace, name, uid, desired, proxyInTemplate, pin } = target;
  const meshed = proxyInTemplate !== '' || (target.asks ?? hasProxy);
  // What pins the proxy may be an image, whose version is not known.
  const version = proxyInTemplate || (pin === '' ? expect : (linkerdVersion(pin) ?? ''));
  return {
    id: workloadId(target),
    kind,
    namespace,
    name,
    uid,
    pods: desired,
    versions,
    expect: meshed && version !== '' ? version : undefined,
    meshed,
  };
}

function wanted({ only }: RestartChoice, state: Proxies, named: boolean): boolean {
  if (named && state.unmeshed) return true;
  switch (only) {
    case 'out-of-date':
      return state.behind;
    case 'meshed':
      return state.meshed;
    case 'all':
      return true;
  }
}

/** Owners of meshed pods that are no workload of the list: Jobs, bare pods, and workloads that could not be read. */
function others(
  survey: Survey,
  surveyed: ReadonlyMap<string, Surveyed>,
  seen: ReadonlySet<string>,
  choice: RestartChoice,
): LeftOut[] {
  const left: LeftOut[] = [];
  for (const [id, found] of surveyed) {
    const { owner } = found;
    if (seen.has(id) || !inScope(choice, owner) || found.rows.length === 0) continue;
    const state = proxiesOf(found, expectedOf(survey, found, choice));
    if (!state.behind && choice.only === 'out-of-date') continue;
    const why = whyNotOfKind(owner.kind, owner.namespace, owner.name) ?? notSeen;
    left.push(leftOut({ owner, ...state, pods: sum(state.versions) }, why));
  }
  for (const pod of survey.bare) {
    const owner = { kind: 'Pod', namespace: pod.namespace, name: pod.name } as const;
    const expect = choice.expect ?? givenBy(survey.controlPlane);
    const behind = pod.otherTrustRoot || (expect !== '' && !sameVersion(pod.version, expect));
    const why = whyNotOfKind('Pod', pod.namespace, pod.name);
    if (!why || !inScope(choice, owner) || (!behind && choice.only === 'out-of-date')) continue;
    const versions = [{ version: pod.version, pods: 1 }];
    left.push(leftOut({ owner, versions, pods: 1, role: pod.role }, why));
  }
  return left;
}

const notSeen: Why = { code: 'NOT_SEEN', why: 'Its object could not be read, so it is not touched.' };

const sum = (versions: readonly VersionCount[]) => versions.reduce((all, { pods }) => all + pods, 0);

function leftOut(
  of: Pick<LeftOut, 'pods' | 'role'> & {
    readonly owner: Pick<LeftOut, 'kind' | 'namespace' | 'name'>;
    readonly versions: readonly VersionCount[];
  },
  { code, why }: Why,
): LeftOut {
  const { kind, namespace, name } = of.owner;
  const version = of.versions
    .map((one) => one.version)
    .filter((one) => one !== '')
    .join(', ');
  return { kind, namespace, name, pods: of.pods, version, code, why, role: of.role };
}
