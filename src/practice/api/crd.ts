import type { KubeObject } from '../kube-client.ts';
import { badValue, type Cause, invalid, required } from './errors.ts';
import { equal, type Json, type JsonMap } from './json.ts';
import { ALL_VERBS, type Column, type ResourceInfo } from './resources.ts';

/** Where definitions of custom resources are stored. */
export const CRD_STORAGE = 'apiextensions.k8s.io/customresourcedefinitions';

const storageVersion = (crd: KubeObject): string =>
  crd.spec.versions?.find((version: JsonMap) => version.storage)?.name ?? '';

/** v1 before v1beta2 before v1alpha1, as discovery orders the versions of a group. */
export function compareVersions(a: string, b: string): number {
  const rank = (version: string): readonly number[] => {
    const parsed = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (!parsed) return [-1, 0, 0];
    const stability = parsed[2] === undefined ? 2 : parsed[2] === 'beta' ? 1 : 0;
    return [stability, Number(parsed[1]), Number(parsed[3] ?? 0)];
  };
  const [left, right] = [rank(a), rank(b)];
  for (const [index, value] of left.entries()) {
    const difference = (right[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : Number(a > b);
}

/** The resources that a definition serves, one for each served version. */
export function resourcesOf(crd: KubeObject): ResourceInfo[] {
  const { group, names, scope, versions = [] } = crd.spec;
  const served = versions.filter((version: JsonMap) => version.served);
  return served
    .map(
      (version: JsonMap): ResourceInfo => ({
        group,
        version: version.name,
        plural: names.plural,
        singular: names.singular,
        kind: names.kind,
        namespaced: scope === 'Namespaced',
        shortNames: names.shortNames ?? [],
        categories: names.categories ?? [],
        verbs: ALL_VERBS,
        subresources: Object.keys(version.subresources ?? {}),
        storage: `${group}/${names.plural}`,
        custom: true,
        crd: {
          name: crd.metadata.name,
          schema: version.schema?.openAPIV3Schema,
          columns: (version.additionalPrinterColumns ?? []) as Column[],
        },
      }),
    )
    .sort((a: ResourceInfo, b: ResourceInfo) => compareVersions(a.version, b.version));
}

function condition(type: string, reason: string, message: string, since: string): Json {
  return { type, status: 'True', reason, message, lastTransitionTime: since };
}

/** Fills in what the server fills in: names, conversion, and a status that says the definition is established. */
export function defaultCrd(crd: KubeObject, previous: KubeObject | undefined, now: string): void {
  const { names } = crd.spec;
  names.singular ||= String(names.kind ?? '').toLowerCase();
  names.listKind ||= `${names.kind}List`;
  crd.spec.conversion ??= { strategy: 'None' };
  const before = previous?.status;
  const stored: string[] = crd.status?.storedVersions ?? before?.storedVersions ?? [];
  const current = storageVersion(crd);
  const conditions = before?.conditions ?? [
    condition('NamesAccepted', 'NoConflicts', 'no conflicts found', now),
    condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted', now),
  ];
  crd.status = {
    acceptedNames: { ...names },
    conditions,
    storedVersions: stored.includes(current) ? stored : [...stored, current],
  };
}

/** Refuses what the server refuses: a wrong name, no storage version, a stored version that would no longer be known. */
export function validateCrd(info: ResourceInfo, crd: KubeObject, previous: KubeObject | undefined): void {
  const causes: Cause[] = [];
  const versions: JsonMap[] = crd.spec.versions ?? [];
  const name = `${crd.spec.names?.plural}.${crd.spec.group}`;
  if (crd.metadata.name !== name) {
    causes.push(badValue('metadata.name', crd.metadata.name, `must be spec.names.plural+"."+spec.group`));
  }
  if (versions.filter((version) => version.storage).length !== 1) {
    causes.push(
      badValue(
        'spec.versions',
        versions.map((version) => version.name),
        'must have exactly one version marked as storage version',
      ),
    );
  }
  for (const [index, version] of versions.entries()) {
    if (!version.schema?.openAPIV3Schema) {
      causes.push(required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required'));
    }
  }
  for (const [index, stored] of (crd.status?.storedVersions ?? []).entries()) {
    if (versions.some((version) => version.name === stored)) continue;
    const why = `missing from spec.versions; ${stored} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${stored} and removes ${stored} from status.storedVersions`;
    causes.push(badValue(`status.storedVersions[${index}]`, stored, why));
  }
  if (previous && !equal(previous.spec.scope, crd.spec.scope)) {
    causes.push(badValue('spec.scope', crd.spec.scope, 'field is immutable'));
  }
  if (causes.length > 0) throw invalid(info, crd.metadata.name, causes);
}
