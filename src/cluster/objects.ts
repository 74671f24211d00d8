/** Objects of the Kubernetes API as they come over the wire. */

/** `apps/v1` `deployments`, for example; the core group is `v1`. Without a namespace: in all of them. */
export interface ResourceRef {
  readonly apiVersion: string;
  readonly resource: string;
  readonly namespace?: string;
}

/** The metadata that every object has. */
export interface KubeMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
    readonly controller?: boolean;
  }[];
}

/** An object of any kind; what it has beyond its metadata is known by who asked for it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubeMeta;
  // biome-ignore lint/suspicious/noExplicitAny: objects of any kind and version; their users know the shape
  readonly [key: string]: any;
}
