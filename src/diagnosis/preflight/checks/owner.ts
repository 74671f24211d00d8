/** Who installed the control plane, and who has to upgrade it. */
import { entry } from '../../../rollout/json.ts';
import { cliOf } from '../../detectors/helm-owner.ts';
import { helmReleases } from '../../detectors/helm-releases.ts';
import { isOfHelm } from '../../detectors/releases.ts';
import { helmEvidence } from '../../detectors/stored-overrides.ts';
import { fieldOf } from '../../meshed-pods.ts';
import type { ControlPlane, View } from '../../view.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { fail, info, unchecked, warn } from '../remarks.ts';

const OVERRIDES = 'linkerd-config-overrides';

/** By what is written on its objects; undefined where nothing is. */
function ownerOf(view: View, plane: ControlPlane): 'cli' | 'helm' | undefined {
  if (helmEvidence(view, plane) !== undefined) return 'helm';
  return plane.deployments.some((each) => cliOf(each) !== undefined) ||
    view.object('secrets', plane.namespace, OVERRIDES) !== undefined
    ? 'cli'
    : undefined;
}

/** The owner of the first control plane, which is nearly always the only one. */
export const installedBy = (view: View): 'cli' | 'helm' | undefined =>
  view.controlPlanes[0] === undefined ? undefined : ownerOf(view, view.controlPlanes[0]);

/** Labels of controllers that put back whatever is changed by hand. */
const gitOps = /^(?:argocd\.argoproj\.io|kustomize\.toolkit\.fluxcd\.io|helm\.toolkit\.fluxcd\.io)\//;

export const ownerCheck: PreflightCheck = {
  name: 'owner',
  group: 'settings',
  holds: 'one tool owns the mesh, and nobody else puts back what it changes',
  codes: ['crd-mixed-owner', 'helm-ownership', 'helm-release-pending', 'upgrade-by-wrong-tool'],
  needs: ['deployments', 'configMaps', 'secrets'],
  look: (view) =>
    view.controlPlanes.flatMap((plane): readonly PreflightRemark[] => {
      const { namespace, deployments } = plane;
      const owned = deployments.flatMap((deployment) =>
        Object.keys(deployment.metadata.labels ?? {})
          .filter((key) => gitOps.test(key))
          .map((key) =>
            fieldOf(deployment, `metadata.labels["${key}"]`, entry(deployment.metadata.labels, key)),
          ),
      );
      const owner = ownerOf(view, plane);
      const first = deployments[0];
      return [
        ...(owned.length === 0
          ? []
          : [
              warn(
                `A GitOps controller owns the control plane in ${namespace}: it takes back what is upgraded by hand.`,
                owned,
                'Upgrade in Git and let the controller apply it; use these runbooks to look, and to verify.',
              ),
            ]),
        owner === undefined
          ? unchecked(
              `Nothing on the control plane in ${namespace} says who installed it.`,
              'Find out before the upgrade: what the CLI applies over a Helm release, Helm does not know, and the other way round.',
            )
          : info(
              `The control plane in ${namespace} was installed ${owner === 'helm' ? 'with Helm' : 'by the linkerd CLI'}.`,
              first === undefined
                ? []
                : [
                    fieldOf(
                      first,
                      'metadata.annotations["linkerd.io/created-by"]',
                      entry(first.metadata.annotations, 'linkerd.io/created-by') ||
                        (isOfHelm(first) ? 'managed by Helm' : 'not set'),
                    ),
                  ],
            ),
      ];
    }),
};

export const storedSettingsCheck: PreflightCheck = {
  name: 'stored-settings',
  group: 'settings',
  holds: 'the settings that the next upgrade starts from are there and can be read',
  codes: ['overrides-missing', 'overrides-unlabelled'],
  needs: ['configMaps', 'secrets', 'deployments'],
  look: (view) =>
    view.controlPlanes.flatMap((plane): readonly PreflightRemark[] => {
      const { namespace, config, meta } = plane;
      const unreadable =
        config === undefined && meta.state === 'found'
          ? [
              fail(
                `The values in ConfigMap ${namespace}/linkerd-config cannot be read, and every upgrade starts from them.`,
                [
                  {
                    kind: 'field',
                    ref: `ConfigMap ${namespace}/linkerd-config`,
                    path: 'data.values',
                    value: 'no YAML mapping',
                  },
                ],
                'Restore it from a backup, or render it again with the tool and the settings of the version that runs.',
              ),
            ]
          : [];
      return [
        ...unreadable,
        ...(ownerOf(view, plane) === 'helm' ? ofHelm(view, namespace) : ofCli(view, namespace)),
      ];
    }),
};

function ofHelm(view: View, namespace: string): readonly PreflightRemark[] {
  const newest = helmReleases(view)
    .map(([each]) => each)
    .filter((each) => /linkerd/.test(each.release));
  if (newest.length === 0) {
    return [
      unchecked(
        `Helm is said to own what is in ${namespace}, and no release of it was seen.`,
        'helm list --all-namespaces --filter linkerd',
      ),
    ];
  }
  return [
    info(
      'Helm keeps the values of each release. Have the values file at hand from which they came: --reuse-values carries keys along that the next chart does not know.',
      newest.map((each) => ({
        kind: 'field',
        ref: `Secret ${each.namespace}/${each.secret.metadata.name}`,
        path: 'metadata.labels.status',
        value: each.status,
      })),
    ),
  ];
}

function ofCli(view: View, namespace: string): readonly PreflightRemark[] {
  const secret = view.object('secrets', namespace, OVERRIDES);
  if (secret === undefined) return [];
  const keys = Object.keys((secret.data ?? {}) as object);
  if (!keys.includes(OVERRIDES)) {
    return [
      fail(
        `Secret ${namespace}/${OVERRIDES} has no key ${OVERRIDES}: linkerd upgrade refuses to start from it.`,
        [fieldOf(secret, 'data', keys.length === 0 ? 'empty' : keys.join(', '), OVERRIDES)],
        'Restore it from a backup, or make it again: handrail run pitfalls/overrides-missing',
      ),
    ];
  }
  return [
    info(
      'What linkerd install was told is stored. Settings of extensions are stored nowhere: have those at hand.',
      [fieldOf(secret, `data["${OVERRIDES}"]`, 'there (not read)')],
    ),
  ];
}
