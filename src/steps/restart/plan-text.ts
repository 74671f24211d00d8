/** The plan of a restart as text: for the record, for a ticket, and where there is no screen. */
import {
  type LeftOut,
  type PlannedWorkload,
  type RestartPlan,
  type VersionCount,
  workloadName,
} from '../../data-plane/restart-plan.ts';
import { wavesOf } from '../../data-plane/waves.ts';
import { counted } from '../../data-plane/words.ts';
import { displayWidth } from '../../terminal/text.ts';

/** All of it, in lines of a fixed-width font. */
export function planText(plan: RestartPlan): string {
  const waves = wavesOf(plan.workloads, plan.sizes);
  const rows = waves.flatMap((wave, index) =>
    wave.map((workload) => [
      String(index + 1),
      workloadName(workload),
      String(workload.pods),
      versionsText(workload.versions),
      workload.remarks.map(({ short }) => short).join(', '),
    ]),
  );
  return [
    headline(plan),
    ...(waves.length === 0 ? [] : [wavesText(plan, waves.length)]),
    ...plan.notices.map((notice) => `Careful: ${notice}`),
    ...(rows.length === 0
      ? []
      : ['', ...columns(['WAVE', 'WORKLOAD', 'PODS', 'PROXY NOW', 'TO KNOW'], rows)]),
    ...section('To know:', plan.workloads.flatMap(remarkLines)),
    ...section('Left as they are:', leftLines(plan.left)),
    ...section(
      'Not seen:',
      plan.unseen.map((one) => `  ${one}`),
    ),
  ].join('\n');
}

/** `Restart 2 workloads, 5 pods, proxies to stable-2.14.10 (control plane in linkerd)` */
export function headline(plan: RestartPlan): string {
  const { workloads, upToDate, expect, from } = plan;
  const pods = workloads.reduce((sum, one) => sum + one.pods, 0);
  const to = expect === '' ? '' : `, proxies to ${expect} (${from})`;
  const current = upToDate === 0 ? '' : `; ${upToDate} up to date`;
  if (workloads.length === 0) {
    const at = expect === '' ? '' : ` at ${expect}`;
    return upToDate === 0
      ? 'Nothing to restart'
      : `Nothing to restart: ${counted(upToDate, 'workload')} up to date${at}`;
  }
  return `Restart ${counted(workloads.length, 'workload')}, ${counted(pods, 'pod')}${to}${current}`;
}

function wavesText({ sizes, atOnce, workloads }: RestartPlan, waves: number): string {
  const canaries = Math.min(sizes.canary, workloads.length);
  const first = canaries > 0 && waves > 1 ? `, the first of ${canaries}` : '';
  return `${counted(waves, 'wave')}${first}; at most ${atOnce} at once`;
}

/** `stable-2.13.7`, or `2 stable-2.13.7, 1 stable-2.14.10` where they differ; `none` for pods without a proxy. */
export function versionsText(versions: readonly VersionCount[]): string {
  const named = versions.map(({ version, pods }) => ({ version: version || 'none', pods }));
  if (named.length === 1) return named[0]!.version;
  return named.map(({ version, pods }) => `${pods} ${version}`).join(', ') || 'none';
}

const remarkLines = (workload: PlannedWorkload) =>
  workload.remarks.map(({ level, text }) => {
    const mark = level === 'warning' ? '!' : '-';
    return `  ${mark} ${workloadName(workload)}: ${text}`;
  });

/** What is left for the same reason stands together: a mesh with many extensions or CronJobs tells each only once. */
function leftLines(left: readonly LeftOut[]): string[] {
  const reasons = new Map<string, LeftOut[]>();
  for (const one of left) {
    const known = reasons.get(one.why);
    if (known) known.push(one);
    else reasons.set(one.why, [one]);
  }
  return [...reasons].flatMap(([why, ones]) => [
    `  ${why}`,
    ...ones.map((one) => `    ${workloadName(one)}${one.version === '' ? '' : ` (${one.version})`}`),
  ]);
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : ['', title, ...lines];

function columns(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, at) =>
    rows.reduce((width, row) => Math.max(width, displayWidth(row[at] ?? '')), displayWidth(title)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - displayWidth(cell))))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)];
}
