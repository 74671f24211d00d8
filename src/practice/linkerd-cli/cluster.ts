import { parse } from 'yaml';
import { factsOf } from '../../linkerd/facts.ts';
import { proxyVersionOf } from '../../linkerd/injection.ts';
import { CONTROL_PLANE_NS } from '../../linkerd/manifest.ts';
import type { Values } from '../../linkerd/values.ts';
import { type KubeClient, KubeError, type KubeObject, type ResourceRef } from '../kube-client.ts';
import { CommandError, dataOf, type Session } from './io.ts';

export const refs = {
  crds: { apiVersion: 'apiextensions.k8s.io/v1', resource: 'customresourcedefinitions' },
  nodes: { apiVersion: 'v1', resource: 'nodes' },
  namespaces: { apiVersion: 'v1', resource: 'namespaces' },
  mutating: { apiVersion: 'admissionregistration.k8s.io/v1', resource: 'mutatingwebhookconfigurations' },
  validating: { apiVersion: 'admissionregistration.k8s.io/v1', resource: 'validatingwebhookconfigurations' },
  clusterRoles: { apiVersion: 'rbac.authorization.k8s.io/v1', resource: 'clusterroles' },
  clusterRoleBindings: { apiVersion: 'rbac.authorization.k8s.io/v1', resource: 'clusterrolebindings' },
  endpointSlices: { apiVersion: 'discovery.k8s.io/v1', resource: 'endpointslices' },
} as const satisfies Record<string, ResourceRef>;

export const namespaced = (apiVersion: string, resource: string, namespace?: string): ResourceRef =>
  namespace === undefined ? { apiVersion, resource } : { apiVersion, resource, namespace };

export const core = (resource: string, namespace?: string): ResourceRef =>
  namespaced('v1', resource, namespace);

/** All of a kind, or none where the kind is not installed. */
export async function listOrNone(
  client: KubeClient,
  ref: ResourceRef,
  labelSelector?: string,
): Promise<KubeObject[]> {
  try {
    return (await client.list(ref, labelSelector === undefined ? {} : { labelSelector })).items;
  } catch (error) {
    if (error instanceof KubeError && error.status.code === 404) return [];
    throw error;
  }
}

/** The values in ConfigMap `linkerd-config`, or undefined where there is none. */
export async function storedConfig(client: KubeClient, namespace: string): Promise<Values | undefined> {
  const text = dataOf(await client.get(core('configmaps', namespace), 'linkerd-config'), 'values');
  if (text === undefined) return undefined;
  const values: unknown = parse(text);
  if (typeof values !== 'object' || values === null) return undefined;
  const { global } = values as { global?: Values };
  return global ?? (values as Values);
}

export async function serverVersion(client: KubeClient, namespace: string): Promise<string | undefined> {
  const version = (await storedConfig(client, namespace))?.linkerdVersion;
  return typeof version === 'string' ? version : undefined;
}

/** `missing NAME`, `CRD NAME is missing version V`: for each CRD of the version that is not as its control plane needs it. */
export async function crdProblems(client: KubeClient, version: string): Promise<string[]> {
  const problems: string[] = [];
  for (const fact of factsOf(version).crds) {
    const last = fact.versions.at(-1)!;
    const live = await client.get(refs.crds, fact.name);
    if (live === undefined) problems.push(`missing ${fact.name}`);
    else {
      const versions = ((live.spec as { versions?: { name: string }[] }).versions ?? []).map(
        ({ name }) => name,
      );
      if (!versions.includes(last)) problems.push(`CRD ${fact.name} is missing version ${last}`);
    }
  }
  return problems;
}

/** Pods with a proxy; with a namespace only its pods. */
export async function meshedPods(
  client: KubeClient,
  session: Session,
  namespace?: string,
): Promise<KubeObject[]> {
  const { items } = await client.list(core('pods', namespace), {
    labelSelector: `${CONTROL_PLANE_NS}=${session.namespace}`,
  });
  return items;
}

export const phaseOf = (pod: KubeObject): string =>
  (pod.status as { phase?: string } | undefined)?.phase ?? '';

export const isReady = (pod: KubeObject): boolean => {
  const status = pod.status as { containerStatuses?: { ready: boolean }[] } | undefined;
  return (
    (status?.containerStatuses ?? []).length > 0 && status!.containerStatuses!.every(({ ready }) => ready)
  );
};

/** The tag of a pod's proxy image, or undefined. */
export const proxyVersion = (pod: KubeObject): string | undefined => proxyVersionOf(pod as never);

/** The Secret's overrides as values; the message of a missing one is that of the tool's version. */
export async function storedOverrides(session: Session, client: KubeClient): Promise<Values> {
  const name = 'linkerd-config-overrides';
  const secret = await client.get(core('secrets', session.namespace), name);
  if (secret === undefined) {
    throw new CommandError(
      session.major >= 12
        ? 'Could not find the linkerd-config-overrides secret.\n\t\t\tIf Linkerd was installed with Helm, please use Helm to perform upgrades'
        : 'Could not find the Linkerd config. If Linkerd was installed with Helm, please\nuse Helm to perform upgrades. If Linkerd was not installed with Helm, please use\n' +
            "the 'linkerd repair' command to repair the Linkerd config",
    );
  }
  const text = dataOf(secret, name);
  if (text === undefined) throw new CommandError(`secret/${name} is missing ${name} data`);
  const values: unknown = parse(text);
  if (typeof values !== 'object' || values === null) {
    throw new CommandError('failed to load stored values: the overrides are not a mapping');
  }
  return values as Values;
}
