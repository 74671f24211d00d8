import { CONTROL_PLANE_NS, CREATED_BY, type RenderContext } from './manifest.ts';

/** The name of the container that injection adds. */
export const PROXY_CONTAINER = 'linkerd-proxy';
/** The variable in which a proxy is given its trust anchors, PEM. */
export const TRUST_ANCHORS_ENV = 'LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS';

/** A part of a pod's spec, such as a container or a volume. */
// biome-ignore lint/suspicious/noExplicitAny: the parts of a pod are plain JSON
export type PodPart = Record<string, any>;

interface ProxyOptions {
  readonly version: string;
  readonly major: number;
  /** The control plane's namespace. */
  readonly namespace: string;
  readonly proxyImage: string;
  /** The anchors as PEM; undefined: taken from the ConfigMap, as the control plane's own pods do. */
  readonly trustAnchors?: string;
  /** `ingress` mode of injection. */
  readonly ingress?: boolean;
  /** The proxy as an init container that keeps running. */
  readonly native: boolean;
  /** Where traces go, by the values `proxy.tracing` of 2.19 and later. */
  readonly traceCollector?: string;
  /** This pod holds the destination or identity service itself. */
  readonly localTo?: 'destination' | 'identity';
}

function addresses(options: ProxyOptions): PodPart[] {
  const dot = options.major >= 12 ? '.' : '';
  const at = (service: string, port: number, local: boolean) =>
    local ? `localhost${dot}:${port}` : `${service}.${options.namespace}.svc.cluster.local${dot}:${port}`;
  const here = options.localTo;
  return [
    {
      name: 'LINKERD2_PROXY_DESTINATION_SVC_ADDR',
      value: at('linkerd-dst-headless', 8086, here === 'destination'),
    },
    ...(options.major >= 11
      ? [
          {
            name: 'LINKERD2_PROXY_POLICY_SVC_ADDR',
            value: at('linkerd-policy', 8090, here === 'destination'),
          },
        ]
      : []),
    {
      name: 'LINKERD2_PROXY_IDENTITY_SVC_ADDR',
      value: at('linkerd-identity-headless', 8080, here === 'identity'),
    },
  ];
}

/** The `linkerd-proxy` container of a meshed pod. */
export function proxyContainer(options: ProxyOptions): PodPart {
  const probe = (path: string) => ({
    httpGet: { path, port: 4191 },
    initialDelaySeconds: path === '/live' ? 10 : 2,
  });
  return {
    name: PROXY_CONTAINER,
    image: options.proxyImage,
    imagePullPolicy: 'IfNotPresent',
    env: [
      { name: '_pod_name', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: '_pod_ns', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      { name: 'LINKERD2_PROXY_LOG', value: 'warn,linkerd=info' },
      ...addresses(options),
      { name: 'LINKERD2_PROXY_CONTROL_LISTEN_ADDR', value: '0.0.0.0:4190' },
      { name: 'LINKERD2_PROXY_ADMIN_LISTEN_ADDR', value: '0.0.0.0:4191' },
      { name: 'LINKERD2_PROXY_OUTBOUND_LISTEN_ADDR', value: '127.0.0.1:4140' },
      { name: 'LINKERD2_PROXY_INBOUND_LISTEN_ADDR', value: '0.0.0.0:4143' },
      ...(options.ingress === true ? [{ name: 'LINKERD2_PROXY_INGRESS_MODE', value: 'true' }] : []),
      ...(options.traceCollector === undefined
        ? []
        : [{ name: 'LINKERD2_PROXY_TRACE_COLLECTOR_SVC_ADDR', value: options.traceCollector }]),
      { name: 'LINKERD2_PROXY_IDENTITY_DIR', value: '/var/run/linkerd/identity/end-entity' },
      options.trustAnchors === undefined
        ? {
            name: TRUST_ANCHORS_ENV,
            valueFrom: { configMapKeyRef: { name: 'linkerd-identity-trust-roots', key: 'ca-bundle.crt' } },
          }
        : { name: TRUST_ANCHORS_ENV, value: options.trustAnchors },
      {
        name: 'LINKERD2_PROXY_IDENTITY_TOKEN_FILE',
        value: '/var/run/secrets/tokens/linkerd-identity-token',
      },
    ],
    ports: [
      { name: 'linkerd-proxy', containerPort: 4143 },
      { name: 'linkerd-admin', containerPort: 4191 },
    ],
    livenessProbe: probe('/live'),
    readinessProbe: probe('/ready'),
    ...(options.native ? { restartPolicy: 'Always', startupProbe: probe('/ready') } : {}),
    ...(options.major >= 11 && !options.native
      ? {
          lifecycle: { postStart: { exec: { command: ['/usr/lib/linkerd/linkerd-await', '--timeout=2m'] } } },
        }
      : {}),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 2102,
    },
    volumeMounts: [
      { name: 'linkerd-identity-end-entity', mountPath: '/var/run/linkerd/identity/end-entity' },
      ...(options.major >= 12
        ? [{ name: 'linkerd-identity-token', mountPath: '/var/run/secrets/tokens' }]
        : []),
    ],
  };
}

