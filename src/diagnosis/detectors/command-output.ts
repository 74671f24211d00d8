/** Commands that were refused for what they are: what they printed tells it, whatever the cluster looks like. */
import type { Detector, Found } from '../detector.ts';
import type { View } from '../view.ts';
import { newestOf, versionsOf } from './releases.ts';
import { linesSaid, saidIn } from './said.ts';

export const commandOutputDetector: Detector = {
  kinds: {
    'kubectl-prune-flag': {
      severity: 'error',
      layer: 'tool',
      title: 'kubectl does not know --prune-whitelist any more',
    },
    'linkerd-install-refused': {
      severity: 'error',
      layer: 'tool',
      title: 'linkerd install was refused: the mesh is there already',
    },
  },
  needs: [],
  look: (view) => [...pruneFlag(view), ...installRefused(view)],
};

function pruneFlag(view: View): readonly Found[] {
  const line = linesSaid(view).find((each) => each.includes('unknown flag: --prune-whitelist'));
  if (line === undefined) return [];
  const kubectl = view.fact('kubectlCli');
  return [
    {
      code: 'kubectl-prune-flag',
      certainty: 'confirmed',
      title: 'kubectl 1.30 and later have --prune-allowlist in place of --prune-whitelist',
      explanation: 'Guides up to Linkerd 2.12 name the old flag. Nothing was applied by this command.',
      subjects: [{ kind: 'Tool', name: 'kubectl' }],
      evidence: [
        saidIn(view, line),
        ...(kubectl === undefined
          ? []
          : [{ kind: 'tool' as const, ref: 'kubectl', path: 'version --client', value: kubectl }]),
      ],
      causes: ['The command was taken from a guide that is older than kubectl 1.26.'],
      remedy: {
        text: 'Write --prune-allowlist, with the same values. With a linkerd of 2.13 or later, linkerd prune does the same and shows its list first.',
        risk: 'look',
        verify: 'kubectl apply --help | grep prune-allowlist',
      },
    },
  ];
}

function installRefused(view: View): readonly Found[] {
  const lines = linesSaid(view);
  const line = lines.find(
    (each) =>
      each.includes("Can't install the Linkerd control plane") ||
      each.includes('ConfigMap/linkerd-config already exists'),
  );
  if (line === undefined) return [];
  const release = newestOf(view.controlPlanes.flatMap(versionsOf));
  return [
    {
      code: 'linkerd-install-refused',
      certainty: 'confirmed',
      title: 'linkerd install refuses to run on a mesh that exists: linkerd upgrade is meant',
      explanation:
        'Forced to it (--ignore-cluster), it would make a new trust anchor that no running proxy knows. Nothing was changed.',
      subjects: [{ kind: 'Tool', name: 'linkerd' }],
      evidence: [saidIn(view, line)],
      causes: ['Advice to run linkerd install again after an upgrade that was interrupted goes around.'],
      remedy: {
        text: 'Run linkerd upgrade, which keeps the identity of the mesh and its settings.',
        risk: 'change',
        verify: 'linkerd check',
        ...(release === undefined ? {} : { parameters: { RELEASE: release } }),
      },
    },
  ];
}
