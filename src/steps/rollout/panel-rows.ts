/** The tree of the panel: workloads, the revisions of each, their pods. Rows are made only for what is open. */
import type { EventFacts, PodView, RevisionView, Rollout } from '../../rollout/model.ts';
import { age, timeOfDay } from '../../terminal/duration.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { cutLine, type Line, type Span, span } from '../../terminal/line.ts';
import { displayWidth, padEnd, wrap } from '../../terminal/text.ts';
import type { PanelRow, PanelUi } from '../panel.ts';
import {
  bar,
  isFine,
  label,
  newestRevision,
  newReady,
  phaseWord,
  podMark,
  podStyle,
  proxyWord,
  revisionWord,
  rolloutMark,
  shortPodName,
  wantedPods,
} from './panel-words.ts';
import { type PodLog, type RolloutShown, rowId } from './shown.ts';

/** With more pods than this, those that are well are only counted. */
const manyPods = 8;
/** With more workloads than this, those that are well are folded into one row. */
const manyWorkloads = 24;
/** So many warnings of a pod are shown, the latest. */
const shownEvents = 3;
/** More workloads than this do not open by themselves. */
const openByThemselves = 12;

interface Frame {
  readonly shown: RolloutShown;
  readonly ui: PanelUi;
  readonly now: number;
  readonly width: number;
  readonly glyphs: Glyphs;
}

/** All rows that are open, top to bottom. */
export function treeRows(frame: Frame): readonly PanelRow[] {
  const { rollouts } = frame.shown.board;
  const several = new Set(rollouts.map(({ ref }) => ref.namespace)).size > 1;
  if (rollouts.length <= manyWorkloads) {
    const columns = columnsFor(rollouts, several, frame.width);
    let left = openByThemselves;
    return rollouts.flatMap((rollout) => {
      const opens = !isFine(rollout) && left-- > 0;
      return workloadRows(rollout, opens, columns, frame);
    });
  }
  const fine = rollouts.filter(isFine);
  const open = rollouts.filter((rollout) => !isFine(rollout));
  const unfolds = frame.ui.toggled.includes('fine');
  const columns = columnsFor(unfolds ? rollouts : open, several, frame.width);
  let left = openByThemselves;
  const rows = open.flatMap((rollout) =>
    workloadRows(rollout, rollout.phase === 'STUCK' && left-- > 0, columns, frame),
  );
  if (fine.length === 0) return rows;
  const folded: PanelRow = {
    id: 'fine',
    opens: true,
    line: [
      span(`${frame.glyphs.done} `, 'ok'),
      span(
        fine.length === rollouts.length
          ? `all ${fine.length} are rolled out`
          : `${fine.length} are rolled out`,
      ),
    ],
  };
  const unfolded = unfolds ? fine.flatMap((rollout) => workloadRows(rollout, false, columns, frame)) : [];
  return [...rows, folded, ...unfolded];
}

interface Columns {
  readonly withNamespace: boolean;
  readonly name: number;
  readonly revision: number;
  readonly bar: number;
}

/** As wide as the longest of each, as far as there is room. */
function columnsFor(rollouts: readonly Rollout[], withNamespace: boolean, width: number): Columns {
  const cells = width >= 60 ? 10 : width >= 48 ? 8 : 5;
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map(displayWidth));
  const revision = longest(rollouts.map((rollout) => revisionWord(newestRevision(rollout))));
  const count = longest(rollouts.map((rollout) => countWords(rollout)));
  const room = width - 2 - (revision > 0 ? revision + 2 : 0) - cells - 2 - 2 - count;
  const name = Math.min(longest(rollouts.map((one) => label(one, withNamespace))), Math.max(12, room));
  return { withNamespace, name, revision, bar: cells };
}

const countWords = (rollout: Rollout): string => `${newReady(rollout)} of ${wantedPods(rollout)}`;

