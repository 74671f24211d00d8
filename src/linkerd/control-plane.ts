import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { factsOf } from './facts.ts';
import {
  CONTROL_PLANE_NS,
  controlPlaneLabels,
  createdBy,
  type Manifest,
  type RenderContext,
} from './manifest.ts';
import { createServingCertificate, createTrust, type KeyPair, type Trust } from './pki.ts';
import { rbacManifest } from './rbac.ts';
import { serviceManifest } from './services.ts';
import {
  defaultValues,
  haValues,
  identityValues,
  isHa,
  mergeValues,
  type Values,
  withoutKey,
} from './values.ts';
import { tlsSecret, webhookManifest } from './webhooks.ts';
import { workloadManifest } from './workloads.ts';

export interface ControlPlaneOptions {
  readonly ha?: boolean;
  /** `linkerd` unless told. */
  readonly namespace?: string;
  /** The identity to go on with; a new one is made otherwise. */
  readonly trust?: Trust;
  /** What an install or upgrade was told with `--set`, kept for the next upgrade. */
  readonly overrides?: Values;
  /** The moment from which new certificates are valid; now unless told. */
  readonly from?: Date;
}

const order = [
  'Namespace',
  'PodSecurityPolicy',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'ServiceAccount',
  'ConfigMap',
  'Secret',
  'Service',
  'PodDisruptionBudget',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'APIService',
  'Deployment',
  'CronJob',
];

const deploymentOrder = ['linkerd-identity', 'linkerd-controller', 'linkerd-destination'];

interface Material {
  readonly context: RenderContext;
  readonly trust: Trust;
  /** Serving certificates by service. */
  readonly serving: Readonly<Record<string, KeyPair>>;
  readonly values: Values;
  readonly overrides: Values;
  readonly minute: number;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** `linkerd-proxy-injector` for `linkerd-proxy-injector-k8s-tls` and `linkerd-proxy-injector-webhook-config`. */
const serviceOf = (name: string): string => name.replace(/-(k8s-tls|webhook-config)$/, '');

/** The component in an object's name, for its label: `linkerd-linkerd-proxy-injector` belongs to `proxy-injector`. */
function componentOf(name: string, major: number): string | undefined {
  const short = serviceOf(name).replace(/^(linkerd-)+/, '');
  if (/^(policy|destination|dst|remote-discovery)/.test(short)) return 'destination';
  if (short.startsWith('sp-validator')) return major >= 11 ? 'destination' : 'sp-validator';
  return /^(identity|proxy-injector|heartbeat|controller|web|tap|grafana|prometheus)/.exec(short)?.[0];
}

function secret(name: string, material: Material): Manifest {
  const { context, trust } = material;
  const metadata = {
    name,
    namespace: context.namespace,
    labels: controlPlaneLabels(context, componentOf(name, context.major)),
    annotations: createdBy(context.version),
  };
  if (name === 'linkerd-identity-issuer') {
    const data = { 'crt.pem': base64(trust.issuer.certPem), 'key.pem': base64(trust.issuer.keyPem) };
    return { apiVersion: 'v1', kind: 'Secret', metadata, data };
  }
  if (name === 'linkerd-config-overrides') {
    metadata.labels = controlPlaneLabels(context);
    const kept = mergeValues(material.overrides, identityValues(trust, true));
    return { apiVersion: 'v1', kind: 'Secret', metadata, data: { [name]: base64(stringify(kept)) } };
  }
  return tlsSecret(
    name,
    context.namespace,
    metadata.labels,
    metadata.annotations,
    material.serving[serviceOf(name)]!,
  );
}

function configMap(name: string, material: Material): Manifest {
  const { context } = material;
  const data =
    name === 'linkerd-identity-trust-roots'
      ? { 'ca-bundle.crt': material.trust.anchorPem }
      : name === 'linkerd-config'
        ? { values: stringify(material.values) }
        : {};
  const component = name === 'linkerd-config' ? 'controller' : componentOf(name, context.major);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace: context.namespace,
      labels: controlPlaneLabels(context, component),
      annotations: createdBy(context.version),
    },
    data,
  };
}

