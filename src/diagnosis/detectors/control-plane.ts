/** A control plane that is not one release: an upgrade that stopped in the middle, or a part that is not there. */
import { compareVersions, lineOf } from '../../linkerd/version-order.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence, Subject } from '../finding.ts';
import type { ControlPlane, View } from '../view.ts';
import { missingConfigMaps, missingDeployments } from './missing-parts.ts';
import {
  isOfHelm,
  newestOf,
  pinsOf,
  type RunningImage,
  runningImages,
  versionsOf,
  versionToFinish,
} from './releases.ts';

export const mixedVersionsDetector: Detector = {
  kinds: {
    'control-plane-mixed-versions': {
      severity: 'blocker',
      layer: 'control-plane',
      title: 'The control plane is of two versions: an upgrade was interrupted',
      causedBy: [
        'helm-release-pending',
        'crd-missing',
        'crd-version-missing',
        'crd-not-established',
        'crd-stored-version-lost',
        'overrides-missing',
        'selector-drift',
      ],
    },
  },
  needs: ['deployments'],
  look: (view) => view.controlPlanes.flatMap((controlPlane) => mixed(controlPlane, view)),
};

export const controlPlaneMissingDetector: Detector = {
  kinds: {
    'control-plane-missing': {
      severity: 'blocker',
      layer: 'control-plane',
      title: 'The control plane, or a part of it, is not there',
      causedBy: ['helm-release-pending'],
    },
  },
  needs: ['deployments', 'pods'],
  look: (view) => view.controlPlanes.flatMap((controlPlane) => missing(controlPlane, view)),
};

const deploymentIn = (namespace: string, name: string): Subject => ({ kind: 'Deployment', namespace, name });

/**
 * Images of the Deployments against what the configuration claims. Pods do not count: while a rollout is under way they are of two
 * versions as a matter of course, and the Deployments of one.
 */
