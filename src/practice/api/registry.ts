import type { KubeObject } from '../kube-client.ts';
import { resourcesOf } from './crd.ts';
import { BUILTIN, groupVersion, type ResourceInfo } from './resources.ts';

/** The Kubernetes 1.N that is played where nobody says otherwise. */
export const USUAL_KUBERNETES = 35;

/** Every resource that there is: the built-in ones of any Kubernetes, of which the one that is played serves some, and those of the definitions that exist. */
export class Registry {
  readonly #byPath = new Map<string, ResourceInfo>();
  readonly #byKind = new Map<string, ResourceInfo>();
  readonly #custom = new Map<string, readonly ResourceInfo[]>();
  readonly #listeners = new Set<() => void>();
  #kubernetes: number;
  #revision = 0;

  constructor(kubernetes = USUAL_KUBERNETES) {
    this.#kubernetes = kubernetes;
    for (const info of BUILTIN) this.#add(info);
  }

  /** The N of the Kubernetes 1.N that is played. */
  get kubernetes(): number {
    return this.#kubernetes;
  }

  /** Plays another Kubernetes from now on: what it does not serve is still there, but nobody outside can ask for it. */
  playKubernetes(minor: number): void {
    this.#kubernetes = minor;
    this.#revision++;
    for (const listener of this.#listeners) listener();
  }

  /** Calls back whenever another Kubernetes is played, until the function it gives is called. */
  onKubernetes(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  serves({ since = 0, until = Number.POSITIVE_INFINITY }: ResourceInfo): boolean {
    return since <= this.#kubernetes && this.#kubernetes <= until;
  }

  /** Grows with each change, so that what is derived from the resources can be kept until then. */
  get revision(): number {
    return this.#revision;
  }

  /** Every resource that is served now. */
  all(): ResourceInfo[] {
    return [...this.#byPath.values()].filter((info) => this.serves(info));
  }

  /** The resource behind `apps/v1` and `deployments`, served or not; undefined when there is none. */
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
