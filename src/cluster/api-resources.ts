/** Which resources the server has, by its discovery: the same kind is served in other versions from one Kubernetes to the next. */
import { record, records, text, texts } from '../rollout/json.ts';
import type { ApiProblem, ClusterApi } from './api.ts';

/** A resource in a version that the server serves it in. */
export interface ServedResource {
  readonly apiVersion: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Of a resource that was looked for. */
export type FoundResource =
  | { readonly type: 'found'; readonly of: ServedResource }
  | { readonly type: 'absent' }
  | { readonly type: 'unread'; readonly problem: ApiProblem };

type Listed =
  | { readonly ok: true; readonly resources: readonly ServedResource[] }
  | { readonly ok: false; readonly problem: ApiProblem };

/** Reads the discovery of a server as it is needed, each part of it once. */
export class ApiResources {
  readonly #api: ClusterApi;
  readonly #versions = new Map<string, Promise<Listed>>();
  #groups: ReturnType<ApiResources['readGroups']> | undefined;

  constructor(api: ClusterApi) {
    this.#api = api;
  }

  /** The resource of that group and of that kind or name (`Secret`, `secrets`), in the version that the server prefers. */
  async find(group: string, named: string): Promise<FoundResource> {
    let versions: readonly string[] = ['v1'];
    if (group !== '') {
      this.#groups ??= this.readGroups();
      const groups = await this.#groups;
      if (!groups.ok) return { type: 'unread', problem: groups.problem };
      versions = groups.versions.get(group) ?? [];
    }
    for (const apiVersion of versions) {
      let listed = this.#versions.get(apiVersion);
      if (!listed) {
        listed = this.#readVersion(apiVersion);
        this.#versions.set(apiVersion, listed);
      }
      const answer = await listed;
      if (!answer.ok) return { type: 'unread', problem: answer.problem };
      const of = answer.resources.find(({ kind, resource }) => kind === named || resource === named);
      if (of) return { type: 'found', of };
    }
    return { type: 'absent' };
  }

  private async readGroups() {
    const answer = await this.#api.raw('/apis');
    if (!answer.ok) return { ok: false, problem: answer.problem } as const;
    const versions = new Map<string, readonly string[]>();
    for (const group of records(record(parsed(answer.value)).groups)) {
      const preferred = text(record(group.preferredVersion).groupVersion);
      const all = records(group.versions).map((version) => text(version.groupVersion));
      versions.set(
        text(group.name),
        [...new Set([preferred, ...all])].filter((one) => one !== ''),
      );
    }
    return { ok: true, versions } as const;
  }

  async #readVersion(apiVersion: string): Promise<Listed> {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const answer = await this.#api.raw(path);
    if (!answer.ok) return answer;
    const resources = records(record(parsed(answer.value)).resources).flatMap((one): ServedResource[] => {
      const resource = text(one.name);
      if (resource === '' || resource.includes('/') || !texts(one.verbs).includes('list')) return [];
      return [{ apiVersion, resource, kind: text(one.kind), namespaced: one.namespaced === true }];
    });
    return { ok: true, resources };
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
