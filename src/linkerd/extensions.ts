import { crdManifest } from './crds.ts';
import { factsOf, UnknownVersionError, type WorkloadFact } from './facts.ts';
import { createdBy, type Manifest } from './manifest.ts';
import { createServingCertificate, type KeyPair } from './pki.ts';
import type { PodPart } from './proxy.ts';
import { rbacManifest } from './rbac.ts';
import { tlsSecret, webhookManifest } from './webhooks.ts';

export type ExtensionName = 'viz' | 'multicluster' | 'jaeger';
export const extensionNames: readonly ExtensionName[] = ['viz', 'multicluster', 'jaeger'];

type Port = readonly [name: string, port: number, container?: string];

/** Container ports by workload. */
const ports: Readonly<Record<string, readonly Port[]>> = {
  'metrics-api': [
    ['http', 8085],
    ['admin-http', 9995],
  ],
  prometheus: [['admin-http', 9090]],
  tap: [
    ['grpc', 8088],
    ['apiserver', 8089],
    ['admin-http', 9998],
  ],
  'tap-injector': [
    ['tap-injector', 8443],
    ['admin-http', 9995],
  ],
  web: [
    ['http', 8084],
    ['admin-http', 9994],
  ],
  grafana: [['http', 3000]],
  'jaeger-injector': [
    ['jaeger-injector', 8443],
    ['admin-http', 9995],
  ],
  collector: [
    ['otlp', 4317],
    ['health', 13133],
  ],
  jaeger: [
    ['grpc', 14250],
    ['ui', 16686],
    ['admin', 14269],
  ],
  'linkerd-gateway': [
    ['mc-gateway', 4143],
    ['mc-probe', 4191],
  ],
  'linkerd-local-service-mirror': [['admin-http', 9999]],
};

/** Service ports that are not the container's own: HTTPS for what the API server calls. */
const servicePorts: Readonly<Record<string, readonly (readonly [string, number, string | number])[]>> = {
  'tap-injector': [['tap-injector', 443, 'tap-injector']],
  'jaeger-injector': [['jaeger-injector', 443, 'jaeger-injector']],
  tap: [
    ['grpc', 8088, 8088],
    ['apiserver', 443, 'apiserver'],
  ],
};

interface Context {
  readonly extension: ExtensionName;
  readonly version: string;
  readonly major: number;
  readonly namespace: string;
  readonly workloads: readonly WorkloadFact[];
  readonly serving: Readonly<Record<string, KeyPair>>;
}

const labelsOf = (context: Context, component?: string): Record<string, string> => ({
  'linkerd.io/extension': context.extension,
  ...(component === undefined ? {} : { component }),
});

/** Labels by which a Deployment finds its pods and a Service too. */
function selectorOf(context: Context, name: string): Record<string, string> {
  if (name === 'linkerd-gateway') return { app: 'linkerd-gateway' };
  return { 'linkerd.io/extension': context.extension, component: name.replace('linkerd-local-', 'local-') };
}

function deployment(name: string, context: Context): Manifest {
  const fact = context.workloads.find((one) => one.kind === 'Deployment' && one.name === name);
  if (fact === undefined)
    throw new Error(`the ${context.extension} extension of ${context.version} has no ${name}`);
  const selector = selectorOf(context, name);
  const opened = (ports[name] ?? []).map(([port, containerPort]) => ({
    name: context.major >= 19 && port === 'admin-http' ? 'admin' : port,
    containerPort,
  }));
  // The gateway's pod only pauses; its ports are those of the proxy that is injected.
  const own = name === 'linkerd-gateway' ? [] : opened;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: context.namespace,
      labels: {
        ...labelsOf(context, name),
        'app.kubernetes.io/name': name,
        'app.kubernetes.io/part-of': 'Linkerd',
        'app.kubernetes.io/version': context.version,
      },
      annotations: createdBy(context.version),
    },
    spec: {
      replicas: fact.replicas ?? 1,
      selector: { matchLabels: selector },
      template: {
        metadata: {
          labels: { ...labelsOf(context, selector.component), ...selector },
          annotations: { ...createdBy(context.version), 'linkerd.io/inject': 'enabled' },
        },
        spec: {
          serviceAccountName: name,
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          containers: fact.containers.map(
            ([container, image]): PodPart => ({
              name: container,
              image,
              imagePullPolicy: 'IfNotPresent',
              ports: own,
            }),
          ),
        },
      },
    },
  };
}

function service(name: string, context: Context): Manifest {
  const shown =
    servicePorts[name] ?? (ports[name] ?? []).map(([port, number]) => [port, number, number] as const);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: context.namespace,
      labels: labelsOf(context, name),
      annotations: {
        ...createdBy(context.version),
        ...(shown.some(([, port]) => port === 443) ? { 'config.linkerd.io/opaque-ports': '443' } : {}),
      },
    },
    spec: {
      type: name === 'linkerd-gateway' ? 'LoadBalancer' : 'ClusterIP',
      selector: selectorOf(context, name),
      ports: shown.map(([port, number, target]) => ({ name: port, port: number, targetPort: target })),
    },
  };
}

