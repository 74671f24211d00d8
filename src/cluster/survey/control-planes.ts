/** Finds the control planes of a cluster and reads what each says of itself. */
import { readControlPlane } from '../../data-plane/control-plane.ts';
import type { ControlPlaneMeta, NamespaceMeta, PodMeta } from '../../data-plane/model.ts';
import { type Intern, readPodMeta } from '../../data-plane/read-meta.ts';
import type { ClusterApi, Selection } from '../api.ts';
import { collect } from '../collect.ts';
import { missing, podsOf } from './unseen.ts';

const OF_CONTROL_PLANE: Selection = {
  labelSelector: 'linkerd.io/control-plane-component',
  fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed',
};
/** Any pod may claim to belong to some control plane; more than these are not asked for. */
const MOST_CONTROL_PLANES = 8;

/** What was read before; what could not be seen is added to `unseen`. */
export interface ControlPlaneQuery {
  readonly pods: readonly PodMeta[];
  readonly spaces: readonly NamespaceMeta[];
  readonly named: readonly string[];
  readonly intern: Intern;
  readonly unseen: string[];
}

/** Every control plane that pods or namespaces tell of, with its version and its trust anchors. */
export async function readControlPlanes(
  api: ClusterApi,
  query: ControlPlaneQuery,
): Promise<ControlPlaneMeta[]> {
  const { named, unseen } = query;
  const counts = new Map<string, number>();
  for (const { meshOf } of query.pods) {
    if (meshOf !== '') counts.set(meshOf, (counts.get(meshOf) ?? 0) + 1);
  }
  const meshed = [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const marked = query.spaces.filter((space) => space.controlPlane).map((space) => space.name);
  // Where neither pods nor namespaces tell of one, it is looked for where it usually is.
  const candidates = [
    ...new Set([...meshed, ...marked, ...(meshed.length + marked.length === 0 ? ['linkerd'] : [])]),
  ]
    .filter((name) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
    .slice(0, MOST_CONTROL_PLANES);
  const read = await Promise.all(
    candidates.map(async (namespace) => {
      const configMap = (name: string) =>
        api.get({ apiVersion: 'v1', resource: 'configmaps', namespace }, name);
      const [config, roots, own] = await Promise.all([
        configMap('linkerd-config'),
        configMap('linkerd-identity-trust-roots'),
        named.length === 0 || named.includes(namespace)
          ? undefined
          : collect(api, {
              ref: { apiVersion: 'v1', resource: 'pods', namespace },
              ...OF_CONTROL_PLANE,
              pick: (object) => readPodMeta(object, query.intern),
            }),
      ]);
      const absent = !config.ok && config.problem.type === 'not-found';
      if (!config.ok && !absent) {
        unseen.push(
          missing(`the control plane's version (ConfigMap ${namespace}/linkerd-config)`, config.problem),
        );
      }
      if (!roots.ok && roots.problem.type !== 'not-found') {
        unseen.push(
          missing(`the trust anchors (ConfigMap ${namespace}/linkerd-identity-trust-roots)`, roots.problem),
        );
      }
      if (own?.ok === false) unseen.push(missing(podsOf(namespace), own.problem));
      return readControlPlane({
        namespace,
        installed: config.ok ? true : absent ? false : undefined,
        values: config.ok ? text(config.value.data?.values) : undefined,
        bundle: roots.ok ? text(roots.value.data?.['ca-bundle.crt']) : undefined,
        pods: own?.ok ? own.value : query.pods,
      });
    }),
  );
  // A place where nothing was found, and to which no pod belongs, is no control plane.
  return read.filter((one) => one.state === 'found' || meshed.includes(one.namespace));
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
