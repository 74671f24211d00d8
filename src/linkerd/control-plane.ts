import { type Material, objectOf, serviceOf } from './control-plane-objects.ts';
import { factsOf } from './facts.ts';
import type { Manifest, RenderContext } from './manifest.ts';
import { createServingCertificate, createTrust, type KeyPair, type Trust } from './pki.ts';
import {
  defaultValues,
  haValues,
  identityValues,
  isHa,
  mergeValues,
  type Values,
  withoutKey,
} from './values.ts';

interface ControlPlaneOptions {
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
  for (const service of servingServices(version)) {
    serving[service] = await createServingCertificate(service, namespace, moment);
  }
  const overrides = mergeValues(ha ? haValues : {}, asked);
  const initTag = facts.workloads[0]?.init?.[0]?.[1].split(':')[1] ?? '';
  const stored = mergeValues(withoutKey(overrides), identityValues(trust, false));
  const defaults = defaultValues(context, initTag);
  const values = mergeValues(defaults, facts.major === 9 ? { global: stored } : stored);
  const minute = (options.from ?? new Date()).getUTCMinutes() + 10;
  return renderControlPlane({ context, trust, serving, values, overrides, minute });
}

/** The objects of a control plane from all that one rendering is made of, in the order of the real tool. */
export function renderControlPlane(material: Material): Manifest[] {
  const { version, ha } = material.context;
  const { objects, haObjects } = factsOf(version);
  const kinds = [...Object.entries(objects), ...(ha ? Object.entries(haObjects) : [])];
  return kinds
    .flatMap(([kind, names]) => names.map((name) => objectOf(kind, name, material)))
    .sort((a, b) => rank(a) - rank(b));
}

/** The services whose serving certificates a rendering needs. */
export const servingServices = (version: string): readonly string[] =>
  (factsOf(version).objects.Secret ?? []).filter((name) => name.endsWith('-k8s-tls')).map(serviceOf);
