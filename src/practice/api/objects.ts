import type { KubeObject } from '../kube-client.ts';
import type { ListOptions, ListResult, StoreHooks, WriteOptions } from './options.ts';
import type { Registry } from './registry.ts';
import type { ResourceInfo } from './resources.ts';

/** The store as its own rules see it: what defaulting, patching and deleting look up in it and write through it. */
export interface Objects {
  readonly registry: Registry;
  readonly hooks: StoreHooks;
  now(): string;
  resource(apiVersion: string, plural: string): ResourceInfo;
  peek(info: ResourceInfo, namespace: string | undefined, name: string): KubeObject | undefined;
  get(info: ResourceInfo, namespace: string | undefined, name: string): KubeObject;
  list(info: ResourceInfo, options?: ListOptions): ListResult;
  create(
    info: ResourceInfo,
    namespace: string | undefined,
    body: KubeObject,
    options?: WriteOptions,
  ): KubeObject;
  replace(
    info: ResourceInfo,
    previous: KubeObject,
    body: KubeObject,
    options: WriteOptions,
    managed?: boolean,
  ): KubeObject;
  remove(info: ResourceInfo, object: KubeObject): KubeObject;
  mark(info: ResourceInfo, previous: KubeObject, next: KubeObject): KubeObject;
}
