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
import type { KeyPair, Trust } from './pki.ts';
import { rbacManifest } from './rbac.ts';
import { serviceManifest } from './services.ts';
import { identityValues, mergeValues, type Values } from './values.ts';
import { tlsSecret, webhookManifest } from './webhooks.ts';
import { workloadManifest } from './workloads.ts';

/** All that one rendering is made of. */
export interface Material {
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
export const serviceOf = (name: string): string => name.replace(/-(k8s-tls|webhook-config)$/, '');

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
    metadata.labels = factsOf(context.version).bareOverrides ? {} : controlPlaneLabels(context);
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

/** One object of the control plane, by kind and name. */
export function objectOf(kind: string, name: string, material: Material): Manifest {
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
        failClosed: failurePolicy(material.values) === 'Fail',
      });
    case 'PodDisruptionBudget':
      return {
        apiVersion: context.major <= 11 ? 'policy/v1beta1' : 'policy/v1',
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

/** Settings that 2.9 kept under `global`. */
function failurePolicy(values: Values): unknown {
  const { global } = values as { readonly global?: Values };
  return (global ?? values).webhookFailurePolicy;
}