function objectOf(kind: string, name: string, material: Material): Manifest {
  const { context } = material;
  const component = componentOf(name, context.major);
  const labels = controlPlaneLabels(context, component);
  switch (kind) {
    case 'Namespace':
      return {
        apiVersion: 'v1',
        kind,
        metadata: {
          name: context.namespace,
          annotations: { 'linkerd.io/inject': 'disabled' },
          labels: {
            'linkerd.io/is-control-plane': 'true',
            'config.linkerd.io/admission-webhooks': 'disabled',
            [CONTROL_PLANE_NS]: context.namespace,
          },
        },
      };
    case 'Secret':
      return secret(name, material);
    case 'ConfigMap':
      return configMap(name, material);
    case 'Service':
      return serviceManifest(name, context);
    case 'Deployment':
    case 'CronJob': {
      const replicas = material.values.controllerReplicas;
      return workloadManifest(name, context, {
        configChecksum: sha256(
          Object.values(material.serving)
            .map((pair) => pair.certPem)
            .join(''),
        ),
        anchorHash: sha256(material.trust.anchorPem),
        heartbeatMinute: material.minute,
        ...(typeof replicas === 'number' && !context.ha && replicas > 1 ? { replicas } : {}),
      });
    }
    case 'MutatingWebhookConfiguration':
    case 'ValidatingWebhookConfiguration':
      return webhookManifest(kind, name, {
        major: context.major,
        namespace: context.namespace,
        labels,
        service: serviceOf(name),
        certificate: material.serving[serviceOf(name)]!,
        failClosed: material.values.webhookFailurePolicy === 'Fail',
      });
    case 'PodDisruptionBudget':
      return {
        apiVersion: 'policy/v1',
        kind,
        metadata: { name, namespace: context.namespace, labels, annotations: createdBy(context.version) },
        spec: {
          maxUnavailable: 1,
          selector: { matchLabels: { 'linkerd.io/control-plane-component': component } },
        },
      };
    case 'APIService':
      return {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind,
        metadata: { name, labels: controlPlaneLabels(context, 'tap') },
        spec: {
          group: 'tap.linkerd.io',
          version: 'v1alpha1',
          groupPriorityMinimum: 1000,
          versionPriority: 100,
          service: { name: 'linkerd-tap', namespace: context.namespace },
          caBundle: base64(material.serving['linkerd-tap']!.certPem),
        },
      };
    case 'PodSecurityPolicy':
      return {
        apiVersion: 'policy/v1beta1',
        kind,
        metadata: { name, labels },
        spec: {
          allowedCapabilities: ['NET_ADMIN', 'NET_RAW'],
          seLinux: { rule: 'RunAsAny' },
          runAsUser: { rule: 'RunAsAny' },
          supplementalGroups: { rule: 'RunAsAny' },
          fsGroup: { rule: 'RunAsAny' },
        },
      };
    default:
      return rbacManifest(kind, name, {
        namespace: context.namespace,
        labels,
        subject: `linkerd-${component ?? 'heartbeat'}`,
      });
  }
}

function rank(manifest: Manifest): number {
  // The overrides come last, as the real tool prints them.
  if (manifest.metadata.name === 'linkerd-config-overrides') return 1000;
  const place = deploymentOrder.indexOf(manifest.metadata.name);
  return order.indexOf(manifest.kind) * 10 + (place < 0 ? 5 : place);
}

/**
 * The control plane of a known release as `linkerd install` and `linkerd upgrade` print it, without its CRDs: object names, images,
 * labels and certificates as in the real one. Each call makes new webhook certificates, as the real tool does.
 */
export async function controlPlaneManifests(
  version: string,
  options: ControlPlaneOptions = {},
): Promise<Manifest[]> {
  const facts = factsOf(version);
  const asked = options.overrides ?? {};
  const ha = options.ha ?? isHa(asked);
  const namespace = options.namespace ?? 'linkerd';
  const context: RenderContext = { version, major: facts.major, namespace, ha };
  const moment = options.from === undefined ? {} : { from: options.from };
  const trust = options.trust ?? (await createTrust(moment));
  const serving: Record<string, KeyPair> = {};
  for (const name of facts.objects.Secret ?? []) {
    if (!name.endsWith('-k8s-tls')) continue;
    serving[serviceOf(name)] = await createServingCertificate(serviceOf(name), namespace, moment);
  }
  const overrides = mergeValues(ha ? haValues : {}, asked);
  const initTag = facts.workloads[0]?.init?.[0]?.[1].split(':')[1] ?? '';
  const stored = mergeValues(withoutKey(overrides), identityValues(trust, false));
  const defaults = defaultValues(context, initTag);
  const values = mergeValues(defaults, facts.major === 9 ? { global: stored } : stored);
  const minute = (options.from ?? new Date()).getUTCMinutes() + 10;
  const material: Material = { context, trust, serving, values, overrides, minute };
  const kinds = [...Object.entries(facts.objects), ...(ha ? Object.entries(facts.haObjects) : [])];
  return kinds
    .flatMap(([kind, names]) => names.map((name) => objectOf(kind, name, material)))
    .sort((a, b) => rank(a) - rank(b));
}
