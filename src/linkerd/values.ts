import { factsOf } from './facts.ts';
import type { RenderContext } from './manifest.ts';
import type { Trust } from './pki.ts';

/** Values of the Helm charts, by name. */
export type Values = Record<string, unknown>;

const isRecord = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `over` laid on `base`, objects key by key; neither is changed. */
export function mergeValues(base: Values, over: Values): Values {
  const out: Values = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = out[key];
    out[key] = isRecord(below) && isRecord(value) ? mergeValues(below, value) : value;
  }
  return out;
}

/** `a.b=1,c=x` of `--set` as values; numbers and booleans become what they look like. */
export function parseSet(text: string): Values {
  let out: Values = {};
  for (const part of text.split(/(?<!\\),/)) {
    const equals = part.indexOf('=');
    if (equals < 1) throw new Error(`failed parsing --set data: key "${part}" has no value`);
    const raw = part.slice(equals + 1).replaceAll('\\,', ',');
    const value =
      raw === 'true' || raw === 'false'
        ? raw === 'true'
        : /^-?\d+$/.test(raw)
          ? Number(raw)
          : raw === 'null'
            ? null
            : raw;
    const keys = part.slice(0, equals).split('.');
    out = mergeValues(out, keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Values);
  }
  return out;
}

/** What a high-availability install sets. */
export const haValues: Values = {
  controllerReplicas: 3,
  enablePodAntiAffinity: true,
  webhookFailurePolicy: 'Fail',
  enablePodDisruptionBudget: true,
};

/** True where stored values are those of a high-availability install. */
export function isHa(values: Values): boolean {
  return values.enablePodAntiAffinity === true || Number(values.controllerReplicas ?? 1) >= 3;
}

/** The identity part: the private key only in the overrides Secret, never in the ConfigMap. */
export function identityValues(trust: Trust, withKey: boolean): Values {
  return {
    identityTrustAnchorsPEM: trust.anchorPem,
    identity: {
      issuer: {
        tls: { crtPEM: trust.issuer.certPem, ...(withKey ? { keyPEM: trust.issuer.keyPem } : {}) },
      },
    },
  };
}

/** Values without the issuer's private key: what may be shown and put into a ConfigMap. */
export function withoutKey(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([key]) => key !== 'keyPEM')
      .map(([key, value]) => [key, isRecord(value) ? withoutKey(value) : value]),
  );
}

/** The trust that stored values hold, or undefined where a piece is missing. */
export function trustOf(values: Values): Trust | undefined {
  const at = (node: unknown, ...keys: string[]): unknown =>
    keys.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), node);
  const anchorPem = at(values, 'identityTrustAnchorsPEM');
  const certPem = at(values, 'identity', 'issuer', 'tls', 'crtPEM');
  const keyPem = at(values, 'identity', 'issuer', 'tls', 'keyPEM');
  if (typeof anchorPem !== 'string' || typeof certPem !== 'string' || typeof keyPem !== 'string')
    return undefined;
  return { anchorPem, issuer: { certPem, keyPem } };
}

/** The chart's values for a release, as far as tools read them from `linkerd-config`. */
export function defaultValues(context: RenderContext, proxyInitTag: string): Values {
  const { registry } = factsOf(context.version);
  const values: Values = {
    clusterDomain: 'cluster.local',
    clusterNetworks: '10.0.0.0/8,100.64.0.0/10,172.16.0.0/12,192.168.0.0/16',
    cliVersion: `linkerd/cli ${context.version}`,
    controllerImage: `${registry}/controller`,
    controllerLogLevel: 'info',
    controllerReplicas: 1,
    debugContainer: { image: { name: `${registry}/debug`, pullPolicy: '', version: context.version } },
    disableHeartBeat: false,
    enableEndpointSlices: context.major >= 12,
    enablePodAntiAffinity: false,
    identity: {
      issuer: { scheme: 'linkerd.io/tls', clockSkewAllowance: '20s', issuanceLifetime: '24h0m0s' },
    },
    identityTrustDomain: 'cluster.local',
    imagePullPolicy: 'IfNotPresent',
    linkerdVersion: context.version,
    proxy: {
      image: { name: `${registry}/proxy`, pullPolicy: '', version: '' },
      logLevel: 'warn,linkerd=info',
      logFormat: 'plain',
      opaquePorts: '25,587,3306,4444,5432,6379,9300,11211',
      ports: { admin: 4191, control: 4190, inbound: 4143, outbound: 4140 },
      defaultInboundPolicy: 'all-unauthenticated',
      ...(context.major >= 15 ? { nativeSidecar: context.major >= 20 } : {}),
    },
    proxyInit: {
      ignoreInboundPorts: '4567,4568',
      ignoreOutboundPorts: '4567,4568',
      ...(context.major >= 13 ? { kubeAPIServerPorts: '443,6443' } : {}),
      ...(context.major >= 20
        ? {}
        : { image: { name: `${registry}/proxy-init`, pullPolicy: '', version: proxyInitTag } }),
      runAsRoot: context.major < 12,
    },
    webhookFailurePolicy: 'Ignore',
  };
  // 2.9 kept what all charts share under `global`.
  return context.major === 9 ? { global: values } : values;
}
