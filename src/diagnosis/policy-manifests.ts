/** The smallest policies that let through what is denied: JSON on one line, for the step that applies them. */
import { text } from '../rollout/json.ts';
import type { SnapshotObject } from './snapshot.ts';

const POLICY = 'policy.linkerd.io';
const list = (items: readonly unknown[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

/** Lets every member of the mesh reach a Server, which is made too where `server` is a specification and no name. */
export function authorizeMesh(options: {
  readonly namespace: string;
  readonly name: string;
  /** The N of 2.N of the control plane: 2.11 knows ServerAuthorizations only. */
  readonly line: number;
  readonly server?: Readonly<Record<string, unknown>>;
}): string {
  const { namespace, name, line, server } = options;
  const meta = (of: string) => ({ name: of, namespace });
  const made =
    server === undefined ? [] : [{ ...policy('Server', 'v1beta1'), metadata: meta(name), spec: server }];
  if (line < 12) {
    const spec = { server: { name }, client: { meshTLS: { identities: ['*'] } } };
    const authorization = {
      ...policy('ServerAuthorization', 'v1beta1'),
      metadata: meta(`${name}-mesh`),
      spec,
    };
    return list([...made, authorization]);
  }
  return list([
    ...made,
    {
      ...policy('MeshTLSAuthentication', 'v1alpha1'),
      metadata: meta(`${name}-mesh`),
      spec: { identities: ['*'] },
    },
    authorization(
      meta(`${name}-mesh`),
      { kind: 'Server', name },
      { kind: 'MeshTLSAuthentication', name: `${name}-mesh` },
    ),
  ]);
}

/** Lets the kubelet's probes through where HTTPRoutes such as this are attached to the Server: a route of their own that asks for no certificate. */
export function authorizeProbes(
  server: SnapshotObject,
  route: SnapshotObject,
  paths: readonly string[],
): string {
  const namespace = text(server.metadata.namespace);
  const name = `${text(server.metadata.name).slice(0, 50)}-probes`;
  const everywhere = { networks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] };
  const authentication = { kind: 'NetworkAuthentication', name };
  const network = {
    ...policy('NetworkAuthentication', 'v1alpha1'),
    metadata: { name, namespace },
    spec: everywhere,
  };
  const apiVersion = text(route.apiVersion) || `${POLICY}/v1beta1`;
  const group = apiVersion.slice(0, apiVersion.indexOf('/'));
  const rules = paths.map((value) => ({ matches: [{ method: 'GET', path: { type: 'Exact', value } }] }));
  const parentRefs = [{ group: POLICY, kind: 'Server', name: text(server.metadata.name) }];
  return list([
    { apiVersion, kind: 'HTTPRoute', metadata: { name, namespace }, spec: { parentRefs, rules } },
    network,
    authorization({ name, namespace }, { group, kind: 'HTTPRoute', name }, authentication),
  ]);
}

const policy = (kind: string, version: string) => ({ apiVersion: `${POLICY}/${version}`, kind });

const authorization = (
  metadata: { readonly name: string; readonly namespace: string },
  target: { readonly group?: string; readonly kind: string; readonly name: string },
  by: { readonly kind: string; readonly name: string },
) => ({
  ...policy('AuthorizationPolicy', 'v1alpha1'),
  metadata,
  spec: {
    targetRef: { group: POLICY, ...target },
    requiredAuthenticationRefs: [{ group: POLICY, ...by }],
  },
});
