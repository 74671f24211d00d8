/** The briefing: everything to be known before a session is started, as one text that scrolls. */
import type { Diagnostic, ParameterSpec, Runbook } from '../../runbook/model.ts';
import { span as duration } from '../../terminal/duration.ts';
import { besides, EMPTY_LINE, fitHeight, type Line, line, span } from '../../terminal/line.ts';
import { hideText, layoutField } from '../components/text-field.ts';
import type { Briefing } from '../services.ts';
import type { UiState } from '../ui-state.ts';
import { lacking, obstacle, parametersOf, shownValue } from '../update/briefing.ts';
import { isFoundOut } from '../words/parameters.ts';
import { requirementWords } from '../words/requirement.ts';
import {
  contentLines,
  diagnosticLines,
  parameterLines,
  requirementLines,
  stepLines,
  whereLines,
} from './briefing-parts.ts';
import { badge, headerLine, labelled, paragraph, type Room, stacked, windowed } from './parts.ts';

export function briefingHeader(ui: UiState, room: Room): Line {
  const state = ui.briefing!.briefing;
  if (state.type !== 'ready') return headerLine('Briefing', [span(ui.briefing!.file, 'quiet')], room);
  const { cluster, bundle } = state.value;
  const title = bundle.runbooks[bundle.root]?.title ?? state.value.file;
  const dry = ui.briefing!.mode === 'dry-run';
  const where =
    cluster?.name ?? (bundle.runbooks[bundle.root]?.needsCluster === false ? 'this machine' : 'no cluster');
  const right = [
    badge(dry ? 'DRY RUN' : cluster?.practice ? 'PRACTICE' : 'LIVE'),
    span(` ${where}`, 'strong'),
  ];
  return headerLine(`Briefing: ${title}`, right, room);
}

const needsValue = (parameter: ParameterSpec, runbook: Runbook): boolean =>
  parameter.optional !== true && !isFoundOut(parameter, runbook);

/** What is lacking, and whether to start all the same. */
function askedLines(briefing: Briefing, width: number): readonly Line[] {
  const list = lacking(briefing).map(({ what, status }) => `${what} (${requirementWords[status]})`);
  return [
    ...paragraph(`Not all that it needs is there: ${list.join(', ')}.`, width, 'warning', ' ').slice(0, 4),
    line(' Start all the same? The record will say so.', 'strong'),
  ];
}

/** Whether it can start, for the footer; what is being typed; or what is asked. */
export function briefingStatus(ui: UiState, room: Room): readonly Line[] {
  const { briefing: state, asking } = ui.briefing!;
  if (asking && state.type === 'ready') return askedLines(state.value, room.columns - 2);
  return [...valueHelp(ui, room), statusLine(ui, room)];
}

/** Above the field, so that it is not taken for what is in it: the choices, the help, how to get to the other values. */
function valueHelp(ui: UiState, { columns, glyphs }: Room): readonly Line[] {
  const { briefing: state, editing } = ui.briefing!;
  if (!editing || state.type !== 'ready') return [];
  const all = parametersOf(state.value);
  const parameter = all.find(({ name }) => name === editing.name);
  const help = parameter?.help ?? parameter?.ask;
  const moves = all.length > 1 ? [`${glyphs.up} ${glyphs.down} other values`] : [];
  const choices = parameter?.choices
    ? [`One of: ${parameter.choices.join(', ')} (Left and Right choose)`]
    : [];
  const parts = [...choices, ...(help === undefined ? [] : [`Help: ${help}`]), ...moves];
  return parts.flatMap((part) => paragraph(part, columns - 2, 'quiet', ' ')).slice(0, 5);
}

