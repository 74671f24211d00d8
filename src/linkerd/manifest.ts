/** The plain objects that this part renders: a Kubernetes manifest before any server has seen it. */
export interface ManifestMeta {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  [key: string]: unknown;
}

/** A Kubernetes object as YAML files have it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: ManifestMeta;
  // biome-ignore lint/suspicious/noExplicitAny: manifests of every kind; whoever reads one knows its shape
  [key: string]: any;
}

/** Who rendered an object, and for which mesh: what labels and annotations are made of. */
export interface RenderContext {
  /** The release tag, `stable-2.14.10`: tag of images and `linkerdVersion`. */
  readonly version: string;
  /** The second number of a Linkerd version: 14 for 2.14. */
  readonly major: number;
  readonly namespace: string;
  readonly ha: boolean;
}

/** The label that says which control plane an object belongs to. */
export const CONTROL_PLANE_NS = 'linkerd.io/control-plane-ns';
/** The label that says which component of the control plane an object belongs to. */
export const COMPONENT = 'linkerd.io/control-plane-component';
/** The annotation that says which tool made an object. */
export const CREATED_BY = 'linkerd.io/created-by';

/** The annotation of what `linkerd` of that version has rendered. */
export function createdBy(version: string): Record<string, string> {
  return { [CREATED_BY]: `linkerd/cli ${version}` };
}

/** Labels of a control plane object; `component` for those that belong to one. */
export function controlPlaneLabels(context: RenderContext, component?: string): Record<string, string> {
  return {
    ...(component === undefined ? {} : { [COMPONENT]: component }),
    [CONTROL_PLANE_NS]: context.namespace,
  };
}
