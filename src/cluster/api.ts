/**
 * The Kubernetes API as the rest of the program uses it: reads, patches and streams. One implementation speaks HTTPS; tests
 * put their own behind the same interface. Nothing here rejects for what a cluster may do: it is told in the result.
 */
import type { KubeObject, ResourceRef } from './objects.ts';

/** What an operator would have to be allowed, as `kubectl auth can-i VERB RESOURCE -n NAMESPACE` asks for it. */
export interface Permission {
  readonly verb: string;
  /** `pods`, `deployments.apps`, `pods/log`. */
  readonly resource: string;
  /** Absent: in all namespaces, or for what has none. */
  readonly namespace?: string;
}

/** An answer that is not what was asked for. `message` and `fix` are sentences for the operator, stripped of controls. */
export type ApiProblem =
  | { readonly type: 'denied'; readonly permission: Permission; readonly message: string }
  | { readonly type: 'not-found'; readonly message: string }
  | { readonly type: 'conflict'; readonly message: string }
  /** Any other 4xx: 422 and the like. `reason` is that of the API's Status. */
  | { readonly type: 'rejected'; readonly code: number; readonly reason: string; readonly message: string }
  /** No answer, or 5xx and 429 to the end of all retries; `signIn` where the credentials could not be had or are not accepted. */
  | { readonly type: 'unreachable'; readonly message: string; readonly fix: string; readonly signIn?: true };

/** What came of one call. */
export type ApiResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ApiProblem };

/** Which objects of a resource. */
export interface Selection {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** `metadata`: PartialObjectMetadata, with neither spec nor status. */
export type ObjectForm = 'full' | 'metadata';

/** A server-side table without the objects (`includeObject=None`): cells by the name of their column. */
export type TableRow = Readonly<Record<string, string | number | boolean | null>>;

/** How sure one may be of what a stream shows. `since` is ms since the epoch. */
export type StreamStatus =
  | { readonly type: 'connecting' }
  | { readonly type: 'live' }
  /** `absent`: the server answers, and has no such resource. */
  | { readonly type: 'stale'; readonly since: number; readonly why: string; readonly absent?: true }
  | { readonly type: 'denied'; readonly permission: Permission; readonly message: string }
  | { readonly type: 'closed' };

/** What to follow, and what to keep of each object. */
export interface StreamOptions<T> extends Selection {
  readonly ref: ResourceRef;
  readonly form: ObjectForm;
  /** Copies what is needed; the object, which comes without `metadata.managedFields`, is dropped. Undefined: of no interest. */
  readonly pick: (object: KubeObject) => T | undefined;
  /** Told of each change after it is in `items`; `now` is undefined for what is gone. */
  readonly onChange?: (key: string, now: T | undefined, before: T | undefined) => void;
  readonly onStatus?: (status: StreamStatus) => void;
}

/** A list that stays up to date, through resets, expired versions and lost connections, until it is closed. */
export interface ObjectStream<T> {
  /** By `namespace/name` (a bare `name` for what has no namespace). */
  readonly items: ReadonlyMap<string, T>;
  readonly status: StreamStatus;
  /**
   * Settles when the first list is complete, or the cluster refused it (denied, or it has no such resource), or the stream was
   * closed: look at `status`. While nothing answers it stays open, and `status` is stale.
   */
  readonly synced: Promise<void>;
  close(): void;
}

/** Patches as the API takes them. */
export type PatchType = 'strategic' | 'merge' | 'json';

/** Where a patch goes and how. */
export interface PatchOptions {
  readonly type: PatchType;
  /** The server judges it and keeps nothing. */
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
}

/** One cluster, signed in as its kubeconfig says. */
export interface ClusterApi {
  /** A problem of type `not-found` where there is none. */
  get(ref: ResourceRef, name: string): Promise<ApiResult<KubeObject>>;
  /** All of it, in pages of 500. */
  list(
    ref: ResourceRef,
    options?: Selection & { readonly form?: ObjectForm },
  ): Promise<ApiResult<{ readonly items: readonly KubeObject[]; readonly resourceVersion: string }>>;
  table(ref: ResourceRef, options?: Selection): Promise<ApiResult<readonly TableRow[]>>;
  patch(
    ref: ResourceRef,
    name: string,
    patch: unknown,
    options: PatchOptions,
  ): Promise<ApiResult<KubeObject>>;
  /**
   * Deletes the object that has this uid, with what belongs to it in the background. Taken is not gone: look at it again. A
   * conflict where the object of that name is another one by now.
   */
  delete(ref: ResourceRef, name: string, options: { readonly uid: string }): Promise<ApiResult<'taken'>>;
  /** Any other path, as `kubectl get --raw`: `/version`, `/apis`. */
  raw(path: string): Promise<ApiResult<string>>;
  /** The last lines of a container's log, controls stripped; `previous`: of the container before the last restart. */
  log(
    pod: { readonly namespace: string; readonly name: string },
    options: { readonly container: string; readonly lines: number; readonly previous?: boolean },
  ): Promise<ApiResult<readonly string[]>>;
  stream<T>(options: StreamOptions<T>): ObjectStream<T>;
  /** Ends every stream and connection. */
  close(): void;
}
