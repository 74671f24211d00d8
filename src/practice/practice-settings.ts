import { isKnownVersion, knownVersions } from '../linkerd/facts.ts';
import { cannotRun, kubernetesFor, newestKubernetes, oldestKubernetes } from './kubernetes.ts';
import type { PracticeSettings } from './practice-folder.ts';

/** What a practice cluster is where nobody says otherwise. */
export const STANDARD: PracticeSettings = { mesh: 'stable-2.13.7', size: 'small', speed: 10, ha: false };

/** The settings as they are typed. */
export const asFlags = ({
  mesh,
  size,
  speed,
  ha,
  helm,
  kubernetes = kubernetesFor(mesh),
}: PracticeSettings) =>
  [
    `--mesh ${mesh} --size ${size} --speed ${speed}`,
    ...(ha ? ['--ha'] : []),
    ...(helm ? ['--helm'] : []),
    ...(kubernetes === kubernetesFor(mesh) ? [] : [`--kubernetes 1.${kubernetes}`]),
  ].join(' ');

/** What is wrong with settings that were asked for, and what would be right; undefined for good ones. */
export function problemWith({
  mesh,
  size,
  speed,
  kubernetes = kubernetesFor(mesh),
}: PracticeSettings):
  | { readonly ok: false; readonly why: 'usage'; readonly message: string; readonly fix: string }
  | undefined {
  if (mesh !== 'none' && !isKnownVersion(mesh)) {
    return {
      ok: false,
      why: 'usage',
      message: `The practice cluster does not know Linkerd ${mesh}.`,
      fix: `It knows ${knownVersions.join(', ')}, and none for a cluster without a mesh.`,
    };
  }
  if (kubernetes < oldestKubernetes || kubernetes > newestKubernetes) {
    return {
      ok: false,
      why: 'usage',
      message: `The practice cluster cannot play Kubernetes 1.${kubernetes}.`,
      fix: `It plays 1.${oldestKubernetes} to 1.${newestKubernetes}.`,
    };
  }
  const trouble = mesh === 'none' ? undefined : cannotRun(mesh, kubernetes);
  if (trouble !== undefined) {
    return {
      ok: false,
      why: 'usage',
      message: trouble,
      fix: `Without --kubernetes it plays 1.${kubernetesFor(mesh)} for this release.`,
    };
  }
  if (size !== 'small' && !(Number.isInteger(size) && size >= 1 && size <= 20_000)) {
    return {
      ok: false,
      why: 'usage',
      message: `${size} is not a size.`,
      fix: 'Give small, or a number of pods up to 20000.',
    };
  }
  if (!(speed > 0 && speed <= 1000)) {
    return {
      ok: false,
      why: 'usage',
      message: `${speed} is not a speed.`,
      fix: 'Give a number from above 0 to 1000.',
    };
  }
  return undefined;
}
