import type { KubeObject } from '../kube-client.ts';
import { resourcesOf } from './crd.ts';
import { BUILTIN, groupVersion, type ResourceInfo } from './resources.ts';

/** Every resource that is served now: the built-in ones, and those of the definitions that exist. */
export class Registry {
  readonly #byPath = new Map<string, ResourceInfo>();
  readonly #byKind = new Map<string, ResourceInfo>();
  readonly #custom = new Map<string, readonly ResourceInfo[]>();
  #revision = 0;

  constructor() {
    for (const info of BUILTIN) this.#add(info);
  }

  /** Grows with each change, so that what is derived from the resources can be kept until then. */
  get revision(): number {
    return this.#revision;
  }

  all(): ResourceInfo[] {
    return [...this.#byPath.values()];
  }

  /** The resource behind `apps/v1` and `deployments`; undefined when it is not served. */
  find(apiVersion: string, plural: string): ResourceInfo | undefined {
    return this.#byPath.get(`${apiVersion}/${plural}`);
  }

  byKind(apiVersion: string, kind: string): ResourceInfo | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`);
  }

  define(crd: KubeObject): void {
    this.undefine(crd.metadata.name);
    const resources = resourcesOf(crd);
    this.#custom.set(crd.metadata.name, resources);
    for (const info of resources) this.#add(info);
    this.#revision++;
  }

  undefine(crdName: string): void {
    for (const info of this.#custom.get(crdName) ?? []) {
      this.#byPath.delete(`${groupVersion(info)}/${info.plural}`);
      this.#byKind.delete(`${groupVersion(info)}/${info.kind}`);
    }
    this.#custom.delete(crdName);
    this.#revision++;
  }

  #add(info: ResourceInfo): void {
    this.#byPath.set(`${groupVersion(info)}/${info.plural}`, info);
    this.#byKind.set(`${groupVersion(info)}/${info.kind}`, info);
  }
}
