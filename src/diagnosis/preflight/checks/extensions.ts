/** Extensions and links: their versions, and what of them has to be done again at the target. */
import { entry, record, records, text, whole } from '../../../rollout/json.ts';
import { fieldOf, targetLine } from '../../meshed-pods.ts';
import type { SnapshotObject } from '../../snapshot.ts';
import type { View } from '../../view.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { fail, info, listed, warn } from '../remarks.ts';

/** The last line with TrafficSplits of its own. */
const LAST_SPLITS = 11;

export const extensionsCheck: PreflightCheck = {
  name: 'extensions',
  group: 'extensions',
  holds: 'extensions run, in versions that go with the control plane and the target',
  codes: [
    'extension-stuck',
    'viz-behind',
    'multicluster-behind',
    'jaeger-left-behind',
    'tracing-left-behind',
    'tracing-collector-missing',
    'tracing-protocol-changed',
  ],
  needs: ['namespaces'],
  look(view) {
    const found = view
      .objects('namespaces')
      .filter(({ metadata }) => entry(metadata.labels, 'linkerd.io/extension') !== '');
    return [
      ...splits(view),
      info(
        found.length === 0
          ? 'No extension is installed.'
          : `${listed(found.map(({ metadata }) => entry(metadata.labels, 'linkerd.io/extension')))} installed. Their settings are stored nowhere by the CLI: what was given at their installation has to be given again.`,
        found.map((each) =>
          fieldOf(
            each,
            'metadata.labels["linkerd.io/extension"]',
            entry(each.metadata.labels, 'linkerd.io/extension'),
          ),
        ),
      ),
    ];
  },
};

/** From 2.12 on somebody else has to read TrafficSplits. */
function splits(view: View): readonly PreflightRemark[] {
  const all = view.objects('trafficSplits');
  const line = targetLine(view) ?? view.controlPlanes[0]?.line ?? 0;
  const smi = view
    .objects('namespaces')
    .some(({ metadata }) => entry(metadata.labels, 'linkerd.io/extension') === 'smi');
  if (all.length === 0 || line <= LAST_SPLITS || smi) return [];
  return [
    fail(
      `From 2.12 on nobody reads TrafficSplits without the smi extension: the split of ${listed(all.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`))} ends, and all traffic goes to the apex.`,
      all.map((each) => fieldOf(each, 'spec.service', text(record(each.spec).service))),
      'Install linkerd-smi with the upgrade, or write HTTPRoutes in their place.',
    ),
  ];
}

export const linksCheck: PreflightCheck = {
  name: 'links',
  group: 'extensions',
  holds: 'links to other clusters are of the version of the control plane, and alive',
  codes: ['link-behind'],
  needs: ['deployments', 'services'],
  look(view) {
    const links = view.objects('links');
    if (links.length === 0) return [info('There are no links to other clusters.')];
    const target = targetLine(view);
    const later = target !== undefined && target > (view.controlPlanes[0]?.line ?? target);
    return [
      ...links.flatMap((link) => mirrorOf(view, link)),
      ...links.flatMap((link) => withoutEndpoints(view, link)),
      info(
        `${listed(links.map(({ metadata }) => metadata.name))}: traffic goes on while the clusters are of different versions.${later ? ' Each link is made again after the upgrade, with the tool of the cluster that it leads to.' : ''}`,
        links.map((link) => fieldOf(link, 'apiVersion', text(link.apiVersion))),
      ),
    ];
  },
};

/** The controller of a link, whatever it is called in this version. */
function mirrorOf(
  view: View,
  { metadata: { name, namespace = '' } }: SnapshotObject,
): readonly PreflightRemark[] {
  const names = [`linkerd-service-mirror-${name}`, `controller-${name}`];
  const found = names.flatMap((each) => view.object('deployments', namespace, each) ?? []);
  const up = found.filter(({ status }) => whole(record(status).availableReplicas) > 0);
  if (up.length > 0) return [];
  const [first] = found;
  return [
    warn(
      `Nobody keeps the services of ${name} up to date: ${first === undefined ? 'its service mirror is not there' : `${first.metadata.name} is not available`}.`,
      first === undefined
        ? [{ kind: 'field', ref: `Deployment ${namespace}/${names[0]}`, value: 'not found' }]
        : [fieldOf(first, 'status.availableReplicas', '0', '1 or more')],
      'linkerd multicluster check says why; make the link again where its controller is gone.',
    ),
  ];
}

/** A gateway that is not alive shows in this cluster as mirrored services that nobody answers (since 2.11). */
function withoutEndpoints(view: View, link: SnapshotObject): readonly PreflightRemark[] {
  if (view.unread('endpointSlices') !== undefined) return [];
  const cluster = text(record(link.spec).targetClusterName) || link.metadata.name;
  const mirrored = view
    .objects('services')
    .filter(
      ({ metadata }) =>
        entry(metadata.labels, 'mirror.linkerd.io/mirrored-service') === 'true' &&
        entry(metadata.labels, 'mirror.linkerd.io/cluster-name') === cluster &&
        entry(metadata.labels, 'mirror.linkerd.io/headless-mirror-svc-name') === '' &&
        entry(metadata.labels, 'mirror.linkerd.io/remote-discovery') === '',
    );
  const dead = mirrored.filter(({ metadata: { name, namespace = '' } }) =>
    view
      .objects('endpointSlices', namespace)
      .filter(({ metadata }) => entry(metadata.labels, 'kubernetes.io/service-name') === name)
      .every(({ endpoints }) => records(endpoints).length === 0),
  );
  if (mirrored.length === 0 || dead.length < mirrored.length) return [];
  return [
    warn(
      `No mirrored service of ${cluster} has endpoints: its gateway is not alive, or cannot be reached.`,
      dead.map((each) => fieldOf(each, 'endpoints', 'none', 'the gateway of the other cluster')),
      'linkerd multicluster gateways, and linkerd multicluster check on both sides.',
    ),
  ];
}
