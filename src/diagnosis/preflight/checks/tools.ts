/** The tools on this machine: that they are there, and fit the cluster and what is upgraded to. */

import { pruneFlag } from '../../../linkerd/kubectl-limits.ts';
import { kubernetesMinor } from '../../../linkerd/kubernetes-support.ts';
import { targetLine } from '../../meshed-pods.ts';
import type { FactPart } from '../../snapshot.ts';
import type { View } from '../../view.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { fail, info, unchecked, warn } from '../remarks.ts';
import { installedBy } from './owner.ts';

type Tool = Exclude<FactPart, 'logs' | 'serverVersion'>;

/** Its version; a remark where there is none: `missing` where it is not on the PATH at all. */
function toolOf(view: View, part: Tool, missing: () => PreflightRemark): string | PreflightRemark {
  const read = view.snapshot[part];
  if (read.state === 'read') return read.value;
  return read.why === 'absent' ? missing() : unchecked(read.message);
}

const evidenceOf = (tool: string, value: string, expected?: string) => [
  { kind: 'tool' as const, ref: tool, value, ...(expected === undefined ? {} : { expected }) },
];

export const linkerdToolCheck: PreflightCheck = {
  name: 'linkerd-tool',
  group: 'tools',
  holds: 'the linkerd tool is there, and of a version that fits',
  codes: ['cli-behind-control-plane', 'cli-wrong-version'],
  look(view) {
    const found = toolOf(view, 'linkerdCli', () =>
      warn(
        'There is no linkerd on the PATH.',
        evidenceOf('linkerd', 'not on the PATH'),
        'The upgrade runbook fetches it in the version that is needed, with its checksum.',
      ),
    );
    if (typeof found !== 'string') return [found];
    const { target } = view.snapshot.walk ?? {};
    const next =
      target === undefined || target === found
        ? ''
        : ` What is rendered for ${target} needs the tool of ${target}: the upgrade runbook fetches that of each hop.`;
    return [info(`linkerd is ${found}.${next}`, evidenceOf('linkerd', found))];
  },
};

/** kubectl works with API servers one minor version older or newer (kubernetes.io, version skew policy). */
const SKEW = 1;
/** The last line that is upgraded with `kubectl apply --prune` (2.12). */
const LAST_PRUNE = 12;

export const kubectlCheck: PreflightCheck = {
  name: 'kubectl',
  group: 'tools',
  holds: 'kubectl is at most one minor version away from the API server',
  look(view) {
    const found = toolOf(view, 'kubectlCli', () =>
      fail(
        'There is no kubectl on the PATH.',
        evidenceOf('kubectl', 'not on the PATH'),
        'Install it: every step of the upgrade applies with it. https://kubernetes.io/docs/tasks/tools/',
      ),
    );
    if (typeof found !== 'string') return [found];
    const server = view.fact('serverVersion');
    const [own, its] = [kubernetesMinor(found), kubernetesMinor(server ?? '')];
    if (own === undefined || its === undefined) {
      return [
        unchecked(
          `kubectl is ${found}, the API server ${server ?? 'of an unknown version'}: they cannot be compared.`,
        ),
      ];
    }
    const line = targetLine(view) ?? view.controlPlanes[0]?.line;
    const flag =
      pruneFlag(found) === '--prune-allowlist' && line !== undefined && line <= LAST_PRUNE
        ? [
            info(
              'Instructions of that time name --prune-whitelist: the flag of this kubectl is --prune-allowlist.',
              evidenceOf('kubectl', found),
            ),
          ]
        : [];
    return [
      Math.abs(own - its) > SKEW
        ? warn(
            `kubectl is ${found}, and the API server ${server}: more than one minor version apart, which nobody tests.`,
            evidenceOf('kubectl', found, `1.${its - SKEW} to 1.${its + SKEW}`),
            `Put a kubectl 1.${its} on the PATH for the upgrade.`,
          )
        : info(`kubectl is ${found}, the API server ${server}.`, evidenceOf('kubectl', found)),
      ...flag,
    ];
  },
};

export const helmCheck: PreflightCheck = {
  name: 'helm',
  group: 'tools',
  holds: 'helm is there where Helm owns the mesh',
  needs: ['deployments', 'configMaps'],
  look(view) {
    const owner = installedBy(view);
    if (owner !== 'helm') return [info('Helm does not own the control plane: helm is not needed.')];
    const found = toolOf(view, 'helmCli', () =>
      fail(
        'Helm owns the control plane, and there is no helm on the PATH.',
        evidenceOf('helm', 'not on the PATH'),
        'Install helm, in the version that the releases were made with: https://helm.sh/docs/intro/install/',
      ),
    );
    return [typeof found === 'string' ? info(`helm is ${found}.`, evidenceOf('helm', found)) : found];
  },
};
