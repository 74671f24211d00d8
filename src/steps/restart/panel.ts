/** What a restart shows: its plan while it is asked about, then how far it is as a whole and in each of its workloads. */
import type { PlannedWorkload, RestartPlan } from '../../data-plane/restart-plan.ts';
import { foldNotes, type RestartState, stateOf, waveState } from '../../data-plane/restart-state.ts';
import { wavesOf } from '../../data-plane/waves.ts';
import { counted } from '../../data-plane/words.ts';
import { actionIn } from '../../state/session.ts';
import { clock } from '../../terminal/duration.ts';
import { cutLine, type Line, type Span, span, spreadLine } from '../../terminal/line.ts';
import { displayWidth, padEnd } from '../../terminal/text.ts';
import { type PanelProps, type PanelRow, type PanelView, progressOf } from '../panel.ts';
import { planView } from './panel-plan.ts';
import { waitLines } from './panel-waits.ts';
import { bar, countOf, estimateMs, inSeveral, labelOf, leftWords, markOf } from './panel-words.ts';
import type { RestartProgress } from './progress.ts';
import type { RestartSpec } from './schema.ts';

/** Everything that one picture is made from. */
interface Picture {
  readonly plan: RestartPlan;
  readonly waves: readonly (readonly PlannedWorkload[])[];
  readonly state: RestartState;
  readonly progress: RestartProgress | undefined;
  readonly several: boolean;
  /** Columns of the names. */
  readonly name: number;
  readonly now: number;
  readonly props: PanelProps;
}

/** The plan at its question; after that the workloads, from the notes alone where nothing is watched. */
export function restartPanel(props: PanelProps): PanelView | undefined {
  const { walk, at, now } = props;
  const action = actionIn(walk.session, at);
  const found = action?.plan;
  const plan = found?.plan as RestartPlan | undefined;
  if (!action || !found || plan?.form !== 1) return undefined;
  if (action.startedAt === undefined) return planView(plan, rulesOf(props).gate, props);
  const workloads = plan.workloads.filter(({ id }) => !found.excluded.includes(id));
  // What was under way when it ended is no longer looked at: its clock stands still.
  const over = action.ended?.time ?? action.notes.at(-1)?.time;
  const several = inSeveral(plan);
  const longest = workloads.reduce((most, one) => Math.max(most, displayWidth(labelOf(one, several))), 0);
  return running({
    plan,
    waves: wavesOf(workloads, plan.sizes),
    state: foldNotes(action.notes),
    progress: action.ended ? undefined : progressOf<RestartProgress>(walk, at),
    several,
    name: Math.min(longest, Math.max(14, props.width - 28)),
    now: action.ended && over !== undefined ? Date.parse(over) : now,
    props,
  });
}

function running(picture: Picture): PanelView {
  const { waves, state, progress, now, props } = picture;
  const { width, height, glyphs } = props;
  const cut = (one: Line) => cutLine(one, width, glyphs.cut);
  const waits = {
    progress,
    state,
    workloads: waves.flat(),
    several: picture.several,
    gate: rulesOf(props).gate,
    now,
  };
  return {
    top: topLines(picture).map(cut),
    rows: waveRows(picture).map((row) => ({ ...row, line: cut(row.line) })),
    bottom: waitLines(waits, width, Math.max(2, Math.min(6, Math.floor(height / 3))), glyphs),
  };
}

function topLines({ waves, state, plan, progress, now, props }: Picture): readonly Line[] {
  const { width, glyphs, walk, at } = props;
  const all = waves.flat();
  const { done, skipped, failed } = countOf(all, state);
  const wave = waves.findIndex((_, index) => !waveState(state, index).passed);
  const place = wave < 0 ? '' : `, wave ${wave + 1} of ${waves.length}`;
  const startedAt = actionIn(walk.session, at)?.startedAt;
  const spent = startedAt === undefined ? '' : clock(now - Date.parse(startedAt));
  const stuck = Object.values(progress?.workloads ?? {}).some((one) => one.stuck);
  // While it is held up there is no telling when it goes on.
  const smooth = progress !== undefined && !stuck && !progress.away && !state.held && failed === 0;
  const left = smooth
    ? leftWords(estimateMs(waves, state, { atOnce: plan.atOnce, soakMs: rulesOf(props).soakMs }, now))
    : '';
  return [
    spreadLine(
      [span(`${done} of ${counted(all.length, 'workload')}`, 'strong'), span(place)],
      [span(spent, 'quiet'), span(left, 'quiet')],
      width,
      glyphs.cut,
    ),
    [
      ...bar(done + skipped, all.length, Math.max(5, Math.min(40, width - 24)), glyphs),
      ...(failed > 0 ? [span(`  ${failed} failed`, 'bad')] : []),
      ...(skipped > 0 ? [span(`  ${skipped} skipped`, 'warning')] : []),
    ],
  ];
}

