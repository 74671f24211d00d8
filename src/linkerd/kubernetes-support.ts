/**
 * On which Kubernetes each Linkerd runs. Three sources, which disagree: what the code refuses (`minAPIVersion` in `pkg/k8s/api.go`, and
 * `kubeVersion` of the charts), the page "Kubernetes versions" of linkerd.io, and what Kubernetes has taken away.
 */
import { has } from './version-order.ts';

/** Each number is the N of a Kubernetes 1.N. */
export interface KubernetesSupport {
  /** Older than this is refused, by `linkerd check` and by the charts. */
  readonly enforced: number;
  /** What the documentation gives as the oldest and the newest. Nothing enforces it. */
  readonly documented?: readonly [oldest: number, newest: number];
  /** The newest that still has every kind of object that the release is made of: on a newer one it cannot be applied. */
  readonly last?: number;
  /** The kinds that are gone after `last`. */
  readonly gone?: string;
}

/** By the release that brought it, newest first. */
const support: readonly (readonly [since: string, KubernetesSupport])[] = [
  ['edge-26.5.1', { enforced: 31, documented: [31, 35] }],
  // The page of 2.19 says 1.29, that of the edges 1.22, and the code refuses what is older than 1.23.
  ['edge-25.10.7', { enforced: 23, documented: [29, 35] }],
  // The page says 1.22, the code 1.23.
  ['edge-25.4.4', { enforced: 23, documented: [22, 32] }],
  ['edge-24.11.8', { enforced: 22, documented: [22, 31] }],
  ['edge-24.2.4', { enforced: 22, documented: [22, 29] }],
  ['stable-2.13.0', { enforced: 21, documented: [21, 28] }],
  ['stable-2.12.0', { enforced: 21, documented: [21, 24] }],
  [
    'stable-2.11.1',
    {
      enforced: 17,
      documented: [17, 23],
      last: 24,
      gone: 'CronJobs of batch/v1beta1 and PodDisruptionBudgets of policy/v1beta1',
    },
  ],
  [
    'stable-2.11.0',
    {
      enforced: 16,
      documented: [17, 23],
      last: 24,
      gone: 'CronJobs of batch/v1beta1 and PodDisruptionBudgets of policy/v1beta1',
    },
  ],
  [
    'stable-2.10.0',
    {
      enforced: 16,
      documented: [16, 23],
      last: 24,
      gone: 'CronJobs of batch/v1beta1 and PodSecurityPolicies',
    },
  ],
  [
    'stable-2.9.0',
    {
      enforced: 13,
      last: 21,
      gone: 'webhooks and definitions of the v1beta1 APIs of admissionregistration and apiextensions',
    },
  ],
];

/** What is known of a version; undefined before 2.9, and for what is no version. */
export const kubernetesSupport = (version: string): KubernetesSupport | undefined =>
  support.find(([since]) => has(version, since))?.[1];

/** The N of Kubernetes 1.N in `v1.28.3`, `1.28` or `v1.24+`; undefined where there is none. */
export function kubernetesMinor(version: string): number | undefined {
  const found = /^v?1\.(\d{1,3})(?!\d)/.exec(version);
  return found === null ? undefined : Number(found[1]);
}

/** `too-old`, `too-new`: it cannot run there. `undocumented-…`: nothing stops it, and nobody says that it was tried. */
export type KubernetesVerdict = 'fits' | 'too-old' | 'too-new' | 'undocumented-old' | 'undocumented-new';

/** How a Kubernetes 1.`minor` stands to what a release runs on. */
export function kubernetesVerdict(
  { enforced, documented, last }: KubernetesSupport,
  minor: number,
): KubernetesVerdict {
  if (minor < enforced) return 'too-old';
  if (last !== undefined && minor > last) return 'too-new';
  if (documented === undefined) return 'fits';
  if (minor < documented[0]) return 'undocumented-old';
  return minor > documented[1] ? 'undocumented-new' : 'fits';
}

/** A window of minors; without `max` nothing bounds it. */
export interface Minors {
  readonly min: number;
  readonly max?: number;
}

/** The Kubernetes versions on which all of these run by their documentation, where that is stricter than the code. */
export function sharedMinors(all: readonly KubernetesSupport[]): Minors {
  const newest = all.flatMap(({ documented, last }) => documented?.[1] ?? last ?? []);
  return {
    min: Math.max(...all.map(({ enforced, documented }) => Math.max(enforced, documented?.[0] ?? 0))),
    ...(newest.length === 0 ? {} : { max: Math.min(...newest) }),
  };
}