function statusLine(ui: UiState, room: Room): Line {
  const { briefing: state, starting, trouble, editing } = ui.briefing!;
  if (starting) return line(starting === 'live' ? ' Starting ...' : ' Starting the dry run ...', 'info');
  if (trouble) return line(` ${trouble.message} ${trouble.fix ?? ''}`, 'bad');
  if (state.type !== 'ready') return line(' Checking what the runbook needs ...', 'quiet');
  const briefing = state.value;
  if (editing) {
    const parameter = parametersOf(briefing).find((candidate) => candidate.name === editing.name);
    const draft = parameter?.type === 'secret' ? hideText(editing.draft, room.glyphs.secret) : editing.draft;
    return layoutField(draft, room.columns - 1, ` ${editing.name}:`);
  }
  const why = obstacle(briefing);
  if (why !== undefined) return line(` It cannot start: ${why}.`, 'bad');
  const open = parametersOf(briefing).filter(
    (parameter) =>
      needsValue(parameter, briefing.bundle.runbooks[briefing.bundle.root]!) &&
      shownValue(ui, parameter.name) === undefined,
  );
  const asks =
    open.length === 0 ? '' : ` It will ask for ${open.map((parameter) => parameter.name).join(', ')}.`;
  const missing = lacking(briefing);
  if (missing.length > 0)
    return line(
      ` Not all that it needs is there: ${missing.map((result) => result.what).join(', ')}.`,
      'warning',
    );
  return ui.briefing!.mode === 'dry-run'
    ? [span(' Ready for a dry run.', 'ok'), span(` What looks is run, changes are only shown.${asks}`)]
    : [span(' Ready.', 'ok'), span(` Every change is asked for before it runs.${asks}`)];
}

function document(
  ui: UiState,
  briefing: Briefing,
  width: number,
  room: Room,
  outline: boolean,
): readonly Line[] {
  const runbook = briefing.bundle.runbooks[briefing.bundle.root];
  const steps = runbook?.steps ?? [];
  const mistakes = [...briefing.diagnostics].sort((a, b) => a.severity.localeCompare(b.severity));
  const errors = mistakes.filter((found) => found.severity === 'error');
  const warnings = mistakes.filter((found) => found.severity === 'warning');
  const listed = (found: readonly Diagnostic[]): readonly Line[] =>
    stacked(...found.map((one) => diagnosticLines(briefing, one, width)));
  const estimate = runbook?.estimateMs;
  return stacked(
    ...(errors.length > 0
      ? [[line('The runbook does not start until this is mended', 'bad')], listed(errors)]
      : []),
    [
      ...whereLines(briefing, width),
      ...labelled(
        'Estimate',
        `${estimate === undefined ? 'not given' : `about ${duration(estimate)}`}, ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`,
        width,
      ),
      ...(runbook?.risks ?? []).flatMap((risk, index) =>
        labelled(index === 0 ? 'Risks' : '', risk, width, 'warning'),
      ),
      ...(runbook?.format === 'markdown'
        ? labelled('Format', 'plain Markdown: every shell block is a change that asks first', width)
        : []),
    ],
    requirementLines(briefing, width, room),
    parameterLines(ui, briefing, width, room),
    contentLines(runbook?.summary ?? [], width, room),
    outline ? stepLines(steps, width, room) : [],
    ...(warnings.length > 0 ? [[line('Not understood, or in doubt', 'warning')], listed(warnings)] : []),
  );
}

/** The body: one column, or from 110 columns on the outline beside it. */
export function briefingBody(ui: UiState, height: number, room: Room): readonly Line[] {
  const { briefing: state, scroll, file } = ui.briefing!;
  const margin = (lines: readonly Line[]): readonly Line[] => lines.map((row) => [span(' '), ...row]);
  if (state.type === 'loading') return margin(paragraph(`Reading ${file} ...`, room.columns - 2, 'quiet'));
  if (state.type === 'failed')
    return margin(
      stacked([line('The briefing could not be made.', 'bad')], paragraph(state.message, room.columns - 2)),
    );
  const wide = room.columns >= 110;
  if (!wide) {
    const lines = margin(document(ui, state.value, room.columns - 2, room, true));
    return windowed(lines, height, scroll, room.glyphs);
  }
  const right = Math.floor(room.columns * 0.38);
  const left = room.columns - right - 3;
  const steps = state.value.bundle.runbooks[state.value.bundle.root]?.steps ?? [];
  const lines = windowed(
    margin(document(ui, state.value, left - 2, room, false)),
    height,
    scroll,
    room.glyphs,
  );
  const outline = windowed(stepLines(steps, right, room), height, scroll, room.glyphs);
  return besides(
    [
      { lines: fitHeight(lines, height), width: left },
      { lines: outline.length === 0 ? [EMPTY_LINE] : outline, width: right },
    ],
    height,
    [span(` ${room.glyphs.bar} `, 'rule')],
    room.glyphs.cut,
  );
}
