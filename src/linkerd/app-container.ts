import type { PodPart } from './proxy.ts';

type Port = readonly [name: string, port: number];

/** Ports by container; since 2.19 each name is unique in its pod. */
const portsByContainer: Readonly<Record<string, { old: readonly Port[]; unique?: readonly Port[] }>> = {
  identity: {
    old: [
      ['grpc', 8080],
      ['admin-http', 9990],
    ],
    unique: [
      ['ident-grpc', 8080],
      ['ident-admin', 9990],
    ],
  },
  destination: {
    old: [
      ['grpc', 8086],
      ['admin-http', 9996],
    ],
    unique: [
      ['dest-grpc', 8086],
      ['dest-admin', 9996],
    ],
  },
  'sp-validator': {
    old: [
      ['sp-validator', 8443],
      ['admin-http', 9997],
    ],
    unique: [
      ['sp-validator', 8443],
      ['spval-admin', 9997],
    ],
  },
  policy: {
    old: [
      ['grpc', 8090],
      ['admin-http', 9990],
      ['policy-https', 9443],
    ],
    unique: [
      ['policy-grpc', 8090],
      ['policy-admin', 9990],
      ['policy-https', 9443],
    ],
  },
  'proxy-injector': {
    old: [
      ['proxy-injector', 8443],
      ['admin-http', 9995],
    ],
    unique: [
      ['proxy-injector', 8443],
      ['injector-admin', 9995],
    ],
  },
  'public-api': {
    old: [
      ['http', 8085],
      ['admin-http', 9995],
    ],
  },
  web: {
    old: [
      ['http', 8084],
      ['admin-http', 9994],
    ],
  },
  tap: {
    old: [
      ['grpc', 8088],
      ['apiserver', 8089],
      ['admin-http', 9998],
    ],
  },
  grafana: { old: [['http', 3000]] },
  prometheus: { old: [['admin-http', 9090]] },
};

/** A container of the control plane that is no proxy, with its ports and probes. */
export function appContainer(name: string, image: string, major: number): PodPart {
  const ports = portsByContainer[name];
  const chosen = ports === undefined ? [] : major >= 19 && ports.unique ? ports.unique : ports.old;
  const admin = chosen.find(([portName]) => portName.includes('admin'));
  const probe = (path: string) => ({ httpGet: { path, port: admin?.[1] } });
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    args: [name],
    ports: chosen.map(([portName, containerPort]) => ({ name: portName, containerPort })),
    ...(admin === undefined ? {} : { livenessProbe: probe('/ping'), readinessProbe: probe('/ready') }),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 2103,
    },
  };
}
