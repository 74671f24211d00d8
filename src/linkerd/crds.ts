import { type CrdFact, factsOf } from './facts.ts';
import { gatewayApiCrds } from './gateway-api.ts';
import { CONTROL_PLANE_NS, createdBy, type Manifest } from './manifest.ts';

interface Names {
  readonly kind: string;
  readonly shortNames?: readonly string[];
}

const namesByCrd: Readonly<Record<string, Names>> = {
  'serviceprofiles.linkerd.io': { kind: 'ServiceProfile', shortNames: ['sp'] },
  'trafficsplits.split.smi-spec.io': { kind: 'TrafficSplit', shortNames: ['ts'] },
  'servers.policy.linkerd.io': { kind: 'Server', shortNames: ['srv'] },
  'serverauthorizations.policy.linkerd.io': { kind: 'ServerAuthorization', shortNames: ['saz'] },
  'authorizationpolicies.policy.linkerd.io': { kind: 'AuthorizationPolicy', shortNames: ['authzpolicy'] },
  'meshtlsauthentications.policy.linkerd.io': { kind: 'MeshTLSAuthentication', shortNames: ['meshtlsauthn'] },
  'networkauthentications.policy.linkerd.io': {
    kind: 'NetworkAuthentication',
    shortNames: ['netauthn', 'networkauthn'],
  },
  'httproutes.policy.linkerd.io': { kind: 'HTTPRoute' },
  'egressnetworks.policy.linkerd.io': { kind: 'EgressNetwork' },
  'httplocalratelimitpolicies.policy.linkerd.io': { kind: 'HTTPLocalRateLimitPolicy' },
  'externalworkloads.workload.linkerd.io': { kind: 'ExternalWorkload' },
  'httproutes.gateway.networking.k8s.io': { kind: 'HTTPRoute' },
  'grpcroutes.gateway.networking.k8s.io': { kind: 'GRPCRoute' },
  'tlsroutes.gateway.networking.k8s.io': { kind: 'TLSRoute' },
  'tcproutes.gateway.networking.k8s.io': { kind: 'TCPRoute' },
  'links.multicluster.linkerd.io': { kind: 'Link' },
};

/** One schema for all: the practice cluster and these manifests care for names and versions, not for fields. */
const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** A CustomResourceDefinition (`apiextensions.k8s.io/v1`) with the given versions and a schema that admits any field. */
export function crdManifest(
  fact: CrdFact,
  labels: Record<string, string>,
  annotations: Record<string, string>,
): Manifest {
  const dot = fact.name.indexOf('.');
  const plural = fact.name.slice(0, dot);
  const names = namesByCrd[fact.name];
  if (names === undefined) throw new Error(`no kind is known for the resource definition ${fact.name}`);
  const singular = names.kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: fact.name, annotations, labels },
    spec: {
      group: fact.name.slice(dot + 1),
      scope: 'Namespaced',
      names: {
        plural,
        singular,
        kind: names.kind,
        listKind: `${names.kind}List`,
        ...(names.shortNames === undefined ? {} : { shortNames: [...names.shortNames] }),
      },
      versions: fact.versions.map((name) => ({
        name,
        served: !(fact.unserved ?? []).includes(name),
        storage: name === fact.storage,
        schema: { openAPIV3Schema: anything },
        subresources: {},
      })),
    },
  };
}

/** A definition as Kubernetes before 1.16 knew it, and 1.22 no longer does: the schema is said once for all versions. */
function oldDefinition({ spec, ...rest }: Manifest): Manifest {
  const versions = (spec.versions as Manifest[]).map(({ name, served, storage }) => ({
    name,
    served,
    storage,
  }));
  return {
    ...rest,
    apiVersion: 'apiextensions.k8s.io/v1beta1',
    spec: { ...spec, versions, validation: { openAPIV3Schema: anything } },
  } as Manifest;
}

/** The version of the `linkerd-crds` chart in a release: numbered until 2.14, made of the edge's date since March 2024. */
function crdChart(version: string, major: number): string | undefined {
  const numbered: Readonly<Record<number, string>> = { 12: '1.4.0', 13: '1.6.1', 14: '1.8.0' };
  const edge = /^edge-(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (edge === null) return numbered[major];
  return major >= 16 ? `20${edge[1]}.${edge[2]}.${edge[3]}` : undefined;
}

interface CrdOptions {
  /** The control plane's namespace, for the label by which `linkerd prune` finds them. */
  readonly namespace?: string;
  /** From 2.18 on: print the Gateway API's definitions too, as the tool does where it manages them. */
  readonly gatewayApi?: boolean;
}

/** The CRDs of a release as `linkerd install --crds` prints them; before 2.12 they were part of the control plane. */
export function crdManifests(version: string, options: CrdOptions = {}): Manifest[] {
  const facts = factsOf(version);
  const chart = crdChart(version, facts.major);
  const labels = {
    ...(chart === undefined ? {} : { 'helm.sh/chart': `linkerd-crds-${chart}` }),
    [CONTROL_PLANE_NS]: options.namespace ?? 'linkerd',
  };
  const modern = facts.major >= 18;
  const all = modern && options.gatewayApi === true ? [...facts.crds, ...gatewayApiCrds] : facts.crds;
  const old = facts.apiVersions.includes('apiextensions.k8s.io/v1beta1');
  return all.map((fact) => {
    const gateway = fact.name.endsWith('.gateway.networking.k8s.io');
    const definition = crdManifest(fact, labels, {
      ...createdBy(version),
      ...(gateway
        ? {
            'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/1923',
            'gateway.networking.k8s.io/bundle-version': modern ? 'v1.1.1' : 'v0.7.1-dev',
            'gateway.networking.k8s.io/channel': 'experimental',
            ...(modern ? { 'helm.sh/resource-policy': 'keep' } : {}),
          }
        : {}),
    });
    return old ? oldDefinition(definition) : definition;
  });
}
