/** From all that was read of a cluster to the plan of a restart, or why there is none. Pure. */

import { type Chosen, chooseTargets } from './choose-targets.ts';
import type { ControlPlaneMeta, Survey } from './model.ts';
import {
  type Budget,
  type NamedWorkload,
  type PlannedWorkload,
  type RestartChoice,
  type RestartPlan,
  type RestartTarget,
  type WaveSizes,
  workloadName,
} from './restart-plan.ts';
import { begunRemark } from './restart-remarks.ts';
import { matches } from './restart-scope.ts';
import { counted } from './words.ts';
import { givenBy, sameVersion } from './workload-proxies.ts';

/** Everything that was read. */
export interface RestartInput {
  readonly survey: Survey;
  readonly targets: readonly RestartTarget[];
  readonly budgets: readonly Budget[];
  /** Named namespaces that are not there. */
  readonly absent: readonly string[];
  /** What could not be looked at, with the permission that is missing. */
  readonly unseen: readonly string[];
  /** What was restarted already by an attempt before this one, by id. */
  readonly doneBefore: ReadonlySet<string>;
  /** What such an attempt had begun and left under way: its stamp, by id. */
  readonly begunBefore: ReadonlyMap<string, string>;
}

export type BuiltPlan =
  | { readonly type: 'plan'; readonly plan: RestartPlan }
  /** There is nothing to restart. */
  | { readonly type: 'nothing'; readonly detail: string; readonly plan: RestartPlan }
  | { readonly type: 'impossible'; readonly detail: string };

/** Makes the plan. What is asked for and is not there, or could not have the effect it is asked for, makes it impossible. */
export function buildRestartPlan(
  input: RestartInput,
  choice: RestartChoice,
  shape: { readonly sizes: WaveSizes; readonly atOnce: number },
): BuiltPlan {
  const impossible = (detail: string): BuiltPlan => ({ type: 'impossible', detail });
  const { survey } = input;
  const [absent] = input.absent;
  if (absent !== undefined) return impossible(`There is no namespace ${absent} on this cluster.`);
  const unknown = choice.workloads.find((named) => !input.targets.some((target) => matches(named, target)));
  if (unknown) return impossible(notThere(unknown, choice, input.unseen));
  const given = givenBy(survey.controlPlane);
  const contradiction = wrongVersion(choice, survey.controlPlane, given);
  if (contradiction !== undefined) return impossible(contradiction);
  const expect = choice.expect ?? given;
  if (expect === '' && choice.only === 'out-of-date') {
    return impossible(
      `Which proxies are out of date cannot be told: ${planeUnknown(survey)} Say the version (expect, or --expect), or restart all that are meshed (only: meshed, or --only meshed).`,
    );
  }
  const targets = input.targets.filter(
    ({ kind, namespace, name }) => !input.doneBefore.has(`${kind}/${namespace}/${name}`),
  );
  const chosen = chooseTargets(survey, targets, input.budgets, choice);
  const plan: RestartPlan = {
    form: 1,
    expect,
    from:
      choice.expect === undefined ? `control plane in ${survey.controlPlane?.namespace ?? ''}` : 'as asked',
    ...chosen,
    workloads: chosen.workloads.map((workload) => takenOver(workload, input.begunBefore)),
    upToDate: chosen.upToDate + input.targets.length - targets.length,
    ...shape,
    notices: [...noticesOn(survey.controlPlane), ...noGiver(survey.controlPlane, chosen)],
    unseen: input.unseen,
  };
  if (plan.workloads.length > 0) return { type: 'plan', plan };
  return { type: 'nothing', detail: nothingToDo(plan, choice), plan };
}

/** A workload whose restart is under way keeps its stamp: another one would replace its new pods once more. */
function takenOver(workload: PlannedWorkload, begunBefore: RestartInput['begunBefore']): PlannedWorkload {
  const begun = begunBefore.get(workload.id);
  if (begun === undefined) return workload;
  const others = workload.remarks.filter(({ code }) => code !== 'ROLLING');
  return { ...workload, begun, remarks: [...others, begunRemark] };
}

function notThere(named: NamedWorkload, { namespaces }: RestartChoice, unseen: readonly string[]): string {
  const where = named.namespace === undefined ? namespaces : [named.namespace];
  const place = where.length === 0 ? 'on this cluster' : `in ${where.join(', ')}`;
  const dark = unseen.length === 0 ? '' : ` Not all could be seen: ${unseen.join('; ')}.`;
  return `There is no ${named.kind} ${named.name} ${place}.${dark}`;
}

/** New pods get what the control plane gives: a restart brings no other version, whatever is expected. */
function wrongVersion(
  { expect }: RestartChoice,
  plane: ControlPlaneMeta | undefined,
  given: string,
): string | undefined {
  if (expect === undefined || given === '' || sameVersion(expect, given)) return undefined;
  return `A restart would bring ${given}, not ${expect}: that is what the control plane in ${plane?.namespace ?? ''} gives to new pods. Upgrade it first.`;
}

function planeUnknown(survey: Survey): string {
  return survey.controlPlane === undefined
    ? 'no Linkerd control plane was found.'
    : `the control plane in ${survey.controlPlane.namespace} does not tell its version.`;
}

function noticesOn(plane: ControlPlaneMeta | undefined): readonly string[] {
  if (plane === undefined) return [];
  const others = plane.running.filter(
    ({ version }) => plane.version !== undefined && !sameVersion(version, plane.version),
  );
  if (others.length === 0) return [];
  const run = others
    .map(({ version, pods }) => `${version} (${pods} ${pods === 1 ? 'pod' : 'pods'})`)
    .join(', ');
  return [
    `The control plane is configured for ${plane.version} and still runs ${run}: new pods may get either proxy. Finish its upgrade first.`,
  ];
}

/** A proxy that is asked for comes from an injector, and that is a part of the control plane. */
function noGiver(plane: ControlPlaneMeta | undefined, { workloads }: Chosen): readonly string[] {
  if (plane !== undefined && plane.state !== 'missing') return [];
  return workloads.some(({ meshed }) => meshed)
    ? ['No Linkerd control plane was found: new pods get no proxy, though one is asked for.']
    : [];
}

function nothingToDo(plan: RestartPlan, choice: RestartChoice): string {
  const { upToDate, left } = plan;
  const at = plan.expect === '' ? '' : ` at ${plan.expect}`;
  const said: string[] = [];
  if (upToDate > 0) said.push(`${counted(upToDate, 'workload')} up to date${at}`);
  if (left.length > 0) {
    const first = left.slice(0, 3).map((one) => workloadName(one));
    const more = left.length > first.length ? ` and ${left.length - first.length} more` : '';
    said.push(`${left.length} left as they are (${first.join(', ')}${more})`);
  }
  if (said.length > 0) return `Nothing to restart: ${said.join(', ')}.`;
  if (choice.selected) return 'Nothing to restart: no workload matches the selector.';
  return 'Nothing to restart: no meshed workload was found.';
}
