/** How traffic gets into the proxy, by an init container or by the CNI plugin, and whether that is permitted where it is needed. */
import { asksForProxy } from '../../../linkerd/who-gets-proxies.ts';
import { entry, record, text, texts, whole } from '../../../rollout/json.ts';
import { pluginsOf } from '../../cni-plugin.ts';
import { fieldOf, meshedPods } from '../../meshed-pods.ts';
import type { SnapshotObject } from '../../snapshot.ts';
import type { View } from '../../view.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { fail, info, listed, unchecked, warn } from '../remarks.ts';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

export const redirectionCheck: PreflightCheck = {
  name: 'redirection',
  group: 'nodes',
  holds: 'new pods may, and can, have their traffic redirected to their proxy',
  codes: ['cni-version', 'cni-not-ready', 'network-validator-failed', 'init-not-permitted'],
  needs: ['namespaces', 'daemonSets', 'nodes', 'configMaps', 'pods'],
  look(view) {
    const plane = view.controlPlanes[0];
    if (plane === undefined) return [];
    const plugins = pluginsOf(view);
    if (plane.values.cniEnabled === true) return byPlugin(view, plugins);
    return [
      ...(plugins.length > 0
        ? [
            warn(
              'The CNI plugin of Linkerd is there, and the control plane does not use it: each pod has linkerd-init besides.',
              [
                fieldOf(plugins[0]!.daemonSet, 'metadata.name', text(plugins[0]!.daemonSet.metadata.name)),
                { kind: 'field', ref: plane.meta.source, path: 'data.values cniEnabled', value: 'not true' },
              ],
              'Set cniEnabled=true with the upgrade, or take the plugin away.',
            ),
          ]
        : []),
      ...byInit(view, plane.namespace),
    ];
  },
};

function byPlugin(view: View, plugins: ReturnType<typeof pluginsOf>): readonly PreflightRemark[] {
  const [first] = plugins;
  if (first === undefined) {
    return [
      fail(
        'The control plane counts on the CNI plugin, and there is no DaemonSet of it: no new pod gets its traffic redirected.',
        [{ kind: 'field', ref: 'ConfigMap linkerd-config', path: 'data.values cniEnabled', value: 'true' }],
        'Install the plugin before anything restarts: linkerd install-cni, or the chart linkerd2-cni.',
      ),
    ];
  }
  const desired = whole(record(first.daemonSet.status).desiredNumberScheduled);
  const nodes = view
    .objects('nodes')
    .filter(({ status }) => text(record(record(status).nodeInfo).operatingSystem) !== 'windows');
  const shown = fieldOf(
    first.daemonSet,
    'status.desiredNumberScheduled',
    String(desired),
    String(nodes.length),
  );
  return [
    desired < nodes.length
      ? warn(
          `The CNI plugin is meant for ${desired} of ${nodes.length} nodes: a meshed pod that comes to one of the others does not start.`,
          [shown],
          'Give its DaemonSet the tolerations of all nodes, or keep meshed pods off the others.',
        )
      : info('The CNI plugin redirects traffic, on every node.', [shown]),
  ];
}

/** Pod security as namespaces enforce it: both levels refuse NET_ADMIN, which linkerd-init asks for. */
function byInit(view: View, controlPlane: string): readonly PreflightRemark[] {
  const meshed = new Set(meshedPods(view).map(({ metadata }) => metadata.namespace ?? ''));
  const refusing = view.objects('namespaces').filter((namespace) => {
    const { name, labels, annotations } = namespace.metadata;
    const wants =
      name === controlPlane || meshed.has(name) || asksForProxy(entry(annotations, 'linkerd.io/inject'));
    return wants && ['baseline', 'restricted'].includes(entry(labels, ENFORCE));
  });
  if (refusing.length > 0) {
    return [
      fail(
        `${listed(refusing.map(({ metadata }) => metadata.name))} ${refusing.length === 1 ? 'enforces a level' : 'enforce levels'} of pod security that refuses NET_ADMIN, which linkerd-init needs: pods that are made anew there are refused.`,
        refusing.map((each) =>
          fieldOf(each, `metadata.labels["${ENFORCE}"]`, entry(each.metadata.labels, ENFORCE), 'privileged'),
        ),
        'Use the CNI plugin of Linkerd, which needs no privilege in pods, or let these namespaces enforce privileged.',
      ),
    ];
  }
  return [info('linkerd-init redirects traffic, with NET_ADMIN and NET_RAW.'), ...byPolicies(view)];
}

/** PodSecurityPolicies, until Kubernetes 1.25. Whether the API server holds anybody to them is not to be seen. */
function byPolicies(view: View): readonly PreflightRemark[] {
  const policies = view.objects('podSecurityPolicies');
  if (policies.length === 0) return [];
  const allows = ({ spec }: SnapshotObject) => {
    const capabilities = texts(record(spec).allowedCapabilities);
    return capabilities.includes('*') || capabilities.includes('NET_ADMIN');
  };
  const shown = policies.map((each) =>
    fieldOf(
      each,
      'spec.allowedCapabilities',
      texts(record(each.spec).allowedCapabilities).join(', ') || 'none',
      'NET_ADMIN, NET_RAW',
    ),
  );
  return policies.some(allows)
    ? [info('Some PodSecurityPolicies allow NET_ADMIN. Each meshed account needs the use of one.', shown)]
    : [
        unchecked(
          'There are PodSecurityPolicies, and none of them allows NET_ADMIN, which linkerd-init needs. Whether pods are held to them is not to be seen.',
          'Make a meshed pod (kubectl create --dry-run=server), or ask whether the admission plugin PodSecurityPolicy is on. The CNI plugin of Linkerd needs no privilege in pods.',
          shown,
        ),
      ];
}