/** While one is under way, those that are over fold into one row, so that it is in sight. */
function waveRows(picture: Picture): readonly PanelRow[] {
  const { waves, state, props } = picture;
  const open = waves.findIndex((_, index) => !waveState(state, index).passed);
  const over = open < 0 ? waves.length : open;
  const few = over <= 1 || over === waves.length;
  const shown = few || props.ui.toggled.includes(overId);
  const folded: readonly PanelRow[] = few
    ? []
    : [
        {
          id: overId,
          opens: true,
          line: [
            span(`${props.glyphs.done} `, 'ok'),
            span(`${over} waves over, ${counted(waves.slice(0, over).flat().length, 'workload')}`),
          ],
        },
      ];
  return [
    ...folded,
    ...waves.flatMap((wave, index) => (index < over && !shown ? [] : rowsOf(picture, wave, index))),
  ];
}

const overId = 'waves-over';

function rowsOf(picture: Picture, wave: readonly PlannedWorkload[], index: number): readonly PanelRow[] {
  const { plan, state } = picture;
  const counts = countOf(wave, state);
  const at = waveState(state, index);
  const canary = index === 0 && plan.sizes.canary > 0 ? ', the canary' : '';
  const word = at.passed
    ? 'over'
    : at.gateFailed !== undefined
      ? 'its gate failed'
      : at.soakFrom !== undefined
        ? 'soaks'
        : counts.waiting === wave.length
          ? ''
          : `${counts.done} of ${wave.length}`;
  return [
    { line: [span(`Wave ${index + 1}${canary}`, 'heading'), span(word === '' ? '' : `  ${word}`, 'quiet')] },
    ...wave.flatMap((workload) => workloadRows(picture, workload)),
  ];
}

function workloadRows(picture: Picture, workload: PlannedWorkload): readonly PanelRow[] {
  const { state, progress, several, name, props } = picture;
  const { glyphs } = props;
  const at = stateOf(state, workload.id);
  const seen = at.type === 'restarting' ? progress?.workloads[workload.id] : undefined;
  const why = at.type === 'failed' ? at.why : seen?.stuck ? seen.reason : '';
  return [
    {
      id: workload.id,
      line: [
        markOf(at, seen?.stuck === true, glyphs),
        span(' '),
        span(padEnd(labelOf(workload, several), name, glyphs.cut), at.type === 'waiting' ? 'quiet' : 'plain'),
        span('  '),
        ...stateWords(picture, workload),
      ],
    },
    ...(why === '' ? [] : [{ line: [span('    '), span(why, 'bad')] }]),
  ];
}

function stateWords({ state, progress, now }: Picture, workload: PlannedWorkload): readonly Span[] {
  const at = stateOf(state, workload.id);
  switch (at.type) {
    case 'waiting':
      return [span(`waiting, ${counted(workload.pods, 'pod')}`, 'quiet')];
    case 'restarting': {
      const seen = progress?.workloads[workload.id];
      const far = seen ? ` ${seen.ready} of ${seen.desired}` : '';
      return [span(`restarting${far}`), span(`  ${clock(now - at.since)}`, 'quiet')];
    }
    case 'done':
      return [span('done'), span(` ${clock(at.at - at.since)}`, 'quiet')];
    case 'failed':
      return [span('failed', 'bad'), span(` after ${clock(at.at - at.since)}`, 'quiet')];
    case 'skipped':
      return [span('skipped', 'warning'), span(` ${at.why}`, 'quiet')];
  }
}

/** What the runbook says of the gate and the soak. */
function rulesOf({ walk, at }: PanelProps): { readonly gate: string | undefined; readonly soakMs: number } {
  const frame = walk.session.stack.find(({ id }) => id === at.frame);
  const step = walk.bundle.runbooks[frame?.file ?? '']?.steps.find(({ id }) => id === at.step);
  const action = step?.actions.find(({ id }) => id === at.action);
  const spec = (action && 'spec' in action ? action.spec : {}) as Partial<RestartSpec>;
  return { gate: spec.gate, soakMs: spec.soak ?? 0 };
}