/** Policy objects and service profiles: names, versions and a specification of the right shape. */
function custom(kind: string, name: string, context: Context): Manifest {
  const meta = {
    name,
    namespace: context.namespace,
    labels: labelsOf(context),
    annotations: createdBy(context.version),
  };
  const policy = (version: string, spec: PodPart): Manifest => ({
    apiVersion: `policy.linkerd.io/${version}`,
    kind,
    metadata: meta,
    spec,
  });
  switch (kind) {
    case 'Server': {
      const component = name.replace(/-(api|webhook|admin)$/, '');
      return policy(context.major >= 16 ? 'v1beta3' : context.major >= 15 ? 'v1beta2' : 'v1beta1', {
        podSelector: { matchLabels: labelsOf(context, component) },
        port: ports[component]?.[0]?.[0] ?? 'linkerd-admin',
        proxyProtocol: 'HTTP/1',
      });
    }
    case 'ServerAuthorization':
      return policy('v1beta1', {
        server: { selector: { matchLabels: labelsOf(context) } },
        client: { unauthenticated: true },
      });
    case 'AuthorizationPolicy':
      return policy('v1alpha1', {
        targetRef: { group: 'policy.linkerd.io', kind: 'Server', name },
        requiredAuthenticationRefs: [],
      });
    case 'MeshTLSAuthentication':
      return policy('v1alpha1', { identities: ['*'] });
    case 'NetworkAuthentication':
      return policy('v1alpha1', { networks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] });
    case 'ServiceProfile':
      return {
        apiVersion: 'linkerd.io/v1alpha2',
        kind,
        metadata: meta,
        spec: { routes: [{ name: 'POST /api', condition: { method: 'POST', pathRegex: '/api' } }] },
      };
    default:
      throw new Error(`no shape is known for a ${kind}`);
  }
}

/** The versions of the Link CRD, which comes with the multicluster extension. */
function linkVersions(major: number): string[] {
  return ['v1alpha1', ...(major >= 17 ? ['v1alpha2'] : []), ...(major >= 18 ? ['v1alpha3'] : [])];
}

const serviceOf = (name: string): string =>
  name.replace(/-(k8s-tls|webhook-config)$/, '').replace(/^linkerd-(?=tap-injector|jaeger-injector)/, '');

function objectOf(kind: string, name: string, context: Context): Manifest {
  const labels = labelsOf(context);
  switch (kind) {
    case 'Namespace':
      return {
        apiVersion: 'v1',
        kind,
        metadata: { name, labels: { 'linkerd.io/extension': context.extension } },
      };
    case 'Deployment':
      return deployment(name, context);
    case 'Service':
      return service(name, context);
    case 'Secret': {
      const pair = context.serving[serviceOf(name)];
      if (pair !== undefined)
        return tlsSecret(name, context.namespace, labels, createdBy(context.version), pair);
      const annotations = { 'kubernetes.io/service-account.name': name.replace(/-token$/, '') };
      return {
        apiVersion: 'v1',
        kind,
        metadata: { name, namespace: context.namespace, labels, annotations },
        type: 'kubernetes.io/service-account-token',
      };
    }
    case 'ConfigMap':
      return {
        apiVersion: 'v1',
        kind,
        metadata: { name, namespace: context.namespace, labels, annotations: createdBy(context.version) },
        data: {},
      };
    case 'MutatingWebhookConfiguration':
      return webhookManifest(kind, name, {
        major: context.major,
        namespace: context.namespace,
        labels,
        service: serviceOf(name),
        certificate: context.serving[serviceOf(name)]!,
        failClosed: false,
      });
    case 'APIService':
      return {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind,
        metadata: { name, labels },
        spec: {
          group: 'tap.linkerd.io',
          version: 'v1alpha1',
          groupPriorityMinimum: 1000,
          versionPriority: 100,
          service: { name: 'tap', namespace: context.namespace },
          caBundle: Buffer.from(context.serving.tap!.certPem).toString('base64'),
        },
      };
    case 'CustomResourceDefinition': {
      const versions = linkVersions(context.major);
      return crdManifest({ name, versions, storage: versions.at(-1)! }, labels, createdBy(context.version));
    }
    case 'Role':
    case 'RoleBinding':
    case 'ClusterRole':
    case 'ClusterRoleBinding':
    case 'ServiceAccount': {
      const subject =
        /(metrics-api|prometheus|tap-injector|tap|web|grafana|jaeger-injector)/.exec(name)?.[0] ?? name;
      return rbacManifest(kind, name, { namespace: context.namespace, labels, subject });
    }
    default:
      return custom(kind, name, context);
  }
}

const order = [
  'Namespace',
  'CustomResourceDefinition',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
  'Deployment',
];

/** The extensions that come with a release: `jaeger` is gone from 2.19 on. */
export function extensionsOf(version: string): readonly string[] {
  return Object.keys(factsOf(version).extensions);
}

/** An extension as `linkerd viz install` and its like print it, in the namespace `linkerd-NAME`. Throws for a release without it. */
export async function extensionManifests(
  extension: ExtensionName,
  version: string,
  options: { readonly from?: Date } = {},
): Promise<Manifest[]> {
  const facts = factsOf(version);
  const own = facts.extensions[extension];
  if (own === undefined) throw new UnknownVersionError(`${version} with the ${extension} extension`);
  const namespace = `linkerd-${extension}`;
  const serving: Record<string, KeyPair> = {};
  for (const name of own.objects.Secret ?? []) {
    if (name.endsWith('-k8s-tls')) {
      serving[serviceOf(name)] = await createServingCertificate(serviceOf(name), namespace, options);
    }
  }
  const context: Context = {
    extension,
    version,
    major: facts.major,
    namespace,
    workloads: own.workloads,
    serving,
  };
  const rank = (kind: string): number => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return Object.entries(own.objects)
    .flatMap(([kind, names]) => names.map((name) => objectOf(kind, name, context)))
    .sort((a, b) => rank(a.kind) - rank(b.kind));
}
