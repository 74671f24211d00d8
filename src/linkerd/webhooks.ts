import type { Manifest } from './manifest.ts';
import type { KeyPair } from './pki.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

interface Rule {
  readonly groups: readonly string[];
  readonly versions: readonly string[];
  readonly resources: readonly string[];
  readonly operations: readonly string[];
}

const both = ['CREATE', 'UPDATE'];
const policyKinds =
  'authorizationpolicies httproutes networkauthentications meshtlsauthentications serverauthorizations servers';

function rulesOf(name: string, major: number): readonly Rule[] {
  switch (name) {
    case 'linkerd-sp-validator-webhook-config':
      return [
        {
          groups: ['linkerd.io'],
          versions: ['v1alpha1', 'v1alpha2'],
          resources: ['serviceprofiles'],
          operations: both,
        },
      ];
    case 'linkerd-policy-validator-webhook-config': {
      const resources = major <= 11 ? ['servers'] : policyKinds.split(' ');
      if (major >= 17) resources.push('httplocalratelimitpolicies', 'egressnetworks');
      const own = { groups: ['policy.linkerd.io'], versions: ['*'], resources, operations: both };
      if (major < 15) return [own];
      const routes = major >= 17 ? ['httproutes', 'grpcroutes', 'tlsroutes', 'tcproutes'] : ['httproutes'];
      return [
        own,
        { groups: ['gateway.networking.k8s.io'], versions: ['*'], resources: routes, operations: both },
      ];
    }
    case 'linkerd-proxy-injector-webhook-config':
      return [
        {
          groups: [''],
          versions: ['v1'],
          resources: major >= 10 ? ['pods', 'services'] : ['pods'],
          operations: ['CREATE'],
        },
      ];
    default:
      return [{ groups: [''], versions: ['v1'], resources: ['pods'], operations: ['CREATE'] }];
  }
}

interface WebhookContext {
  readonly major: number;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  /** The service that answers. */
  readonly service: string;
  readonly certificate: KeyPair;
  readonly failClosed: boolean;
}

/** A mutating or validating webhook configuration with its one webhook; the caBundle is the serving certificate itself. */
export function webhookManifest(kind: string, name: string, context: WebhookContext): Manifest {
  const injector = name === 'linkerd-proxy-injector-webhook-config';
  const matchExpressions = [
    { key: 'config.linkerd.io/admission-webhooks', operator: 'NotIn', values: ['disabled'] },
    ...(injector && context.major >= 12
      ? [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', 'cert-manager'] }]
      : []),
  ];
  return {
    apiVersion: `admissionregistration.k8s.io/${context.major <= 9 ? 'v1beta1' : 'v1'}`,
    kind,
    metadata: { name, labels: { ...context.labels } },
    webhooks: [
      {
        name: `${name.replace(/-webhook-config$/, '').replace(/^linkerd-(?=tap-injector|jaeger-injector)/, '')}.linkerd.io`,
        namespaceSelector: { matchExpressions },
        clientConfig: {
          service: { name: context.service, namespace: context.namespace, path: '/' },
          caBundle: base64(context.certificate.certPem),
        },
        failurePolicy: context.failClosed ? 'Fail' : 'Ignore',
        admissionReviewVersions: ['v1', 'v1beta1'],
        rules: rulesOf(name, context.major).map((rule) => ({
          operations: [...rule.operations],
          apiGroups: [...rule.groups],
          apiVersions: [...rule.versions],
          resources: [...rule.resources],
        })),
        sideEffects: 'None',
        ...(injector && context.major >= 15 ? { timeoutSeconds: 10 } : {}),
      },
    ],
  };
}

/** The Secret (`kubernetes.io/tls`) that holds a webhook's or an aggregated API's serving certificate. */
export function tlsSecret(
  name: string,
  namespace: string,
  labels: Record<string, string>,
  annotations: Record<string, string>,
  pair: KeyPair,
): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { ...labels }, annotations },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': base64(pair.certPem), 'tls.key': base64(pair.keyPem) },
  };
}
