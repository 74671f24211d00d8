import { cniPluginTag } from '../../linkerd/cni-plugin.ts';
import { createdBy, type Manifest } from '../../linkerd/manifest.ts';
import { flagValue, type Invocation } from './args.ts';
import type { Session } from './io.ts';
import { render } from './render.ts';

const NAME = 'linkerd-cni';
const rbac = 'rbac.authorization.k8s.io';

/** `linkerd install-cni`: the DaemonSet that sets up the network of meshed pods, with the plugin of the tool's version. Asks no cluster. */
export function installCni(session: Session, invocation: Invocation): void {
  const annotations = createdBy(session.version);
  const labels = { 'k8s-app': NAME, 'linkerd.io/cni-resource': 'true' };
  const meta = { name: NAME, labels: { 'linkerd.io/cni-resource': 'true' }, annotations };
  const subjects = [{ kind: 'ServiceAccount', name: NAME, namespace: NAME }];
  const manifests: Manifest[] = [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        ...meta,
        labels: {
          ...meta.labels,
          'config.linkerd.io/admission-webhooks': 'disabled',
          'pod-security.kubernetes.io/enforce': 'privileged',
        },
      },
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...meta, namespace: NAME } },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: meta,
      rules: [
        {
          apiGroups: [''],
          resources: ['pods', 'nodes', 'namespaces', 'services'],
          verbs: ['list', 'get', 'watch'],
        },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: meta,
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: NAME },
      subjects,
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { ...meta, name: 'linkerd-cni-config', namespace: NAME },
      data: { dest_cni_net_dir: '/etc/cni/net.d', dest_cni_bin_dir: '/opt/cni/bin' },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { ...meta, namespace: NAME, labels },
      spec: {
        selector: { matchLabels: { 'k8s-app': NAME } },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
        template: {
          metadata: { labels, annotations: { ...annotations, 'linkerd.io/inject': 'disabled' } },
          spec: {
            tolerations: [{ operator: 'Exists' }],
            hostNetwork: true,
            serviceAccountName: NAME,
            containers: [
              { name: 'install-cni', image: `cr.l5d.io/linkerd/cni-plugin:${cniPluginTag(session.version)}` },
            ],
          },
        },
      },
    },
  ];
  session.io.out(render(manifests, flagValue(invocation, 'output')));
}