/** The `linkerd-init` container, which redirects a pod's traffic to its proxy. */
export function initContainer(image: string, major: number, skipOutbound?: string): PodPart {
  return {
    name: 'linkerd-init',
    image,
    imagePullPolicy: 'IfNotPresent',
    ...(major >= 20 ? { command: ['/usr/lib/linkerd/linkerd2-proxy-init'] } : {}),
    args: [
      ...['--incoming-proxy-port', '4143', '--outgoing-proxy-port', '4140', '--proxy-uid', '2102'],
      ...['--inbound-ports-to-ignore', '4190,4191,4567,4568'],
      ...['--outbound-ports-to-ignore', [skipOutbound, '4567,4568'].filter(Boolean).join(',')],
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { add: ['NET_ADMIN', 'NET_RAW'] },
      ...(major >= 12 ? { runAsNonRoot: true, runAsUser: 65534 } : { runAsNonRoot: false, runAsUser: 0 }),
    },
  };
}

/** The name of the container that takes the place of `linkerd-init` where the CNI plugin redirects traffic. */
export const NETWORK_VALIDATOR = 'linkerd-network-validator';

/** It ends well only where the CNI plugin has redirected the pod's traffic. Since 2.13; before, there was nothing that looked. */
export function validatorContainer(proxyImage: string): PodPart {
  return {
    name: NETWORK_VALIDATOR,
    image: proxyImage,
    imagePullPolicy: 'IfNotPresent',
    command: ['/usr/lib/linkerd/linkerd2-network-validator'],
    args: ['--log-format', 'plain', '--connect-addr', '1.1.1.1:20001', '--listen-addr', '0.0.0.0:4140'],
    securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, runAsUser: 65534 },
  };
}

/** The volumes that the two containers mount. */
export function proxyVolumes(major: number): PodPart[] {
  const token = {
    name: 'linkerd-identity-token',
    projected: {
      sources: [
        {
          serviceAccountToken: {
            path: 'linkerd-identity-token',
            audience: 'identity.l5d.io',
            expirationSeconds: 86400,
          },
        },
      ],
    },
  };
  const identity = { name: 'linkerd-identity-end-entity', emptyDir: { medium: 'Memory' } };
  return major >= 12 ? [token, identity] : [identity];
}

/** Labels and annotations that say of a pod: it has a proxy, of this version, under this anchor. */
export function proxyPodMeta(
  context: Pick<RenderContext, 'version' | 'namespace' | 'major'>,
  anchorHash: string,
): { readonly labels: Record<string, string>; readonly annotations: Record<string, string> } {
  return {
    labels: { [CONTROL_PLANE_NS]: context.namespace },
    annotations: {
      [CREATED_BY]: `linkerd/cli ${context.version}`,
      'linkerd.io/proxy-version': context.version,
      ...(context.major >= 12 ? { 'linkerd.io/trust-root-sha256': anchorHash } : {}),
    },
  };
}
