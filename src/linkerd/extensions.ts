import { crdManifest } from './crds.ts';
import { custom, deployment, type ExtensionContext, labelsOf, service } from './extension-objects.ts';
import { factsOf, UnknownVersionError } from './facts.ts';
import { createdBy, type Manifest } from './manifest.ts';
import { createServingCertificate, type KeyPair } from './pki.ts';
import { rbacManifest } from './rbac.ts';
import { tlsSecret, webhookManifest } from './webhooks.ts';

/** The extensions that come with Linkerd's own tool. */
export type ExtensionName = 'viz' | 'multicluster' | 'jaeger';

/** The versions of the Link CRD, which comes with the multicluster extension. */
function linkVersions(major: number): string[] {
  return ['v1alpha1', ...(major >= 17 ? ['v1alpha2'] : []), ...(major >= 18 ? ['v1alpha3'] : [])];
}

const serviceOf = (name: string): string =>
  name.replace(/-(k8s-tls|webhook-config)$/, '').replace(/^linkerd-(?=tap-injector|jaeger-injector)/, '');

function objectOf(kind: string, name: string, context: ExtensionContext): Manifest {
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
  const namespace = `linkerd-${extension}`;
  const serving: Record<string, KeyPair> = {};
  for (const service of extensionServices(extension, version)) {
    serving[service] = await createServingCertificate(service, namespace, options);
  }
  return renderExtension(extension, version, { namespace, serving });
}

/** The services of an extension whose serving certificates a rendering needs. */
export const extensionServices = (extension: ExtensionName, version: string): readonly string[] =>
  (extensionFacts(extension, version).objects.Secret ?? [])
    .filter((name) => name.endsWith('-k8s-tls'))
    .map(serviceOf);

/** The objects of an extension in a namespace, with these serving certificates. Throws for a release without it. */
export function renderExtension(
  extension: ExtensionName,
  version: string,
  material: Pick<ExtensionContext, 'namespace' | 'serving'>,
): Manifest[] {
  const { objects, workloads } = extensionFacts(extension, version);
  const context: ExtensionContext = {
    ...{ extension, version, workloads, major: factsOf(version).major },
    ...material,
  };
  const rank = (kind: string): number => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return Object.entries(objects)
    .flatMap(([kind, names]) => names.map((name) => objectOf(kind, name, context)))
    .sort((a, b) => rank(a.kind) - rank(b.kind));
}

function extensionFacts(extension: ExtensionName, version: string) {
  const own = factsOf(version).extensions[extension];
  if (own === undefined) throw new UnknownVersionError(`${version} with the ${extension} extension`);
  return own;
}
