/** What the path of an upgrade has to know of a cluster, read off a snapshot. */
import type { PathFacts } from '../linkerd/path/model.ts';
import { compareVersions, lineOf, versionTag } from '../linkerd/version-order.ts';
import { entry, record, text } from '../rollout/json.ts';
import { cliOf } from './detectors/helm-owner.ts';
import { isOfHelm } from './detectors/releases.ts';
import type { ObjectPart } from './snapshot.ts';
import type { ControlPlane, View } from './view.ts';

/** The parts of a snapshot that it is read from. */
export const pathParts = [
  'namespaces',
  'nodes',
  'pods',
  'deployments',
  'daemonSets',
  'configMaps',
  'secrets',
  'customResourceDefinitions',
  'trafficSplits',
] as const satisfies readonly ObjectPart[];

/** The release that runs, by its configuration, and the facts; what could not be read is absent. */
export function pathFactsOf(view: View): { readonly from: string | undefined; readonly facts: PathFacts } {
  const namespace = view.survey.controlPlane?.namespace;
  const controlPlane = view.controlPlanes.find((one) => one.namespace === namespace);
  const facts = {
    method: controlPlane && methodOf(view, controlPlane),
    kubernetes: view.fact('serverVersion'),
    kubectl: view.fact('kubectlCli'),
    helm: view.fact('helmCli'),
    ha: controlPlane?.config && controlPlane.config.replicas > 1,
    extensions: readable(view, 'namespaces', () => extensionsOf(view)),
    cni: readable(view, 'daemonSets', () => hasCni(view)),
    runtimes: readable(view, 'nodes', () => runtimesOf(view)),
    trafficSplits: readable(view, 'trafficSplits', () => view.objects('trafficSplits').length > 0),
    gatewayApi: readable(view, 'customResourceDefinitions', () => gatewayApiOf(view)),
    ...(view.unread('pods') === undefined ? proxiesOf(view) : {}),
    running: controlPlane && runningOf(controlPlane),
  };
  return {
    from: controlPlane?.meta.version,
    facts: Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)),
  };
}

/** `absent` counts as read: what the cluster does not know of, it has none of. */
const readable = <T>(view: View, part: ObjectPart, read: () => T): T | undefined =>
  view.unread(part) === undefined ? read() : undefined;

/** Who owns the Deployments; where they do not say, whether the settings are stored as the CLI stores them. */
function methodOf(view: View, { namespace, deployments }: ControlPlane): PathFacts['method'] {
  if (deployments.some(isOfHelm)) return 'helm';
  const stored = view.object('secrets', namespace, 'linkerd-config-overrides');
  return stored !== undefined || deployments.some((one) => cliOf(one) !== undefined) ? 'cli' : undefined;
}

const extensionsOf = (view: View): readonly string[] =>
  [
    ...new Set(
      view.objects('namespaces').map(({ metadata }) => entry(metadata.labels, 'linkerd.io/extension')),
    ),
  ]
    .filter((name) => name !== '')
    .sort();

const hasCni = (view: View): boolean =>
  view
    .objects('daemonSets')
    .some(
      ({ metadata }) =>
        entry(metadata.labels, 'linkerd.io/cni-resource') !== '' || metadata.name === 'linkerd-cni',
    );

const runtimesOf = (view: View): readonly string[] =>
  [
    ...new Set(
      view
        .objects('nodes')
        .map(({ status }) => text(record(record(status).nodeInfo).containerRuntimeVersion).split('://')[0]!),
    ),
  ].filter((name) => name !== '');

function gatewayApiOf(view: View): PathFacts['gatewayApi'] {
  const definitions = ['httproutes', 'grpcroutes'].flatMap(
    (name) => view.object('customResourceDefinitions', '', `${name}.gateway.networking.k8s.io`) ?? [],
  );
  if (definitions.length === 0) return 'absent';
  // The same question that the linkerd CLI asks.
  return definitions.some(({ metadata }) => entry(metadata.annotations, 'linkerd.io/created-by') !== '')
    ? 'linkerd'
    : 'external';
}

function proxiesOf({ survey: { rows, totals } }: View): Pick<PathFacts, 'pods' | 'oldestProxy'> {
  const [oldest] = rows
    .filter(({ role, version }) => role !== 'control-plane' && lineOf(versionTag(version)) !== undefined)
    .map(({ version }) => versionTag(version))
    .sort(compareVersions);
  return {
    pods: totals.extension + totals.dataPlane,
    ...(oldest === undefined ? {} : { oldestProxy: oldest }),
  };
}

const runningOf = ({ meta }: ControlPlane): readonly string[] =>
  meta.running.map(({ version }) => versionTag(version));
