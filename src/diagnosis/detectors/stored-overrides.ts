/** The Secret with what an install was told, which every `linkerd upgrade` starts from, and who has none because Helm is its owner. */
import { entry } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence, Remedy } from '../finding.ts';
import type { ControlPlane, View } from '../view.ts';
import { cliOf } from './helm-owner.ts';
import { helmReleases } from './helm-releases.ts';
import { isOfHelm } from './releases.ts';
import { linesSaid, saidIn } from './said.ts';

const NAME = 'linkerd-config-overrides';
/** What the label is called that 2.9.0 to 2.9.2 forgot. */
const LABEL = 'linkerd.io/control-plane-ns';

export const storedOverridesDetector: Detector = {
  kinds: {
    'overrides-missing': {
      severity: 'blocker',
      layer: 'control-plane',
      title: 'The stored settings of the linkerd CLI are lost',
    },
    'overrides-unlabelled': {
      severity: 'warning',
      layer: 'control-plane',
      title: 'The stored settings of the linkerd CLI will be pruned',
    },
    'upgrade-by-wrong-tool': {
      severity: 'blocker',
      layer: 'tool',
      title: 'The linkerd CLI was asked to upgrade a mesh that Helm installed',
    },
  },
  needs: ['configMaps', 'deployments', 'secrets'],
  look: (view) => [
    ...view.controlPlanes.flatMap((controlPlane) => stored(view, controlPlane)),
    ...wrongTool(view),
  ],
};

/** A control plane of the CLI: it says so itself, and nothing says that Helm owns it. */
function stored(view: View, controlPlane: ControlPlane): readonly Found[] {
  const { namespace, config } = controlPlane;
  if (config === undefined || helmEvidence(view, controlPlane) !== undefined) return [];
  const made = controlPlane.deployments.find((each) => cliOf(each) !== undefined);
  if (made === undefined) return [];
  const secret = view.object('secrets', namespace, NAME);
  if (secret === undefined) return [missing(controlPlane, made.metadata.name, cliOf(made) ?? '')];
  return entry(secret.metadata.labels, LABEL) === '' ? [unlabelled(controlPlane)] : [];
}

function missing({ namespace, meta }: ControlPlane, deployment: string, cli: string): Found {
  const version = meta.version ?? cli;
  return {
    code: 'overrides-missing',
    certainty: 'confirmed',
    title: `Secret ${namespace}/${NAME} is not there, and linkerd upgrade starts from it`,
    explanation:
      'In it are the settings of the install and the identity of the mesh, the key of its issuer among them. Without it linkerd upgrade and linkerd prune refuse.',
    subjects: [{ kind: 'Secret', namespace, name: NAME }],
    evidence: [
      { kind: 'field', ref: `Secret ${namespace}/${NAME}`, value: 'not found' },
      {
        kind: 'field',
        ref: `Deployment ${namespace}/${deployment}`,
        path: 'metadata.annotations.linkerd\\.io/created-by',
        value: `linkerd/cli ${cli}`,
      },
      {
        kind: 'field',
        ref: `ConfigMap ${namespace}/linkerd-config`,
        path: 'data.values',
        value: `linkerdVersion: ${version}`,
      },
    ],
    causes: [
      '2.9.0 to 2.9.2 made it without its label, and the next upgrade with --prune took it away.',
      'It was deleted, or left out when the mesh was restored or moved to Git.',
    ],
    remedy: {
      text: 'Make it again: with linkerd repair up to 2.11, from linkerd-config and the issuer since 2.12. A backup is better where there is one.',
      risk: 'change',
      verify: `kubectl --namespace ${namespace} get secret ${NAME}`,
      parameters: { OWNER: 'cli', LINKERD_NAMESPACE: namespace, ...running(version) },
    },
  };
}

