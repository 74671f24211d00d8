import type { WorkloadFact } from './facts.ts';
import { createdBy, type Manifest } from './manifest.ts';
import type { KeyPair } from './pki.ts';
import type { PodPart } from './proxy.ts';

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

/** One rendering of an extension. */
export interface ExtensionContext {
  readonly extension: string;
  readonly version: string;
  readonly major: number;
  readonly namespace: string;
  readonly workloads: readonly WorkloadFact[];
  readonly serving: Readonly<Record<string, KeyPair>>;
}

/** Labels of an extension's object; `component` for those that belong to one. */
export const labelsOf = (context: ExtensionContext, component?: string): Record<string, string> => ({
  'linkerd.io/extension': context.extension,
  ...(component === undefined ? {} : { component }),
});

/** Labels by which a Deployment finds its pods and a Service too. */
function selectorOf(context: ExtensionContext, name: string): Record<string, string> {
  if (name === 'linkerd-gateway') return { app: 'linkerd-gateway' };
  return { 'linkerd.io/extension': context.extension, component: name.replace('linkerd-local-', 'local-') };
}

/** A Deployment of an extension, to be injected. */
export function deployment(name: string, context: ExtensionContext): Manifest {
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

/** Its Service. */
export function service(name: string, context: ExtensionContext): Manifest {
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

/** The component whose port a Server is. */
const serverOf = (name: string): string =>
  name === 'metrics-api' ? name : name.replace(/-(api|webhook|admin)$/, '');

/** The Server that an AuthorizationPolicy is for, where it has another name. */
const targets: Readonly<Record<string, string>> = { tap: 'tap-api', 'tap-injector': 'tap-injector-webhook' };

/** Policy objects and service profiles: names, versions and a specification of the right shape. */
export function custom(kind: string, name: string, context: ExtensionContext): Manifest {
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
      const component = serverOf(name);
      return policy(context.major >= 16 ? 'v1beta3' : context.major >= 15 ? 'v1beta2' : 'v1beta1', {
        podSelector: { matchLabels: labelsOf(context, component) },
        port: name === 'tap-api' ? 'apiserver' : (ports[component]?.[0]?.[0] ?? 'linkerd-admin'),
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
        targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: targets[name] ?? name },
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
