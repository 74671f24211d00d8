import type { KubeObject } from '../kube-client.ts';
import type { ResourceInfo } from './resources.ts';

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

export const ADMIN: User = { name: 'practice-admin', groups: ['system:masters', 'system:authenticated'] };

export interface WriteOptions {
  readonly dryRun?: boolean;
  /** Who is named in managedFields. Writes without a name leave managedFields alone. */
  readonly fieldManager?: string;
  readonly subresource?: string;
  readonly force?: boolean;
  /** Refuses fields that a custom object's schema does not know, instead of dropping them. */
  readonly strict?: boolean;
  readonly user?: User;
}

export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly limit?: number | undefined;
  readonly continueFrom?: string | undefined;
}

export interface ListResult {
  readonly items: KubeObject[];
  readonly resourceVersion: string;
  readonly continueFrom?: string;
  readonly remaining?: number;
}

export interface DeleteOptions extends WriteOptions {
  readonly gracePeriodSeconds?: number | undefined;
  readonly propagationPolicy?: string | undefined;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string } | undefined;
}

export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly resource: ResourceInfo;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: string | undefined;
  readonly dryRun: boolean;
  readonly user: User;
  /** What is about to be stored; a mutating function changes it in place. For a deletion, what is about to go. */
  readonly object: KubeObject;
  readonly oldObject: KubeObject | undefined;
}

/** Looks at a write before it happens, may change the object, and refuses by throwing a KubeError. */
export type AdmissionFunction = (request: AdmissionRequest) => void;

export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly tailLines: number | undefined;
  readonly sinceSeconds: number | undefined;
  readonly timestamps: boolean;
  readonly signal: AbortSignal;
}

/** What the cluster around the API does. Each is optional: without it the store acts alone. */
export interface StoreHooks {
  /**
   * False when no garbage collector runs: then nothing would ever take away the `foregroundDeletion` and `orphan`
   * finalizers, and they are not set.
   */
  garbageCollection?: boolean;
  /** Lines of a container's log, whole lines without their ends; ends, or goes on while `follow` is asked for. */
  logs?: (
    pod: KubeObject,
    container: string,
    options: LogOptions,
  ) => Iterable<string> | AsyncIterable<string>;
}
