/** The proxies of the data plane, by workload and version, each against the control plane that it belongs to. */
import type { OwnerKind, Skew } from '../../data-plane/model.ts';
import type { View } from '../view.ts';

/** Pods of one workload with one proxy, or one pod that belongs to none. */
export interface Proxies {
  readonly namespace: string;
  readonly kind: OwnerKind;
  readonly name: string;
  readonly version: string;
  readonly skew: Skew;
  /** What pins it, or ''. */
  readonly override: string;
  /** One of the pods. */
  readonly example: string;
  /** The version of its control plane, and the one that a new pod gets; '' where it is not known. */
  readonly controlPlane: string;
  readonly fresh: string;
  /** Where the version of the control plane is read. */
  readonly source: string;
}

/** All of them, without those of the control plane and of extensions: these are upgraded by their own steps. */
export function proxiesOf({ survey }: View): readonly Proxies[] {
  const planes = new Map(survey.controlPlanes.map((meta) => [meta.namespace, meta]));
  const against = (meshOf: string) => {
    const meta = planes.get(meshOf);
    const controlPlane = meta?.version ?? '';
    const source = meta?.source.startsWith('ConfigMap') ? meta.source : `Namespace ${meshOf}`;
    return { controlPlane, fresh: meta?.proxyVersion ?? controlPlane, source };
  };
  const rows = survey.rows
    .filter(({ role }) => role === 'data-plane')
    .map(({ namespace, kind, name, version, skew, override, examples, meshOf }) => ({
      ...{ namespace, kind, name, version, skew, override },
      example: examples[0] ?? name,
      ...against(meshOf),
    }));
  const bare = survey.bare
    .filter(({ role }) => role === 'data-plane')
    .map(({ namespace, name, version, skew, override, meshOf }) => ({
      ...{ namespace, kind: 'Pod' as const, name, version, skew, override },
      example: name,
      ...against(meshOf),
    }));
  return [...rows, ...bare];
}
