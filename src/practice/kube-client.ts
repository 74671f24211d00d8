import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The Kubernetes API as the practice cluster's controllers, its kubelet and its stand-in `linkerd` use it. One implementation
 * sits on the in-process store, one speaks HTTP, so the same code works on a real API server.
 */
export interface KubeMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: {
    apiVersion: string;
    kind: string;
    name: string;
    uid: string;
    controller?: boolean;
    blockOwnerDeletion?: boolean;
  }[];
  [key: string]: unknown;
}
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: KubeMeta;
  // biome-ignore lint/suspicious/noExplicitAny: objects of any kind and version; their users know the shape
  [key: string]: any;
}

/** `apps/v1` `deployments`, for example; the core group is `v1`. */
export interface ResourceRef {
  readonly apiVersion: string;
  readonly resource: string;
  readonly namespace?: string;
}

interface KubeStatus {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
}
/** An answer of the API that is not a success; `status.code` is the HTTP code. */
export class KubeError extends Error {
  readonly status: KubeStatus;
  /** The moment at which it is told, where the server waited for something in vain; else at once. */
  readonly at: number | undefined;
  constructor(status: KubeStatus, at?: number) {
    super(status.message);
    this.name = 'KubeError';
    this.status = status;
    this.at = at;
  }
}

/** Waits until a refusal is told. */
export async function untilTold(error: unknown): Promise<void> {
  const left = error instanceof KubeError && error.at !== undefined ? error.at - Date.now() : 0;
  if (left > 0) await sleep(left);
}

export type WatchEvent = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject };
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly uid?: string;
}

export interface KubeClient {
  list(
    ref: ResourceRef,
    options?: { labelSelector?: string; fieldSelector?: string },
  ): Promise<{ items: KubeObject[]; resourceVersion: string }>;
  /** Undefined where there is none. */
  get(ref: ResourceRef, name: string): Promise<KubeObject | undefined>;
  /** With `binding`, binds the pod named by the object's metadata to `target.name` (a `v1` `Binding`), as the scheduler does. */
  create(ref: ResourceRef, object: KubeObject, subresource?: 'binding'): Promise<KubeObject>;
  /** `finalize` is for namespaces: it takes the finalizers of `spec`. */
  update(ref: ResourceRef, object: KubeObject, subresource?: 'status' | 'finalize'): Promise<KubeObject>;
  patch(
    ref: ResourceRef,
    name: string,
    type: PatchType,
    patch: unknown,
    options?: { subresource?: string; fieldManager?: string; force?: boolean },
  ): Promise<KubeObject>;
  /**
   * As the API does it: a pod on a node gets a deletion time and its grace period, unless that is 0; what has finalizers gets a
   * deletion time. With `uid`, a 409 when the object of that name is another one by now. 404 is an error.
   */
  delete(ref: ResourceRef, name: string, options?: DeleteOptions): Promise<void>;
  /** Starts with what there is (as ADDED), then follows, until the signal aborts. */
  watch(
    ref: ResourceRef,
    options: { labelSelector?: string; fieldSelector?: string; signal: AbortSignal },
    onEvent: (event: WatchEvent) => void,
  ): Promise<void>;
}
