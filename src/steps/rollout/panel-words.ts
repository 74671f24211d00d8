/** How one rollout, revision or pod is named, marked and counted in the panel. */

import { workloadName } from '../../data-plane/words.ts';
import type { PodView, Reason, Rollout } from '../../rollout/model.ts';
import { phaseTitle } from '../../rollout/words.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { type Span, type StyleName, span } from '../../terminal/line.ts';

/** The reason that is worth telling, where there is one: what passes by itself in its time is none. */
export const trouble = ({ reasons }: Rollout): Reason | undefined =>
  reasons.find(({ kind }) => kind !== 'benign');

/** Nothing has to be said of it any more. */
export const isFine = (rollout: Rollout): boolean => rollout.good && trouble(rollout) === undefined;

/** The first that needs a human, else the first that is in trouble, else the first that is not done. */
export function worst(rollouts: readonly Rollout[]): Rollout | undefined {
  return (
    rollouts.find((one) => trouble(one)?.kind === 'doomed') ??
    rollouts.find((one) => trouble(one) !== undefined) ??
    rollouts.find((one) => !isFine(one))
  );
}

/** `web`, `sts/orders-db`; with its namespace where several are in sight. */
export function label({ ref }: Rollout, withNamespace: boolean): string {
  const short = { Deployment: '', StatefulSet: 'sts/', DaemonSet: 'ds/' }[ref.kind];
  return `${withNamespace ? `${ref.namespace}/` : ''}${short}${ref.name}`;
}

/** The number of the newest revision; of a StatefulSet whose revisions cannot be seen, the name that it gives it. */
export const newestRevision = ({ revision, revisions }: Rollout): string =>
  revisions.find(({ current }) => current)?.revision || revision;

/** `rev 4`, or the end of a name. */
export function revisionWord(revision: string): string {
  if (revision === '') return '';
  return /^\d+$/.test(revision) ? `rev ${revision}` : revision.slice(-6);
}

/** What to add to the bar and the count: nothing where they say it all. */
export const phaseWord = ({ phase }: Rollout): string =>
  phase === 'DONE' || phase === 'PROGRESSING' ? '' : phaseTitle(phase);

/** What a rollout waits for that nothing but a hand does; undefined for any other. */
export function byHand({ phase, ref, progress }: Rollout): string | undefined {
  if (phase === 'PAUSED')
    return `it is paused. To go on with it: kubectl -n ${ref.namespace} rollout resume ${workloadName(ref)}`;
  if (phase === 'MANUAL') {
    const { updated, desired } = progress;
    return `its strategy is OnDelete, and ${updated} of ${desired} pods are new: delete the others, each is then made anew.`;
  }
  return undefined;
}

/** How a rollout stands, in one column. */
export function rolloutMark(rollout: Rollout, glyphs: Glyphs): Span {
  const why = trouble(rollout);
  if (why) return { text: glyphs.warning, style: why.kind === 'doomed' ? 'bad' : 'warning' };
  if (rollout.good) return { text: glyphs.done, style: 'ok' };
  switch (rollout.phase) {
    case 'STUCK':
      return { text: glyphs.warning, style: 'bad' };
    case 'PAUSED':
    case 'MANUAL':
      return { text: glyphs.warning, style: 'warning' };
    default:
      return { text: glyphs.waiting, style: 'info' };
  }
}

const podStyles: Readonly<Record<PodView['state'], readonly [keyof Glyphs, StyleName]>> = {
  ready: ['done', 'ok'],
  starting: ['waiting', 'info'],
  failing: ['failed', 'bad'],
  terminating: ['pending', 'quiet'],
  finished: ['pending', 'quiet'],
};

export function podMark({ state }: PodView, glyphs: Glyphs): Span {
  const [glyph, style] = podStyles[state];
  return { text: glyphs[glyph], style };
}

export const podStyle = ({ state }: PodView): StyleName => podStyles[state][1];

/** New pods that are ready. Where no pods can be seen it is what the workload itself counts. */
export const newReady = ({ revisions, progress }: Rollout): number =>
  revisions.some(({ pods }) => pods.length > 0)
    ? progress.newReady
    : Math.min(progress.updated, progress.available);

/** How many new pods there are to be: those that a partition holds back are not. */
export const wantedPods = ({ progress }: Rollout): number => Math.max(0, progress.desired - progress.held);

/** A bar of `cells` columns; it is full only when nothing is missing. */
export function bar(done: number, wanted: number, cells: number, glyphs: Glyphs): readonly Span[] {
  const share = wanted === 0 ? 1 : Math.min(1, done / wanted);
  const filled = share === 1 ? cells : Math.min(cells - 1, Math.round(share * cells));
  return [
    span(glyphs.filled.repeat(filled), share === 1 ? 'ok' : 'info'),
    span(glyphs.empty.repeat(cells - filled), 'quiet'),
  ];
}

/** The part of a pod's name that tells it from the others of its workload. */
export function shortPodName(name: string, workload: string): string {
  const rest = name.startsWith(`${workload}-`) ? name.slice(workload.length + 1) : name;
  const last = rest.slice(rest.lastIndexOf('-') + 1);
  return /^\d+$/.test(rest) ? name : last;
}

/** `2.14.10` for `stable-2.14.10`; a pod of a mesh without a version says nothing. */
export const proxyWord = ({ proxyVersion }: PodView): string => proxyVersion.replace(/^stable-/, '');
