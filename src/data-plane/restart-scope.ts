/** Which workloads were asked for, and what of a survey is about each of them. */
import type { OwnerKind, Survey, SurveyRow, UnmeshedRow } from './model.ts';
import type { NamedWorkload, RestartChoice } from './restart-plan.ts';

interface Owner {
  readonly kind: OwnerKind;
  readonly namespace: string;
  readonly name: string;
}

/** Whether it is in the chosen part of the cluster. */
export function inScope(choice: RestartChoice, owner: Owner): boolean {
  const { namespaces, workloads } = choice;
  if (namespaces.length > 0 && !namespaces.includes(owner.namespace)) return false;
  return workloads.length === 0 || isNamed(choice, owner);
}

/** Whether the workload itself was asked for, by its name. */
export function isNamed({ workloads }: RestartChoice, owner: Owner): boolean {
  return workloads.some((named) => matches(named, owner));
}

/** Whether a named workload is this one. */
export function matches(named: NamedWorkload, { kind, namespace, name }: Owner): boolean {
  return (
    named.kind === kind &&
    named.name === name &&
    (named.namespace === undefined || named.namespace === namespace)
  );
}

/** What the survey says of one workload. */
export interface Surveyed {
  readonly owner: Owner;
  readonly rows: readonly SurveyRow[];
  readonly unmeshed: UnmeshedRow | undefined;
}

const ownerKey = ({ kind, namespace, name }: Owner) => `${kind}/${namespace}/${name}`;

/** The survey by workload. The keys are those of `workloadId`. */
export function byWorkload(survey: Survey): ReadonlyMap<string, Surveyed> {
  const found = new Map<string, { owner: Owner; rows: SurveyRow[]; unmeshed: UnmeshedRow | undefined }>();
  const of = (owner: Owner) => {
    const key = ownerKey(owner);
    const known = found.get(key) ?? { owner, rows: [], unmeshed: undefined };
    found.set(key, known);
    return known;
  };
  for (const row of survey.rows) of(row).rows.push(row);
  for (const row of survey.unmeshed) {
    const entry = of(row);
    entry.unmeshed = { ...row, pods: row.pods + (entry.unmeshed?.pods ?? 0) };
  }
  return found;
}