function mixed(controlPlane: ControlPlane, view: View): readonly Found[] {
  const { namespace, meta, config } = controlPlane;
  const claimed = meta.version;
  if (claimed === undefined || lineOf(claimed) === undefined) return [];
  const pins = pinsOf(controlPlane);
  const images = runningImages(controlPlane);
  const others = images.filter(({ tag, repository }) => tag !== claimed && tag !== pins[repository]);
  // Where the configuration is not known, what its pods say may be the old version of a rollout under way.
  const known = config?.version !== undefined;
  if (others.length === 0 || (!known && new Set(images.map(({ tag }) => tag)).size < 2)) return [];
  const release = versionToFinish(controlPlane, view) ?? claimed;
  const newer = others.some(({ tag }) => compareVersions(tag, release) > 0);
  const behind = [...new Set(others.map(({ deployment }) => deployment))].sort();
  const helm = controlPlane.deployments.some(isOfHelm);
  const tags = [...new Set(others.map(({ tag }) => tag))].sort(compareVersions);
  return [
    {
      code: 'control-plane-mixed-versions',
      certainty: known ? 'confirmed' : 'likely',
      title: `${newer ? `The control plane is not all of ${release}` : `The upgrade to ${release} was interrupted`}: ${listed(behind)} ${behind.length === 1 ? 'is' : 'are'} of ${tags.join(' and ')}`,
      explanation:
        'linkerd check passes on this, and linkerd version tells the version of the configuration. The injector that runs decides which proxies new pods get. If somebody runs the upgrade at this moment, wait for its end.',
      subjects: behind.map((name) => deploymentIn(namespace, name)),
      evidence: [
        {
          kind: 'field',
          ref: meta.source.startsWith('ConfigMap') ? meta.source : `Pods in ${namespace}`,
          path: known ? 'data.values, linkerdVersion' : 'metadata.annotations.linkerd\\.io/created-by',
          value: claimed,
        },
        ...firstOfEach(others).map(
          ({ deployment, path, tag }): Evidence => ({
            kind: 'field',
            ref: `Deployment ${namespace}/${deployment}`,
            path,
            value: tag,
            expected: claimed,
          }),
        ),
      ],
      causes: [
        'The command that applies the control plane was ended before its last objects: a lost connection, a closed laptop, a timeout.',
        'Some of the objects were refused: a quota, a webhook, a policy of the cluster.',
      ],
      remedy: {
        text: helm
          ? `Bring all of it to ${release} with Helm, which installed this control plane.`
          : `Apply the control plane of ${release} once more, all of it.`,
        risk: 'change',
        verify: `kubectl --namespace ${namespace} get deployments --output wide`,
        parameters: { RELEASE: release },
      },
    },
  ];
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const firstOfEach = (images: readonly RunningImage[]): readonly RunningImage[] => [
  ...new Map(images.toReversed().map((each) => [each.deployment, each])).values(),
];

function missing(controlPlane: ControlPlane, view: View): readonly Found[] {
  const { namespace, meta, config, deployments } = controlPlane;
  if (deployments.length === 0 && meta.state === 'missing') return [gone(controlPlane, view)];
  if (deployments.length === 0 && config === undefined) return [];
  const stopped = missingDeployments(controlPlane, view);
  const settings = missingConfigMaps(controlPlane, view);
  const all = [...stopped, ...settings];
  if (all.length === 0) return [];
  const names = all.map(({ name }) => name);
  const release = newestOf(versionsOf(controlPlane));
  return [
    {
      code: 'control-plane-missing',
      certainty: 'confirmed',
      title: `${listed(names)} ${names.length === 1 ? 'is' : 'are'} not there${stopped.length > 0 ? ' or scaled to zero' : ''} in ${namespace}`,
      explanation: [
        ...(stopped.length > 0
          ? [
              'Proxies that run go on with what they know for a while. Without identity no new proxy becomes ready, without destination none finds a service, and without the injector new pods get no proxy.',
            ]
          : []),
        ...(settings.length > 0
          ? [
              'What runs has read its ConfigMaps already: it does not start again without them, and linkerd check fails.',
            ]
          : []),
      ].join(' '),
      subjects: all.map(({ of, name }) => ({ kind: of, namespace, name })),
      evidence: all.map(({ of: _, name: __, ...each }) => each),
      causes: [
        'It was deleted, or scaled to zero, by hand.',
        'An installation or upgrade did not come to its end.',
      ],
      remedy: {
        text: 'Apply the control plane of the version that runs once more: that brings back what is missing and changes nothing else.',
        risk: 'change',
        verify: `kubectl --namespace ${namespace} get deployments,configmaps`,
        ...(release === undefined ? {} : { parameters: { RELEASE: release } }),
      },
    },
  ];
}

/** Nothing of it is there, and pods belong to it. */
function gone({ namespace }: ControlPlane, view: View): Found {
  const rows = view.survey.rows.filter(({ meshOf }) => meshOf === namespace);
  const pods = rows.reduce((sum, row) => sum + row.pods, 0);
  return {
    code: 'control-plane-missing',
    certainty: 'confirmed',
    title: `There is no control plane in ${namespace}, and ${pods} ${pods === 1 ? 'pod belongs' : 'pods belong'} to it`,
    explanation:
      'New pods get no proxy, and certificates of the proxies that run are not renewed: within a day they stop being accepted.',
    subjects: rows.map(({ namespace: of, kind, name }) => ({ kind, namespace: of, name })),
    evidence: [
      {
        kind: 'field',
        ref: `ConfigMap ${namespace}/linkerd-config`,
        path: 'metadata.name',
        value: 'it is not there',
      },
      {
        kind: 'field',
        ref: `Pod ${rows[0]?.namespace ?? ''}/${rows[0]?.examples[0] ?? ''}`,
        path: 'metadata.labels.linkerd\\.io/control-plane-ns',
        value: namespace,
      },
    ],
    causes: ['The namespace or the release of the control plane was deleted.'],
    remedy: {
      text: 'Bring the control plane back with the identity that it had: a new trust anchor would cut off every pod that runs.',
      risk: 'change',
      verify: `kubectl --namespace ${namespace} get deployments`,
    },
  };
}
