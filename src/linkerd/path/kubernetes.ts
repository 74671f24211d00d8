/** What each hop of a path demands of Kubernetes, and where Kubernetes has to be upgraded in between. */
import {
  type KubernetesSupport,
  kubernetesMinor,
  kubernetesSupport,
  kubernetesVerdict,
  type Minors,
  sharedMinors,
} from '../kubernetes-support.ts';
import { lineOf } from '../version-order.ts';
import type { Demand, KubernetesWindow, PathPlan } from './model.ts';

interface Pair {
  readonly from: string;
  readonly to: string;
}

interface HopKubernetes {
  readonly window: KubernetesWindow;
  readonly demands: readonly Demand[];
}

/**
 * The window of each hop, in which both of its releases run, and what is to be done to Kubernetes before it: as few upgrades of Kubernetes
 * as there can be. `kubernetes` is the version that runs, where it is known. Refused is a path whose first hop a Kubernetes is too old for,
 * and one with a release that a newer Kubernetes no longer takes.
 */
export function kubernetesOf(
  pairs: readonly Pair[],
  kubernetes: string | undefined,
):
  | { readonly hops: readonly HopKubernetes[]; readonly warnings: readonly string[] }
  | Extract<PathPlan, { type: 'refused' }> {
  const running = kubernetes === undefined ? undefined : kubernetesMinor(kubernetes);
  const windows = pairs.map(({ from, to }) => sharedMinors([supportOf(from), supportOf(to)]));
  const obstacle = running === undefined ? undefined : refusal(pairs, windows, running);
  if (obstacle !== undefined) return obstacle;
  let now: Minors = running === undefined ? windows[0]! : { min: running, max: running };
  const hops = pairs.map((pair, index): HopKubernetes => {
    const window = windows[index]!;
    const both = intersection(now, window);
    if (both !== undefined) {
      now = both;
      return { window: shown(window), demands: [] };
    }
    if (now.min > window.min) return { window: shown(window), demands: [tooNew(pair, now.min)] };
    const before = now;
    now = widestFrom(windows.slice(index));
    return { window: shown(window), demands: [upgrade(pair, before, now)] };
  });
  return { hops, warnings: running === undefined ? [servingText(windows)] : [] };
}

/** Which Kubernetes serves which hops, for whom it is not known: as few versions as there can be. */
function servingText(windows: readonly Minors[]): string {
  const parts: string[] = [];
  for (let at = 0; at < windows.length; ) {
    const shared = widestFrom(windows.slice(at));
    const rest = windows.slice(at).findIndex((window) => intersection(shared, window) === undefined);
    const end = rest < 0 ? windows.length : at + rest;
    const hops = at + 1 === end ? `hop ${end}` : `hops ${at + 1}-${end}`;
    parts.push(`${minors(shared)} for ${at === 0 && end === windows.length ? 'every hop' : hops}`);
    at = end;
  }
  return `Kubernetes has to be ${parts.join(', then ')}.`;
}

// A path begins with 2.9 at the earliest, of which on it is known.
const supportOf = (version: string): KubernetesSupport => kubernetesSupport(version)!;

function refusal(
  pairs: readonly Pair[],
  windows: readonly Minors[],
  minor: number,
): Extract<PathPlan, { type: 'refused' }> | undefined {
  const gone = pairs.find(({ to }) => kubernetesVerdict(supportOf(to), minor) === 'too-new');
  if (gone !== undefined) {
    const { last, gone: kinds } = supportOf(gone.to);
    return {
      type: 'refused',
      reason: `The path leads through ${gone.to}, which runs on Kubernetes 1.${last} at most, and this is 1.${minor}: ${kinds} are gone.`,
      advice: `Linkerd has to be upgraded before Kubernetes is. Install a new mesh of a line that runs on Kubernetes 1.${minor}, best on a cluster beside this one, and move the workloads.`,
    };
  }
  const [first] = pairs;
  if (first === undefined || minor >= supportOf(first.to).enforced) return undefined;
  return {
    type: 'refused',
    reason: `${first.to} refuses Kubernetes 1.${minor}: it needs 1.${supportOf(first.to).enforced} at least.`,
    advice: `Upgrade Kubernetes to ${minors(widestFrom(windows))} first, one minor version at a time, while ${first.from} runs. Then plan again.`,
  };
}

/** The versions that serve this hop and as many of those after it as can be served at once. */
function widestFrom([first, ...rest]: readonly Minors[]): Minors {
  let shared = first!;
  for (const window of rest) {
    const both = intersection(shared, window);
    if (both === undefined) break;
    shared = both;
  }
  return shared;
}

function intersection(a: Minors, b: Minors): Minors | undefined {
  const min = Math.max(a.min, b.min);
  const max = Math.min(a.max ?? Infinity, b.max ?? Infinity);
  if (min > max) return undefined;
  return max === Infinity ? { min } : { min, max };
}

function upgrade({ from, to }: Pair, before: Minors, window: Minors): Demand {
  const { enforced } = supportOf(to);
  const text = `Upgrade Kubernetes to ${minors(window)} before this hop, one minor version at a time, while ${from} runs.`;
  return (before.max ?? Infinity) < enforced
    ? {
        code: 'kubernetes-too-old',
        weight: 'block',
        text: `${text} ${to} refuses what is older than 1.${enforced}.`,
      }
    : {
        code: 'kubernetes-undocumented',
        weight: 'before',
        text: `${text} 2.${lineOf(to)} takes 1.${enforced}, but its documentation begins with 1.${supportOf(to).documented?.[0] ?? enforced}.`,
      };
}

/** Nothing enforces the newest Kubernetes that is documented. */
function tooNew({ from, to }: Pair, minor: number): Demand {
  const newest = (version: string) => supportOf(version).documented?.[1] ?? minor;
  const strict = newest(from) < newest(to) ? from : to;
  return {
    code: 'kubernetes-undocumented',
    weight: 'know',
    text: `Kubernetes 1.${minor} is newer than the documentation of 2.${lineOf(strict)} goes, which is 1.${newest(strict)}. Nothing refuses it; do not upgrade Kubernetes any further before this hop is done.`,
  };
}

const shown = ({ min, max }: Minors): KubernetesWindow => ({
  min: `1.${min}`,
  ...(max === undefined ? {} : { max: `1.${max}` }),
});

const minors = ({ min, max }: Minors): string =>
  max === undefined ? `1.${min} or newer` : max === min ? `1.${min}` : `1.${min}-1.${max}`;
