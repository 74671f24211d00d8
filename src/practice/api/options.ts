import type { KubeObject } from '../kube-client.ts';
import type { ResourceInfo } from './resources.ts';

/** Who sends a request. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** The user that may do everything. */
export const ADMIN: User = { name: 'practice-admin', groups: ['system:masters', 'system:authenticated'] };

/** What a request says about a write besides the object. */
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

/** What a list or watch selects, and one page of it. */
export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly limit?: number | undefined;
  readonly continueFrom?: string | undefined;
}

/** A list or one page of it; `remaining` is how many come after it. */
export interface ListResult {
  readonly items: KubeObject[];
  readonly resourceVersion: string;
  readonly continueFrom?: string;
  readonly remaining?: number;
}

/** As `DeleteOptions` of `meta/v1`; the grace period is in seconds. */
export interface DeleteOptions extends WriteOptions {
  readonly gracePeriodSeconds?: number | undefined;
  readonly propagationPolicy?: string | undefined;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string } | undefined;
}

/** A write as admission sees it, after an `AdmissionRequest` of `admission.k8s.io/v1`. */
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

/** What part of a log is asked for; it ends when `signal` is aborted. */
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
