/** The tree of the panel: workloads, the revisions of each, their pods. Rows are made only for what is open. */
import type { RevisionView, Rollout } from '../../rollout/model.ts';
import { cutLine, type Line, span } from '../../terminal/line.ts';
import { displayWidth, padEnd } from '../../terminal/text.ts';
import type { PanelRow } from '../panel.ts';
import { counted, type Frame, joined, podRows, wasFetched } from './panel-pods.ts';
import {
  bar,
  isFine,
  label,
  newestRevision,
  newReady,
  phaseWord,
  revisionWord,
  rolloutMark,
  wantedPods,
} from './panel-words.ts';
import { rowId } from './shown.ts';

/** With more workloads than this, or than there is room for, those that are well are folded into one row. */
const manyWorkloads = 24;
/** What is above and below the rows, and a first pod that is in trouble. */
const roomForOthers = 7;
/** More workloads than this do not open by themselves. */
const openByThemselves = 12;

/** All rows that are open, top to bottom. */
export function treeRows(frame: Frame, height: number): readonly PanelRow[] {
  const { rollouts } = frame.shown.board;
  const several = new Set(rollouts.map(({ ref }) => ref.namespace)).size > 1;
  if (rollouts.length <= Math.min(manyWorkloads, height - roomForOthers)) {
    const columns = columnsFor(rollouts, several, frame.width);
    let left = openByThemselves;
    return rollouts.flatMap((rollout) => {
      const opens = !isFine(rollout) && left-- > 0;
      return workloadRows(rollout, opens, columns, frame);
    });
  }
  const fine = rollouts.filter(isFine);
  // What is stuck is not to be looked for among what goes on.
  const open = rollouts
    .filter((rollout) => !isFine(rollout))
    .toSorted((a, b) => Number(b.phase === 'STUCK') - Number(a.phase === 'STUCK'));
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
        fine.length === rollouts.length && frame.shown.board.complete
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
  return opens === ui.toggled.includes(id)
    ? [row, ...rollout.revisions.flatMap((revision) => askedRows(rollout, revision, 2, frame))]
    : [row, ...revisionRows(rollout, frame)];
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
      ? [row, ...askedRows(rollout, revision, 4, frame)]
      : [row, ...podRows(rollout, revision, 4, frame)];
  });
}

/** Of what is closed only the pods whose log or warnings were asked for. */
function askedRows(
  rollout: Rollout,
  revision: RevisionView,
  indent: number,
  frame: Frame,
): readonly PanelRow[] {
  const pods = revision.pods.filter((pod) => wasFetched(pod, frame.shown));
  return pods.length === 0 ? [] : podRows(rollout, { ...revision, pods }, indent, frame);
}
