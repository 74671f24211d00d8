/** The plan of a restart while it is asked about: waves of workloads that can be left out, what to know of each, and what is left as it is. */
import { type PlannedWorkload, type RestartPlan, workloadName } from '../../data-plane/restart-plan.ts';
import { wavesOf, wavesWithOut } from '../../data-plane/waves.ts';
import { counted } from '../../data-plane/words.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import { cutLine, EMPTY_LINE, type Line, line, span } from '../../terminal/line.ts';
import { displayWidth, padEnd, wrap } from '../../terminal/text.ts';
import type { PanelProps, PanelRow, PanelView } from '../panel.ts';
import { inSeveral, labelOf } from './panel-words.ts';
import { versionsText } from './plan-text.ts';

/** What is asked about. At its bottom stands what there is to know of the selected row. */
export function planView(plan: RestartPlan, gate: string | undefined, props: PanelProps): PanelView {
  const { width, glyphs, ui } = props;
  const cut = (one: Line) => cutLine(one, width, glyphs.cut);
  const chosen = plan.workloads.filter(({ id }) => !ui.excluded.includes(id));
  const pods = chosen.reduce((sum, one) => sum + one.pods, 0);
  const out = plan.workloads.length - chosen.length;
  // What is left out makes room: these are the waves that y begins.
  const waves = wavesOf(chosen, plan.sizes);
  const rows = waveRows(plan, wavesWithOut(plan.workloads, plan.sizes, ui.excluded), props);
  const from = sameVersions(plan);
  const change =
    plan.expect === ''
      ? ''
      : `${from === undefined ? '' : `${from} `}to ${plan.expect.replace('stable-', '')}; `;
  return {
    top: [
      [
        span(`Restart ${counted(chosen.length, 'workload')}, ${counted(pods, 'pod')}`, 'strong'),
        ...(out > 0 ? [span(`, ${out} left out`, 'warning')] : []),
      ],
      line(`${change}${counted(waves.length, 'wave')}, at most ${plan.atOnce} at once`, 'quiet'),
      ...(gate === undefined ? [] : wrap(`Gate: ${stripToLine(gate)}`, width).slice(0, 2)).map((text) =>
        line(text, 'quiet'),
      ),
      ...plan.notices.flatMap((notice) =>
        wrap(notice, width - 2).map(
          (text, at): Line => [
            span(at === 0 ? `${glyphs.warning} ` : '  ', 'warning'),
            span(text, 'warning'),
          ],
        ),
      ),
    ].map(cut),
    rows: [...rows, ...leftRows(plan, props)].map((row) => ({
      ...row,
      line: cut(row.line),
    })),
    bottom: selectedLines(plan, props).map(cut),
  };
}

function waveRows(
  plan: RestartPlan,
  waves: readonly (readonly PlannedWorkload[])[],
  { ui, glyphs, width }: PanelProps,
): readonly PanelRow[] {
  const several = inSeveral(plan);
  const names = plan.workloads.map((one) => displayWidth(labelOf(one, several)));
  const same = sameVersions(plan) !== undefined;
  const name = Math.min(Math.max(0, ...names), Math.max(14, width - (same ? 26 : 30)));
  const pods = Math.max(...plan.workloads.map((one) => podsWords(one).length), 0);
  const version = Math.max(...plan.workloads.map((one) => versionWords(one).length), 0);
  return waves.flatMap((wave, index) => [
    heading(index === 0 && plan.sizes.canary > 0 ? `Wave ${index + 1}, the canary` : `Wave ${index + 1}`),
    ...wave.map((workload): PanelRow => {
      const out = ui.excluded.includes(workload.id);
      const style = out ? 'quiet' : 'plain';
      const [first] = workload.remarks;
      const more = workload.remarks.length > 1 ? ` +${workload.remarks.length - 1}` : '';
      const tone = first?.level === 'warning' ? 'warning' : 'quiet';
      return {
        id: workload.id,
        optional: true,
        line: [
          span(out ? '[ ] ' : '[x] ', out ? 'quiet' : 'strong'),
          span(padEnd(labelOf(workload, several), name, glyphs.cut), style),
          span(`  ${podsWords(workload).padStart(pods)}`, style),
          ...(same ? [] : [span(`  ${versionWords(workload).padEnd(version)}`, 'quiet')]),
          ...(first && !out
            ? [
                span(first.level === 'warning' ? `  ${glyphs.warning} ` : '  ', tone),
                span(`${first.short}${more}`, tone),
              ]
            : []),
        ],
      };
    }),
  ]);
}

/** The version that all of them have now; undefined where they differ. */
function sameVersions({ workloads }: RestartPlan): string | undefined {
  const versions = new Set(workloads.map(versionWords));
  return versions.size === 1 ? [...versions][0] : undefined;
}

const podsWords = ({ pods }: PlannedWorkload) => counted(pods, 'pod');
const versionWords = ({ versions }: PlannedWorkload) => versionsText(versions).replaceAll('stable-', '');

function leftRows(plan: RestartPlan, { glyphs }: PanelProps): readonly PanelRow[] {
  const { left, upToDate, unseen } = plan;
  return [
    ...(left.length === 0 ? [] : [blank, heading('Left as they are')]),
    ...left.map(
      (one): PanelRow => ({
        id: leftId(one),
        line: [span(`${glyphs.skipped} `, 'warning'), span(workloadName(one)), span(`  ${one.why}`, 'quiet')],
      }),
    ),
    ...(upToDate === 0
      ? []
      : [blank, { line: line(`${counted(upToDate, 'workload')} up to date`, 'quiet') }]),
    ...unseen.map(
      (one): PanelRow => ({
        line: [span(`${glyphs.warning} `, 'warning'), span(`Not seen: ${one}`)],
      }),
    ),
  ];
}

const blank: PanelRow = { line: EMPTY_LINE };
const heading = (text: string): PanelRow => ({ line: line(text, 'heading') });
// Bare pods and Jobs have no id of a workload; this one is never sent as left out.
const leftId = (one: RestartPlan['left'][number]) => `left:${one.kind}/${one.namespace}/${one.name}`;

/** All there is to know of the selected row, in whole sentences. */
function selectedLines(plan: RestartPlan, { ui, width, height, glyphs }: PanelProps): readonly Line[] {
  const workload = plan.workloads.find(({ id }) => id === ui.selected);
  const left = plan.left.find((one) => leftId(one) === ui.selected);
  const most = Math.max(2, Math.floor(height / 3));
  const told = workload
    ? workload.remarks.map(({ level, text }) => ({ level, text }))
    : left
      ? [{ level: 'note' as const, text: left.why }]
      : [];
  const lines = told.flatMap(({ level, text }) =>
    wrap(text, width - 2).map(
      (part, at): Line => [
        span(
          at > 0 ? '  ' : `${level === 'warning' ? glyphs.warning : glyphs.info} `,
          level === 'warning' ? 'warning' : 'info',
        ),
        span(part),
      ],
    ),
  );
  return lines.slice(0, most);
}
