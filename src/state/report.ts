/** The record of a session as Markdown for a ticket: another fold over the journal. Secrets are not in the journal. */
import type { RunbookBundle, Step } from '../runbook/model.ts';
import { clockTime, endingText, leftBehindText, succeeded } from './ending.ts';
import { code, fenced, plain } from './markdown-text.ts';
import { summary } from './position.ts';
import { diagnoses } from './report-diagnoses.ts';
import { plans } from './report-plans.ts';
import { stepTitle, time } from './report-words.ts';
import type { CommandRun, Frame, SessionState, StepState } from './session.ts';

/** The whole report. It ends with a newline. */
export function report(session: SessionState, bundle: RunbookBundle): string {
  const frames = [...session.stack, ...session.left].sort((one, other) => one.id - other.id);
  const sections = [
    `# ${plain(session.title)}`,
    facts(session, bundle),
    `## Steps\n\n${frames.map((frame) => steps(session, bundle, frame)).join('\n\n')}`,
    section('What did not go as written', deviations(session, bundle, frames)),
    section(
      'Notes',
      session.notes.map((note) => {
        const where = note.at ? ` (${plain(stepTitle(bundle, frames, note.at))})` : '';
        return `- ${time(note.time)}, ${plain(note.operator.user)}${where}: ${plain(note.text)}`;
      }),
    ),
    section('Diagnoses', diagnoses(session, bundle, frames)),
    section('Plans and what came of them', plans(bundle, frames)),
    section('Parameters', parameters(session)),
    section(
      'Commands',
      Object.values(session.runs)
        .filter((run) => !isQuiet(run))
        .map((run) => command(run, bundle, frames)),
    ),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `## ${title}\n\n${lines.join('\n').trimEnd()}`;
}

function facts(session: SessionState, bundle: RunbookBundle): string {
  const { outcome, position, durationMs, changes } = summary(session, bundle);
  const { cluster } = session;
  const rows: readonly (readonly [string, string])[] = [
    ['Outcome', `${outcome}, ${plain(position)}`],
    ['Mode', session.mode === 'live' ? 'live' : 'dry run: changes were shown, not run'],
    [
      'Cluster',
      cluster
        ? `${plain(cluster.name)}${cluster.practice ? ' (practice)' : ''}, ${code(cluster.server)}, context ${code(cluster.context)}, UID ${code(cluster.uid)}`
        : 'none',
    ],
    ['Who', session.operators.map((one) => plain(`${one.user} on ${one.host}`)).join(', ')],
    [
      'When',
      `${time(session.startedAt)} to ${time(session.updatedAt)}, ${clockTime(durationMs)}${resumed(session.resumes)}${session.unattended ? ', unattended' : ''}`,
    ],
    ['Changes run', `${changes.run}${changes.failed > 0 ? `, ${changes.failed} without success` : ''}`],
    ['Runbook', `${code(session.file)}, SHA-256 ${code(session.bundleHash.slice(0, 12))}`],
    ['Handrail', code(session.version)],
    ['Session', code(session.id)],
  ];
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}

function resumed(times: number): string {
  if (times === 0) return '';
  return times === 1 ? ', resumed once' : `, resumed ${times} times`;
}

const outcomes: Record<StepState['status'], string> = {
  pending: 'not begun',
  current: 'begun',
  done: 'done',
  'done-by-hand': 'done by hand',
  skipped: 'skipped',
  'not-applicable': 'does not apply',
};

function steps(session: SessionState, bundle: RunbookBundle, frame: Frame): string {
  const all = bundle.runbooks[frame.file]?.steps ?? [];
  const walked = all.filter((step) => frame.only === undefined || step.id === frame.only);
  const title = bundle.runbooks[frame.file]?.title ?? frame.file;
  const name = frame.visit === undefined ? `Branch: ${title}` : frame.why;
  const heading = frame.from ? [`### ${plain(name)}`, ''] : [];
  if (walked.length === 0) return [...heading, 'It has no steps.'].join('\n');
  const rows = walked.map((step) => {
    const state = frame.steps[step.id];
    const runs = runsOf(session, state);
    const passed = runs.filter(isQuiet).length;
    const codes = runs.filter((run) => !isQuiet(run)).map(exitText);
    if (passed > 0) codes.push(`${passed} × 0 (probe)`);
    const cells = [
      String(step.number),
      plain(step.title),
      outcomes[state?.status ?? 'pending'],
      state?.enteredAt === undefined ? '' : time(state.enteredAt),
      took(state),
      codes.join(', '),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    ...heading,
    '| # | Step | Outcome | Begun | Took | Exit codes |',
    '|--:|---|---|---|--:|---|',
    ...rows,
  ].join('\n');
}

function took(state: StepState | undefined): string {
  if (state?.enteredAt === undefined || state.endedAt === undefined) return '';
  return clockTime(Date.parse(state.endedAt) - Date.parse(state.enteredAt));
}

function runsOf(session: SessionState, state: StepState | undefined): CommandRun[] {
  return Object.values(state?.actions ?? {}).flatMap(({ runs }) =>
    runs.flatMap((run) => session.runs[run] ?? []),
  );
}

/** A soak has hundreds of probes that passed: they are counted, not listed. */
function isQuiet(run: CommandRun): boolean {
  return run.purpose === 'probe' && succeeded(run);
}

function exitText(run: CommandRun): string {
  const { ending } = run;
  const what = run.purpose === 'change' || run.purpose === 'look' ? '' : ` (${run.purpose})`;
  switch (ending?.type) {
    case undefined:
      return `running${what}`;
    case 'exited':
      return `${ending.code}${what}`;
    case 'killed':
      return `${plain(ending.signal)}${what}`;
    case 'not-started':
      return `not started${what}`;
    case 'unknown':
      return `unknown${what}`;
  }
}

/** Skips, work by hand, failures, outcomes nobody saw, branches, files that changed: in the order of the walk. */
function deviations(session: SessionState, bundle: RunbookBundle, frames: readonly Frame[]): string[] {
  const lines: string[] = [];
  for (const frame of frames) {
    const runbook = bundle.runbooks[frame.file];
    if (frame.from && !(frame.visit !== undefined && frame.outcome === 'finished')) {
      const from = plain(stepTitle(bundle, frames, frame.from));
      const end = frame.outcome === undefined ? 'not left yet' : frame.outcome;
      const way =
        frame.via === undefined ? 'Branch taken' : frame.visit === undefined ? 'Way chosen' : 'Begun';
      lines.push(`- ${way} from ${from}: ${plain(frame.why)} (${end}).`);
    }
    for (const step of runbook?.steps ?? []) {
      const state = frame.steps[step.id];
      if (state) lines.push(...stepDeviations(session, step, state));
    }
  }
  for (const file of Object.keys(session.changes)) {
    lines.push(`- ${code(file)} changed on disk during the session. The session kept to its own copy.`);
  }
  return lines;
}

function stepDeviations(session: SessionState, step: Step, state: StepState): string[] {
  const lines: string[] = [];
  const name = plain(step.title);
  for (const run of runsOf(session, state)) {
    if (run.purpose === 'preview' || run.ending === undefined) continue;
    if (run.settled) {
      const by = run.settled.by === 'verify' ? 'its verify' : 'the operator';
      const how = run.settled.done ? 'done' : 'not done';
      lines.push(
        `- ${name}: nobody saw how the ${run.purpose} ended; ${by} settled it as ${how}. ${plain(run.settled.note)}`.trimEnd(),
      );
    } else if (!(run.ending.type === 'exited' && run.ending.ok)) {
      lines.push(`- ${name}: the ${run.purpose} ${plain(endingText(run))}.`);
    } else if (run.purpose === 'undo') {
      lines.push(`- ${name}: the change was undone.`);
    }
  }
  for (const action of Object.values(state.actions)) {
    if (action.ended && !action.ended.ok) lines.push(`- ${name}: ${plain(action.ended.detail)}`);
  }
  if (state.status === 'skipped') lines.push(`- ${name}: skipped. ${plain(state.remark ?? '')}`);
  if (state.status === 'done-by-hand') lines.push(`- ${name}: done by hand. ${plain(state.remark ?? '')}`);
  return lines;
}

function parameters(session: SessionState): string[] {
  return Object.entries(session.parameters).map(([name, { value, source }]) => {
    const shown = value === undefined ? 'a secret, not kept' : code(value);
    return `- ${code(name)}: ${shown} (${source})`;
  });
}

function command(run: CommandRun, bundle: RunbookBundle, frames: readonly Frame[]): string {
  const title = plain(stepTitle(bundle, frames, run));
  const head = `- ${time(run.startedAt)} ${run.purpose} in ${title}: ${plain(endingText(run))}`;
  const left = leftBehindText(run);
  return `${head}${left === undefined ? '' : `. ${left}`}\n\n${fenced(run.script, '  ')}\n`;
}
