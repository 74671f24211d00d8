/** The pods of the panel's tree, and what was fetched of them. */
import type { EventFacts, PodView, RevisionView, Rollout } from '../../rollout/model.ts';
import { age, timeOfDay } from '../../terminal/duration.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { cutLine, type Line, type Span, span } from '../../terminal/line.ts';
import { displayWidth, padEnd, wrap } from '../../terminal/text.ts';
import type { PanelRow, PanelUi } from '../panel.ts';
import { podMark, podStyle, proxyWord, shortPodName } from './panel-words.ts';
import { type PodLog, type RolloutShown, rowId } from './shown.ts';

/** With more pods than this, those that are well are only counted. */
const manyPods = 8;
/** So many warnings of a pod are shown, the latest. */
const shownEvents = 3;

/** What rows are made from and for. */
export interface Frame {
  readonly shown: RolloutShown;
  readonly ui: PanelUi;
  readonly now: number;
  readonly width: number;
  readonly glyphs: Glyphs;
}

/** The beginning of a row, whose width is known and need not be measured, and what of the rest fits behind it. */
export function joined(head: Line, headWidth: number, tail: Line, width: number, mark: string): Line {
  return headWidth < width
    ? [...head, ...cutLine(tail, width - headWidth, mark)]
    : cutLine([...head, ...tail], width, mark);
}

const stateWords = ['ready', 'starting', 'failing', 'terminating', 'finished'] as const;

/** `3 ready, 1 starting`. */
export function counted(pods: readonly PodView[]): string {
  return stateWords
    .map((state) => [state, pods.filter((pod) => pod.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
}

/** What fails comes first, then what is slow. */
const urgency: readonly PodView['state'][] = ['failing', 'starting', 'terminating', 'ready', 'finished'];

/** The rows of a revision's pods, and under each what was fetched of it. */
export function podRows(
  rollout: Rollout,
  { pods }: RevisionView,
  indent: number,
  frame: Frame,
): readonly PanelRow[] {
  const { glyphs, width } = frame;
  const margin = ' '.repeat(indent);
  const many = pods.length > manyPods;
  const wanted = many ? pods.filter((pod) => pod.state !== 'ready' && pod.state !== 'finished') : pods;
  const first = many
    ? wanted.toSorted((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state)).slice(0, manyPods)
    : wanted;
  const listed = many
    ? [...first, ...pods.filter((pod) => wasFetched(pod, frame.shown) && !first.includes(pod))]
    : first;
  const rest = many ? pods.filter((pod) => !listed.includes(pod)) : [];
  const names = listed.map((pod) => shortPodName(pod.name, rollout.ref.name));
  const nameWidth = Math.min(24, Math.max(5, ...names.map(displayWidth)));
  const versionWidth = Math.min(16, Math.max(0, ...listed.map((pod) => displayWidth(proxyWord(pod)))));
  const rows = listed.flatMap((pod, index): readonly PanelRow[] => {
    const head: Line = [
      span(margin),
      podMark(pod, glyphs),
      span(` ${padEnd(names[index]!, nameWidth, glyphs.cut)}`),
      ...(versionWidth > 0 ? [span(`  ${padEnd(proxyWord(pod), versionWidth, glyphs.cut)}`, 'quiet')] : []),
    ];
    const headWidth = indent + 2 + nameWidth + (versionWidth > 0 ? versionWidth + 2 : 0);
    return [
      {
        id: rowId.pod(pod.uid),
        line: joined(head, headWidth, podState(pod, frame.now), width, glyphs.cut),
      },
      ...fetchedRows(pod, `${margin}    `, frame),
    ];
  });
  return rest.length === 0
    ? rows
    : [...rows, { line: [span(`${margin}${glyphs.pending} ${counted(rest)}`, 'quiet')] }];
}

/** Whether the log or the warnings of a pod are on screen: then so is its row, whatever is closed around it. */
export const wasFetched = ({ uid }: PodView, { logs, events }: RolloutShown): boolean =>
  logs[uid] !== undefined || events[uid] !== undefined;

/** `ready 52s`, `ImagePullBackOff 31s  3 restarts  1/2`. */
function podState(pod: PodView, now: number): readonly Span[] {
  const since = pod.state === 'ready' ? (pod.readySince ?? pod.createdAt) : pod.createdAt;
  const words = pod.state === 'ready' ? 'ready' : pod.status;
  const restarts = pod.restarts === 0 ? '' : `  ${pod.restarts} restart${pod.restarts === 1 ? '' : 's'}`;
  return [
    span(`  ${words}`, pod.state === 'ready' ? 'plain' : podStyle(pod)),
    span(` ${age(Math.max(0, now - since))}`, 'quiet'),
    span(restarts, 'warning'),
    span(pod.state === 'ready' ? '' : `  ${pod.readyContainers}`, 'quiet'),
  ];
}

/** What was fetched of a pod stands under it; each line can be selected, so that one can read on. */
function fetchedRows(pod: PodView, margin: string, { shown, width, glyphs }: Frame): readonly PanelRow[] {
  const events = shown.events[pod.uid];
  const log = shown.logs[pod.uid];
  return [
    ...(events ? eventLines(events, width - margin.length) : []),
    ...(log ? logLines(log, width - margin.length, glyphs) : []),
  ].map((line, index) => ({
    id: rowId.line(pod.uid, index),
    line: cutLine([span(margin), ...line], width, glyphs.cut),
  }));
}

/** The latest warnings, each one once. */
function eventLines(events: readonly EventFacts[], room: number): readonly Line[] {
  if (events.length === 0) return [[span('no warnings about it', 'quiet')]];
  const latest = new Map(events.map((event) => [`${event.reason} ${event.message}`, event]));
  return [...latest.values()]
    .slice(-shownEvents)
    .flatMap((event): readonly Line[] => [
      [
        span(`${timeOfDay(event.at)} `, 'quiet'),
        span(`${event.reason}${event.count > 1 ? ` (${event.count} times)` : ''}`, 'warning'),
      ],
      ...wrap(event.message, Math.max(8, room - 2)).map((text): Line => [span(`  ${text}`)]),
    ]);
}

/** In full: what matters of a line is often at its end. */
function logLines(log: PodLog, room: number, glyphs: Glyphs): readonly Line[] {
  const which = `${log.container}${log.previous ? ', before its last restart' : ''}`;
  const head = log.problem ?? (log.lines.length === 0 ? `${which}: it has said nothing` : `${which}:`);
  return [
    ...wrap(head, Math.max(8, room)).map((text): Line => [span(text, 'quiet')]),
    ...log.lines.flatMap((text) =>
      wrap(text, Math.max(8, room - 2)).map(
        (part, row): Line => [span(row === 0 ? `${glyphs.quote} ` : '  ', 'quiet'), span(part, 'code')],
      ),
    ),
  ];
}