function unlabelled({ namespace, meta, line }: ControlPlane): Found {
  return {
    code: 'overrides-unlabelled',
    // Only the upgrades up to 2.12 apply with --prune.
    severity: line !== undefined && line > 11 ? 'info' : 'warning',
    certainty: 'confirmed',
    title: `Secret ${namespace}/${NAME} lacks the label ${LABEL}`,
    explanation:
      'An upgrade that applies with --prune deletes what carries the label and is not rendered. This Secret was rendered without it, so the upgrade after that one has no settings to start from.',
    subjects: [{ kind: 'Secret', namespace, name: NAME }],
    evidence: [
      {
        kind: 'field',
        ref: `Secret ${namespace}/${NAME}`,
        path: 'metadata.labels.linkerd\\.io/control-plane-ns',
        value: 'not set',
        expected: namespace,
      },
    ],
    causes: ['2.9.0 to 2.9.2 rendered it so.', 'It was made or restored by hand.'],
    remedy: {
      text: 'Set the label.',
      risk: 'change',
      verify: `kubectl --namespace ${namespace} get secret ${NAME} --show-labels`,
      parameters: { OWNER: 'label', LINKERD_NAMESPACE: namespace, ...running(meta.version) },
    },
  };
}

const running = (version: string | undefined): Readonly<Record<string, string>> =>
  version === undefined ? {} : { RUNNING: version };

/** What the CLI says where it finds nothing to start from, in each line of releases in other words; and what kubectl says. */
const refusals =
  /Could not find the Linkerd config\.|Could not find the linkerd-config-overrides secret|"linkerd-config-overrides" not found/;

function wrongTool(view: View): readonly Found[] {
  const line = linesSaid(view).find((each) => refusals.test(each));
  if (line === undefined) return [];
  return view.controlPlanes.flatMap((controlPlane): readonly Found[] => {
    const { namespace, meta } = controlPlane;
    const owner = helmEvidence(view, controlPlane);
    if (owner === undefined || view.object('secrets', namespace, NAME) !== undefined) return [];
    const remedy: Remedy = {
      text: 'Upgrade it with Helm, with the charts of the new version and your own values file.',
      risk: 'look',
      verify: `helm list --namespace ${namespace}`,
      parameters: { OWNER: 'helm', LINKERD_NAMESPACE: namespace, ...running(meta.version) },
    };
    return [
      {
        code: 'upgrade-by-wrong-tool',
        certainty: 'confirmed',
        title: `The mesh in ${namespace} is Helm's: linkerd upgrade cannot upgrade it`,
        explanation:
          'The CLI starts from settings that it stored itself. A mesh of Helm has none: nothing is lost, and they must not be made.',
        subjects: [{ kind: 'Namespace', name: namespace }],
        evidence: [saidIn(view, line), owner],
        causes: ['The runbook is for a mesh of the CLI, and this one was installed with Helm.'],
        remedy,
      },
    ];
  });
}

/** That Helm owns a control plane: a release of its namespace, or what is written on its Deployments. */
export function helmEvidence(view: View, { namespace, deployments }: ControlPlane): Evidence | undefined {
  const release = helmReleases(view)
    .map(([newest]) => newest)
    .find((each) => each.namespace === namespace && /linkerd-control-plane|linkerd2?$/.test(each.release));
  if (release !== undefined) {
    return {
      kind: 'field',
      ref: `Secret ${namespace}/${release.secret.metadata.name}`,
      path: 'metadata.labels.status',
      value: release.status,
    };
  }
  const owned = deployments.find(
    (each) =>
      isOfHelm(each) || entry(each.metadata.annotations, 'linkerd.io/created-by').startsWith('linkerd/helm'),
  );
  return owned === undefined
    ? undefined
    : {
        kind: 'field',
        ref: `Deployment ${namespace}/${owned.metadata.name}`,
        path: 'metadata.labels.app\\.kubernetes\\.io/managed-by',
        value:
          entry(owned.metadata.labels, 'app.kubernetes.io/managed-by') ||
          'linkerd/helm in linkerd.io/created-by',
      };
}
