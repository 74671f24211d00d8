import { parse } from 'yaml';
import { createdBy, type Manifest } from '../../linkerd/manifest.ts';
import type { KubeClient } from '../kube-client.ts';
import { flagValue, type Invocation } from './args.ts';
import { core, namespaced } from './cluster.ts';
import { CommandError, type Session } from './io.ts';
import { render } from './render.ts';

const NAMESPACE = 'linkerd-multicluster';
const rbac = 'rbac.authorization.k8s.io/v1';
const CLUSTER_NAME = 'mirror.linkerd.io/cluster-name';

/** The controller of a link: what was made with the link until 2.17, and belongs to the extension since. */
interface Mirror {
  readonly deployment: string;
  readonly component: string;
  readonly probe: string;
}

const oldMirror = (link: string): Mirror => ({
  deployment: `linkerd-service-mirror-${link}`,
  component: 'linkerd-service-mirror',
  probe: `probe-gateway-${link}`,
});

const managedMirror = (link: string): Mirror => ({
  deployment: `controller-${link}`,
  component: 'controller',
  probe: `probe-${link}`,
});

function mirrorManifests(session: Session, link: string, mirror: Mirror): Manifest[] {
  const annotations = createdBy(session.version);
  const labels = {
    'linkerd.io/extension': 'multicluster',
    component: mirror.component,
    [CLUSTER_NAME]: link,
  };
  const meta = (name: string) => ({ name, namespace: NAMESPACE, labels, annotations });
  const rules = [
    { apiGroups: ['multicluster.linkerd.io'], resources: ['links'], verbs: ['list', 'get', 'watch'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      verbs: ['create', 'get', 'update', 'patch'],
    },
  ];
  const role = `${mirror.deployment}-access`;
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta(mirror.deployment) },
    { apiVersion: rbac, kind: 'Role', metadata: meta(role), rules },
    {
      apiVersion: rbac,
      kind: 'RoleBinding',
      metadata: meta(role),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
      subjects: [{ kind: 'ServiceAccount', name: mirror.deployment, namespace: NAMESPACE }],
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta(mirror.deployment),
      spec: {
        replicas: 1,
        selector: { matchLabels: { component: mirror.component, [CLUSTER_NAME]: link } },
        template: {
          metadata: { labels, annotations: { ...annotations, 'linkerd.io/inject': 'enabled' } },
          spec: {
            serviceAccountName: mirror.deployment,
            containers: [
              {
                name: 'service-mirror',
                image: `cr.l5d.io/linkerd/controller:${session.version}`,
                args: ['service-mirror', link],
                ports: [{ name: 'admin-http', containerPort: 9999 }],
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(mirror.probe),
      spec: { ports: [{ name: 'mc-probe', port: 4191, protocol: 'TCP' }] },
    },
  ];
}

function clusterName(invocation: Invocation): string {
  const name = flagValue(invocation, 'cluster-name');
  if (name === undefined || name === '') throw new CommandError('You need to specify cluster name');
  return name;
}

/** The gateway as other clusters reach it. */
async function gatewayAddress(client: KubeClient): Promise<string> {
  const gateway = await client.get(core('services', NAMESPACE), 'linkerd-gateway');
  if (gateway === undefined) {
    throw new CommandError(`Service ${NAMESPACE}/linkerd-gateway is not deployed in the target cluster`);
  }
  const ingress = (gateway.status as { loadBalancer?: { ingress?: { ip?: string }[] } } | undefined)
    ?.loadBalancer?.ingress;
  return ingress?.[0]?.ip ?? String(gateway.spec?.clusterIP ?? '');
}

/** `link` (until 2.17) and `link-gen` (since 2.18): what another cluster needs to reach this one. */
async function link(session: Session, invocation: Invocation, withMirror: boolean): Promise<void> {
  const name = clusterName(invocation);
  const client = await session.client();
  const annotations = createdBy(session.version);
  const credentials = `cluster-credentials-${name}`;
  const kubeconfig = Buffer.from(`apiVersion: v1\nkind: Config\nclusters: [{name: ${name}}]\n`).toString(
    'base64',
  );
  // The destination service of 2.14 and later follows services of other clusters itself.
  const homes = session.major >= 14 ? [NAMESPACE, session.namespace] : [NAMESPACE];
  const version = session.major >= 18 ? 'v1alpha3' : session.major >= 17 ? 'v1alpha2' : 'v1alpha1';
  const manifests: Manifest[] = [
    ...homes.map((namespace) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'mirror.linkerd.io/remote-kubeconfig',
      metadata: {
        name: credentials,
        namespace,
        labels: { 'multicluster.linkerd.io/cluster-name': name },
        annotations,
      },
      data: { kubeconfig },
    })),
    {
      apiVersion: `multicluster.linkerd.io/${version}`,
      kind: 'Link',
      metadata: { name, namespace: NAMESPACE, annotations },
      spec: {
        clusterCredentialsSecret: credentials,
        gatewayAddress: await gatewayAddress(client),
        gatewayIdentity: `linkerd-gateway.${NAMESPACE}.serviceaccount.identity.${session.namespace}.cluster.local`,
        gatewayPort: '4143',
        probeSpec: { path: '/ready', period: '3s', port: '4191' },
        selector: { matchLabels: { 'mirror.linkerd.io/exported': 'true' } },
        ...(session.major >= 14
          ? { remoteDiscoverySelector: { matchLabels: { 'mirror.linkerd.io/exported': 'remote-discovery' } } }
          : {}),
        targetClusterDomain: 'cluster.local',
        targetClusterLinkerdNamespace: session.namespace,
        targetClusterName: name,
      },
    },
    ...(withMirror ? mirrorManifests(session, name, oldMirror(name)) : []),
  ];
  session.io.out(render(manifests, flagValue(invocation, 'output')));
}

/** The controllers that the values of `multicluster install` ask for, since 2.18. */
export function managedControllers(session: Session, invocation: Invocation): Manifest[] {
  if (session.major < 18) return [];
  return (invocation.flags.get('values') ?? []).flatMap((path) => {
    const values = parse(session.io.readFile(path)) as {
      controllers?: { link?: { ref?: { name?: string } } }[];
    } | null;
    const names = (values?.controllers ?? []).flatMap((each) => each.link?.ref?.name ?? []);
    return names.flatMap((name) => mirrorManifests(session, name, managedMirror(name)));
  });
}

/** `unlink`: names what belongs to a link; with `--only-controller` the controller of before 2.18 alone. */
async function unlink(session: Session, invocation: Invocation): Promise<void> {
  const name = clusterName(invocation);
  const client = await session.client();
  const links = namespaced('multicluster.linkerd.io/v1alpha1', 'links', NAMESPACE);
  const live = await client.get(links, name);
  if (live === undefined) throw new CommandError(`links.multicluster.linkerd.io "${name}" not found`);
  const mirror = mirrorManifests(session, name, oldMirror(name)).map(
    ({ apiVersion, kind, metadata }): Manifest => ({
      apiVersion,
      kind,
      metadata: { name: metadata.name, namespace: NAMESPACE },
    }),
  );
  const only = flagValue(invocation, 'only-controller') === 'true';
  const secret = { name: `cluster-credentials-${name}`, namespace: NAMESPACE };
  const rest: Manifest[] = [
    { apiVersion: 'v1', kind: 'Secret', metadata: secret },
    { apiVersion: live.apiVersion, kind: 'Link', metadata: { name, namespace: NAMESPACE } },
  ];
  session.io.out(render(only ? mirror : [...mirror, ...rest], flagValue(invocation, 'output')));
}

/** `gateways`: every link with whether its controller runs. Nothing is probed here, so there is no latency to tell. */
async function gateways(session: Session): Promise<void> {
  const client = await session.client();
  const links = (await client.list(namespaced('multicluster.linkerd.io/v1alpha1', 'links', NAMESPACE))).items;
  const services = (await client.list(core('services'), { labelSelector: CLUSTER_NAME })).items;
  const lines = ['CLUSTER  ALIVE    NUM_SVC      LATENCY  '];
  for (const { metadata } of links) {
    const { items } = await client.list(namespaced('apps/v1', 'deployments', NAMESPACE), {
      labelSelector: `${CLUSTER_NAME}=${metadata.name}`,
    });
    const alive = items.some(({ status }) => Number(status?.readyReplicas ?? 0) > 0);
    const mirrored = services.filter(
      (each) =>
        each.metadata.labels?.[CLUSTER_NAME] === metadata.name &&
        each.metadata.labels?.['mirror.linkerd.io/mirrored-service'] === 'true',
    );
    lines.push(
      `${metadata.name.padEnd(7)}  ${alive ? 'True ' : 'False'}  ${String(mirrored.length).padStart(9)}            -  `,
    );
  }
  session.io.out(`${lines.join('\n')}\n`);
}

/** What only `linkerd multicluster` has; false for a verb that is not played. */
export async function multiclusterCommand(
  session: Session,
  invocation: Invocation,
  verb: string | undefined,
): Promise<boolean> {
  switch (verb) {
    case 'link':
      await link(session, invocation, true);
      return true;
    case 'link-gen':
      await link(session, invocation, false);
      return true;
    case 'unlink':
      await unlink(session, invocation);
      return true;
    case 'gateways':
      await gateways(session);
      return true;
    default:
      return false;
  }
}
