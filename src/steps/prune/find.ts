/** Looks at the cluster for what is to be pruned: who owns it, whether it is there, and what would go with it. */
import type { ApiProblem, ClusterApi } from '../../cluster/api.ts';
import { ApiResources, type ServedResource } from '../../cluster/api-resources.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { problemText } from '../restart/problem-text.ts';
import { countResources } from './definitions.ts';
import type { NamedObject } from './manifests.ts';
import { objectName, type PrunePlan, type PruneRow, resourcesWords } from './plan.ts';
import { definitionKind, type Home, prunedKinds, whyLeft } from './rules.ts';

/** What was printed, and what is to be made of it. */
export interface Wanted {
  readonly mode: 'list' | 'keep';
  readonly named: readonly NamedObject[];
  readonly what: PrunePlan['what'];
  readonly home: Home;
}

const isDefinition = (group: string, kind: string) =>
  group === definitionKind[0] && kind === definitionKind[1];

/** The plan: rows in the order in which they are deleted. Everything that is not certain is left. */
export async function findPruned(api: ClusterApi, wanted: Wanted): Promise<PrunePlan> {
  const search = new Search(api, wanted);
  for (const [group, kind] of kindsOf(wanted)) {
    if (wanted.what === 'definitions' && !isDefinition(group, kind)) continue;
    await search.kind(group, kind);
  }
  const { rows, left, unseen } = search;
  return { form: 1, what: wanted.what, label: wanted.home.label, rows, left, unseen };
}

/** Those that are listed; of what stays, every kind that Linkerd is made of. */
function kindsOf({ mode, named }: Wanted): readonly (readonly [string, string])[] {
  if (mode === 'keep') return prunedKinds;
  const listed = new Map(named.map(({ group, kind }) => [`${group}/${kind}`, [group, kind] as const]));
  const place = (group: string, kind: string) => {
    const at = prunedKinds.findIndex((one) => one[0] === group && one[1] === kind);
    return at < 0 ? prunedKinds.length - 1.5 : at;
  };
  return [...listed.values()].sort((one, other) => place(...one) - place(...other));
}

class Search {
  readonly rows: PruneRow[] = [];
  readonly left: PrunePlan['left'][number][] = [];
  readonly unseen: string[] = [];
  readonly #api: ClusterApi;
  readonly #wanted: Wanted;
  readonly #resources: ApiResources;

  constructor(api: ClusterApi, wanted: Wanted) {
    this.#api = api;
    this.#wanted = wanted;
    this.#resources = new ApiResources(api);
  }

  async kind(group: string, kind: string): Promise<void> {
    const found = await this.#resources.find(group, kind);
    // A kind that the server does not have has no objects there.
    if (found.type === 'absent') return;
    if (found.type === 'unread') return this.#couldNot(kind, found.problem);
    const { of } = found;
    const { home, named, mode } = this.#wanted;
    const ref = { apiVersion: of.apiVersion, resource: of.resource };
    const listed = await this.#api.list(ref, { form: 'metadata', labelSelector: home.label });
    if (!listed.ok) return this.#couldNot(kind, listed.problem);
    const own = new Map(listed.value.items.map((object) => [placeOf(object.metadata), object]));
    const printed = named.filter((one) => one.group === group && one.kind === kind);
    if (mode === 'keep') {
      const stays = new Set(
        printed.flatMap((one) => [placeOf(one), `*/${one.name}`].slice(0, one.namespace ? 1 : 2)),
      );
      for (const object of own.values()) {
        const { name, ownerReferences = [] } = object.metadata;
        // What belongs to another object goes with it.
        if (ownerReferences.length > 0 || stays.has(placeOf(object.metadata)) || stays.has(`*/${name}`))
          continue;
        await this.#judge(of, group, object);
      }
      return;
    }
    for (const place of new Set(printed.map((one) => placeOf(this.#placed(of, one))))) {
      const object = own.get(place) ?? (await this.#unlabelled(of, place));
      if (object) await this.#judge(of, group, object);
    }
  }

  /** A manifest that names no namespace means the one that all of it is in. */
  #placed({ namespaced }: ServedResource, { name, namespace }: NamedObject) {
    return namespaced ? { name, namespace: namespace ?? this.#wanted.home.namespace } : { name };
  }

  /** One that is listed and does not carry the label, or is not there. */
  async #unlabelled(
    { apiVersion, resource, kind }: ServedResource,
    place: string,
  ): Promise<KubeObject | undefined> {
    const slash = place.indexOf('/');
    const namespace = place.slice(0, slash);
    const name = place.slice(slash + 1);
    const ref = { apiVersion, resource, ...(namespace === '' ? {} : { namespace }) };
    const found = await this.#api.get(ref, name);
    if (found.ok) return found.value;
    if (found.problem.type !== 'not-found') {
      const why = `It could not be looked at: ${problemText(found.problem)}`;
      this.left.push({ kind, name, ...(namespace === '' ? {} : { namespace }), why });
    }
    return undefined;
  }

  async #judge(
    { apiVersion, resource, kind }: ServedResource,
    group: string,
    { metadata }: KubeObject,
  ): Promise<void> {
    const { name, namespace, uid } = metadata;
    const of = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
    const why = whyLeft(kind, metadata, this.#wanted.home);
    if (why !== undefined || uid === undefined) {
      this.left.push({ ...of, why: why ?? 'It has no uid.' });
      return;
    }
    const place = namespace === undefined ? name : `${namespace}/${name}`;
    const id = `${kind}${group === '' ? '' : `.${group}`}/${place}`;
    const row = { ...of, id, apiVersion, resource, uid };
    if (!isDefinition(group, kind)) {
      this.rows.push(row);
      return;
    }
    const resources = await countResources(this.#api, { apiVersion, resource }, name);
    const inUse = resources !== 0;
    if (inUse === (this.#wanted.what === 'definitions')) this.rows.push({ ...row, resources });
    else if (inUse) {
      this.left.push({ ...of, why: `It has ${resourcesWords(resources)}, which would be deleted with it.` });
    }
  }

  #couldNot(kind: string, problem: ApiProblem): void {
    this.unseen.push(`${kind}: ${problemText(problem)}`);
  }
}

const placeOf = ({ name, namespace }: { readonly name: string; readonly namespace?: string }) =>
  `${namespace ?? ''}/${name}`;

/** What is left, in a sentence that stays readable. */
export function leftWords({ left, unseen }: PrunePlan): string {
  const told = left.slice(0, 5).map((one) => `${objectName(one)}: ${one.why}`);
  const more = left.length > 5 ? [`And ${left.length - 5} more.`] : [];
  return [...told, ...more, ...unseen.map((one) => `Not looked at: ${one}`)].join(' ');
}