function workloadRows(rollout: Rollout, opens: boolean, columns: Columns, frame: Frame): readonly PanelRow[] {
  const { glyphs, ui, width } = frame;
  const id = rowId.workload(rollout.uid);
  const word = phaseWord(rollout);
  const head: Line = [
    rolloutMark(rollout, glyphs),
    span(' '),
    span(padEnd(label(rollout, columns.withNamespace), columns.name, glyphs.cut), 'strong'),
    ...(columns.revision > 0
      ? [span(`  ${padEnd(revisionWord(newestRevision(rollout)), columns.revision, glyphs.cut)}`, 'quiet')]
      : []),
    span('  '),
    ...bar(newReady(rollout), wantedPods(rollout), columns.bar, glyphs),
  ];
  const headWidth = 2 + columns.name + (columns.revision > 0 ? columns.revision + 2 : 0) + 2 + columns.bar;
  const count = `  ${countWords(rollout)}`;
  const fits = word !== '' && headWidth + count.length + 2 + word.length <= width;
  const tail: Line = [
    span(count),
    ...(fits ? [span(`  ${word}`, rollout.phase === 'STUCK' ? 'bad' : 'quiet')] : []),
  ];
  const line = joined(head, headWidth, tail, width, glyphs.cut);
  const row: PanelRow = { id, opens: true, line };
  return opens === ui.toggled.includes(id) ? [row] : [row, ...revisionRows(rollout, frame)];
}

/** The revisions are told apart only where more than one has pods. */
function revisionRows(rollout: Rollout, frame: Frame): readonly PanelRow[] {
  const { glyphs, ui, width } = frame;
  const withPods = rollout.revisions.filter(({ pods }) => pods.length > 0);
  if (withPods.length <= 1) {
    const [only] = withPods;
    return only ? podRows(rollout, only, 2, frame) : [{ line: [span('  no pods yet', 'quiet')] }];
  }
  return withPods.flatMap((revision) => {
    const id = rowId.revision(rollout.uid, revision.name);
    const line: Line = [
      span(revision.current ? '  new ' : '  old ', revision.current ? 'plain' : 'quiet'),
      span(padEnd(revisionWord(revision.revision), 8, glyphs.cut), 'quiet'),
      span(counted(revision.pods), 'quiet'),
    ];
    const row: PanelRow = { id, opens: true, line: cutLine(line, width, glyphs.cut) };
    return revision.current === ui.toggled.includes(id)
      ? [row]
      : [row, ...podRows(rollout, revision, 4, frame)];
  });
}

/** The beginning of a row, whose width is known and need not be measured, and what of the rest fits behind it. */
function joined(head: Line, headWidth: number, tail: Line, width: number, mark: string): Line {
  return headWidth < width
    ? [...head, ...cutLine(tail, width - headWidth, mark)]
    : cutLine([...head, ...tail], width, mark);
}

const stateWords = ['ready', 'starting', 'failing', 'terminating', 'finished'] as const;

/** `3 ready, 1 starting`. */
function counted(pods: readonly PodView[]): string {
  return stateWords
    .map((state) => [state, pods.filter((pod) => pod.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
}

/** What fails comes first, then what is slow. */
const urgency: readonly PodView['state'][] = ['failing', 'starting', 'terminating', 'ready', 'finished'];

function podRows(
  rollout: Rollout,
  { pods }: RevisionView,
  indent: number,
  frame: Frame,
): readonly PanelRow[] {
  const { glyphs, width } = frame;
  const margin = ' '.repeat(indent);
  const many = pods.length > manyPods;
  const wanted = many ? pods.filter((pod) => pod.state !== 'ready' && pod.state !== 'finished') : pods;
  const listed = many
    ? wanted.toSorted((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state)).slice(0, manyPods)
    : wanted;
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
    ...(log ? logLines(log, glyphs) : []),
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

function logLines(log: PodLog, glyphs: Glyphs): readonly Line[] {
  const which = `${log.container}${log.previous ? ', before its last restart' : ''}`;
  const head = log.problem ?? (log.lines.length === 0 ? `${which}: it has said nothing` : `${which}:`);
  return [
    [span(head, 'quiet')],
    ...log.lines.map((text): Line => [span(`${glyphs.quote} `, 'quiet'), span(text, 'code')]),
  ];
}
