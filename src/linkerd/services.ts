import { COMPONENT, controlPlaneLabels, createdBy, type Manifest, type RenderContext } from './manifest.ts';

type Port = readonly [name: string, port: number, target?: string | number];

interface ServiceFact {
  readonly component: string;
  readonly ports: readonly Port[];
  readonly headless?: boolean;
}

const admission = (target: string): readonly Port[] => [[target, 443, target]];

const services: Readonly<Record<string, ServiceFact>> = {
  'linkerd-identity': { component: 'identity', ports: [['grpc', 8080]] },
  'linkerd-identity-headless': { component: 'identity', ports: [['grpc', 8080]], headless: true },
  'linkerd-dst': { component: 'destination', ports: [['grpc', 8086]] },
  'linkerd-dst-headless': { component: 'destination', ports: [['grpc', 8086]], headless: true },
  'linkerd-policy': { component: 'destination', ports: [['grpc', 8090]], headless: true },
  'linkerd-policy-validator': { component: 'destination', ports: [['policy-https', 443, 'policy-https']] },
  'linkerd-proxy-injector': { component: 'proxy-injector', ports: admission('proxy-injector') },
  'linkerd-controller-api': { component: 'controller', ports: [['http', 8085]] },
  'linkerd-tap': {
    component: 'tap',
    ports: [
      ['grpc', 8088],
      ['apiserver', 443, 'apiserver'],
    ],
  },
  'linkerd-web': {
    component: 'web',
    ports: [
      ['http', 8084],
      ['admin-http', 9994],
    ],
  },
  'linkerd-grafana': { component: 'grafana', ports: [['http', 3000]] },
  'linkerd-prometheus': { component: 'prometheus', ports: [['admin-http', 9090]] },
};

/** A Service of the control plane; the profile validator moved into the destination pods in 2.11. */
export function serviceManifest(name: string, context: RenderContext): Manifest {
  const fact: ServiceFact | undefined =
    name === 'linkerd-sp-validator'
      ? {
          component: context.major >= 11 ? 'destination' : 'sp-validator',
          ports: admission('sp-validator'),
        }
      : services[name];
  if (fact === undefined) throw new Error(`no ports are known for the service ${name}`);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: context.namespace,
      labels: controlPlaneLabels(context, fact.component),
      annotations: {
        ...createdBy(context.version),
        ...(fact.ports.some(([, port]) => port === 443) ? { 'config.linkerd.io/opaque-ports': '443' } : {}),
      },
    },
    spec: {
      type: 'ClusterIP',
      ...(fact.headless === true ? { clusterIP: 'None' } : {}),
      selector: { [COMPONENT]: fact.component },
      ports: fact.ports.map(([portName, port, target]) => ({
        name: portName,
        port,
        targetPort: target ?? port,
      })),
    },
  };
}
