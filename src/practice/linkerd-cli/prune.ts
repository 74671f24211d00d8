import { CONTROL_PLANE_NS, type Manifest } from '../../linkerd/manifest.ts';
import type { KubeClient, KubeObject } from '../kube-client.ts';
import { flagValue, type Invocation, isOn } from './args.ts';
import { core, listOrNone, meshedPods, namespaced, refs } from './cluster.ts';
import { expectedObjects } from './install.ts';
import { CommandError, type Session } from './io.ts';
import { render } from './render.ts';

const rbac = 'rbac.authorization.k8s.io/v1';
const admission = 'admissionregistration.k8s.io/v1';

/** The kinds that are looked through for objects with the control plane's label, in any namespace. */
const searched: readonly (readonly [apiVersion: string, resource: string])[] = [
  ['v1', 'configmaps'],
  ['batch/v1', 'cronjobs'],
  ['apps/v1', 'daemonsets'],
  ['apps/v1', 'deployments'],
  ['batch/v1', 'jobs'],
  ['policy.linkerd.io/v1alpha1', 'meshtlsauthentications'],
  ['policy.linkerd.io/v1alpha1', 'networkauthentications'],
  ['v1', 'replicationcontrollers'],
  ['v1', 'secrets'],
  ['v1', 'services'],
  ['linkerd.io/v1alpha2', 'serviceprofiles'],
  ['apps/v1', 'statefulsets'],
  [rbac, 'roles'],
  [rbac, 'rolebindings'],
  ['v1', 'serviceaccounts'],
  ['policy/v1', 'poddisruptionbudgets'],
  ['policy.linkerd.io/v1beta1', 'servers'],
  ['policy.linkerd.io/v1beta1', 'serverauthorizations'],
  ['policy.linkerd.io/v1alpha1', 'authorizationpolicies'],
  [rbac, 'clusterroles'],
  [rbac, 'clusterrolebindings'],
  ['apiregistration.k8s.io/v1', 'apiservices'],
  [admission, 'mutatingwebhookconfigurations'],
  [admission, 'validatingwebhookconfigurations'],
  ['apiextensions.k8s.io/v1', 'customresourcedefinitions'],
];

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.split('/')[0]! : '');
const keyOf = (object: {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}): string =>
  [groupOf(object.apiVersion), object.kind, object.metadata.namespace ?? '', object.metadata.name].join('/');

/** Only what names an object: enough to delete it. */
const named = (object: KubeObject): Manifest => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  metadata: {
    name: object.metadata.name,
    ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
  },
});

async function labelled(client: KubeClient, label: string): Promise<KubeObject[]> {
  const found: KubeObject[] = [];
  for (const [apiVersion, resource] of searched) {
    found.push(...(await listOrNone(client, namespaced(apiVersion, resource), label)));
  }
  return found;
}

/** `linkerd prune`: names what carries the control plane's label and is no longer part of this version. */
export async function prune(session: Session, invocation: Invocation): Promise<void> {
  const client = await session.client();
  const expected = new Set((await expectedObjects(session, client)).map(keyOf));
  const extra = (await labelled(client, CONTROL_PLANE_NS)).filter((object) => !expected.has(keyOf(object)));
  session.io.out(render(extra.map(named), flagValue(invocation, 'output')));
}

/** `linkerd uninstall`: names all of the control plane; refuses while other pods still have a proxy. */
export async function uninstall(session: Session, invocation: Invocation): Promise<void> {
  const client = await session.client();
  if (!isOn(invocation, 'force')) {
    const pods = await meshedPods(client, session);
    const meshed = pods.filter(
      (pod) => pod.metadata.labels?.['linkerd.io/control-plane-component'] === undefined,
    );
    if (meshed.length > 0) {
      const names = meshed.map((pod) => `\t* ${pod.metadata.namespace}/${pod.metadata.name}`);
      throw new CommandError(
        `Please uninject the following resources before uninstalling the control-plane:\n${names.join('\n')}`,
      );
    }
  }
  const found = (await labelled(client, CONTROL_PLANE_NS)).map(named);
  const namespace = await client.get(refs.namespaces, session.namespace);
  const all = namespace === undefined ? found : [...found, named(namespace)];
  session.io.out(render(all, flagValue(invocation, 'output')));
}

/** `linkerd viz uninstall`, `linkerd viz prune` and their like: what carries an extension's label, less what is kept. */
export async function pruneExtension(
  session: Session,
  invocation: Invocation,
  extension: string,
  kept: readonly Manifest[],
): Promise<void> {
  const client = await session.client();
  const keep = new Set(kept.map(keyOf));
  const found = await labelled(client, `linkerd.io/extension=${extension}`);
  const namespace = await client.get(core('namespaces'), `linkerd-${extension}`);
  const all = kept.length === 0 && namespace !== undefined ? [...found, namespace] : found;
  session.io.out(
    render(all.filter((object) => !keep.has(keyOf(object))).map(named), flagValue(invocation, 'output')),
  );
}
