/** The briefing: everything to be known before a session is started, as one text that scrolls. */
import type { Diagnostic, ParameterSpec, Step, StepContent } from '../../runbook/model.ts';
import { padEnd } from '../../terminal/text.ts';
import { besides, EMPTY_LINE, fitHeight, type Line, line, span, spreadLine } from '../components/line.ts';
import { hideText, layoutField } from '../components/text-field.tsx';
import { layoutMarkdown } from '../markdown/layout-markdown.ts';
import type { Briefing, RequirementResult } from '../services.ts';
import type { UiState } from '../ui-state.ts';
import { lacking, obstacle, parametersOf, shownValue } from '../update/briefing.ts';
import { span as duration } from '../words/duration.ts';
import { excerpt } from '../words/excerpt.ts';
import { badge, columnOf, headerLine, labelled, paragraph, type Room, stacked, windowed } from './parts.ts';

export function briefingHeader(ui: UiState, room: Room): Line {
  const state = ui.briefing!.briefing;
  if (state.type !== 'ready') return headerLine('Briefing', [span(ui.briefing!.file, 'quiet')], room);
  const { cluster, bundle } = state.value;
  const title = bundle.runbooks[bundle.root]?.title ?? state.value.file;
  const right = cluster
    ? [
        badge(ui.briefing!.mode === 'dry-run' ? 'DRY RUN' : cluster.practice ? 'PRACTICE' : 'LIVE'),
        span(` ${cluster.name}`, 'strong'),
      ]
    : [span('no cluster', 'quiet')];
  return headerLine(`Briefing: ${title}`, right, room);
}

/** Markdown of a step or a summary, code blocks included. */
export function contentLines(content: readonly StepContent[], width: number, room: Room): readonly Line[] {
  return stacked(
    ...content.map((part): readonly Line[] => {
      if (part.type === 'prose')
        return layoutMarkdown(part.nodes, width, {
          glyphs: room.glyphs,
          source: part.source,
          sourceOffset: part.nodes[0]?.position?.start.offset ?? 0,
        });
      if (part.type === 'code')
        return part.source
          .trimEnd()
          .split('\n')
          .map((row) => [span('  '), span(row, 'quiet')]);
      return [];
    }),
  );
}

function whereLines(briefing: Briefing, width: number): readonly Line[] {
  const { cluster, clusterProblem, bundle } = briefing;
  const runbook = bundle.runbooks[bundle.root];
  if (cluster)
    return labelled(
      'Where',
      `${cluster.practice ? 'PRACTICE' : 'LIVE'} ${cluster.name}, context ${cluster.context}, ${cluster.server}`,
      width,
    );
  if (runbook?.needsCluster === false)
    return labelled('Where', 'this machine: the runbook needs no cluster', width);
  return [
    ...labelled('Where', clusterProblem?.message ?? 'no cluster', width, 'bad'),
    ...(clusterProblem ? labelled('', clusterProblem.fix, width) : []),
  ];
}

function parameterLines(ui: UiState, briefing: Briefing, width: number, room: Room): readonly Line[] {
  const parameters = parametersOf(briefing);
  const strangers = briefing.refused.filter(({ name }) => !parameters.some((one) => one.name === name));
  const strange = strangers.flatMap(({ message }) => paragraph(message, width, 'bad'));
  if (parameters.length === 0) return strange;
  const names = columnOf(
    parameters.map((parameter) => parameter.name),
    24,
  );
  const editing = ui.briefing!.editing;
  return [
    line('Parameters', 'heading'),
    ...strange,
    ...parameters.flatMap((parameter): readonly Line[] => {
      const refused = briefing.refused.find((entry) => entry.name === parameter.name);
      const value = shownValue(ui, parameter.name);
      const mark = editing?.name === parameter.name ? room.glyphs.current : ' ';
      const head: Line = [
        span(`${mark} `, 'selected'),
        span(padEnd(parameter.name, names), 'strong'),
        span('  '),
        value === undefined
          ? span(parameter.optional ? 'none' : 'asked for on the way', 'quiet')
          : span(parameter.type === 'secret' ? '(secret, set)' : value, refused ? 'bad' : 'plain'),
        span(parameter.ask === undefined ? '' : `  ${parameter.ask}`, 'quiet'),
      ];
      return [head, ...(refused ? paragraph(refused.message, width, 'bad', '    ') : [])];
    }),
  ];
}

const requirementWords: Readonly<Record<RequirementResult['status'], string>> = {
  ok: 'ok',
  missing: 'missing',
  unsuitable: 'does not fit',
  denied: 'denied',
  unknown: 'could not be checked',
};

function requirementLines(briefing: Briefing, width: number, { glyphs }: Room): readonly Line[] {
  const { requirements } = briefing;
  if (requirements.length === 0) return [];
  const names = columnOf(
    requirements.map((result) => result.what),
    32,
  );
  return [
    line('Needed', 'heading'),
    ...requirements.flatMap((result): readonly Line[] => {
      const { status } = result;
      const style = status === 'ok' ? 'ok' : status === 'unknown' ? 'warning' : 'bad';
      const mark = status === 'ok' ? glyphs.done : status === 'unknown' ? glyphs.warning : glyphs.failed;
      return [
        [
          span(`${mark} `, style),
          span(padEnd(result.what, names, glyphs.cut)),
          span(`  ${requirementWords[status]}`, style),
          span(result.detail === '' ? '' : `  ${result.detail}`, 'quiet'),
        ],
        ...(status === 'ok' || result.fix === undefined ? [] : paragraph(result.fix, width, 'plain', '    ')),
      ];
    }),
  ];
}

/** A mistake with its place, the line it stands in, and what to write instead. */
export function diagnosticLines(briefing: Briefing, found: Diagnostic, width: number): readonly Line[] {
  const { where, source, carets } = excerpt(briefing.bundle, found);
  const style = found.severity === 'error' ? 'bad' : 'warning';
  return [
    [span(`${found.severity} `, style), span(where, 'strong'), span(` ${found.rule}`, 'quiet')],
    ...paragraph(found.message, width, 'plain', '  '),
    ...(source === undefined ? [] : [line(`  ${source}`, 'code'), line(`  ${carets}`, style)]),
    ...(found.expected === undefined ? [] : paragraph(`Expected: ${found.expected}`, width, 'plain', '  ')),
    ...(found.suggestion === undefined ? [] : paragraph(`Try: ${found.suggestion}`, width, 'ok', '  ')),
  ];
}

function stepLines(steps: readonly Step[], width: number): readonly Line[] {
  const digits = String(steps.length).length;
  return [
    line(steps.length === 1 ? '1 step' : `${steps.length} steps`, 'heading'),
    ...steps.map((step): Line => {
      const risks = step.actions.map((action) => action.risk);
      const worst = risks.includes('irreversible')
        ? 'irreversible'
        : risks.includes('change')
          ? 'change'
          : 'look';
      return spreadLine(
        [
          span(`${String(step.number).padStart(digits)} `, 'quiet'),
          span(padEnd(worst, 13), worst),
          span(step.title),
        ],
        step.estimateMs === undefined ? [] : [span(`~${duration(step.estimateMs)}`, 'quiet')],
        width,
      );
    }),
  ];
}

const needsValue = (parameter: ParameterSpec): boolean => parameter.optional !== true;

/** One line on whether it can start, for the footer. */
export function briefingStatus(ui: UiState, room: Room): Line {
  const { briefing: state, starting, trouble, editing } = ui.briefing!;
  if (starting) return line(starting === 'live' ? ' Starting ...' : ' Starting the dry run ...', 'info');
  if (trouble) return line(` ${trouble.message} ${trouble.fix ?? ''}`, 'bad');
  if (state.type !== 'ready') return line(' Checking what the runbook needs ...', 'quiet');
  const briefing = state.value;
  if (editing) {
    const parameter = parametersOf(briefing).find((candidate) => candidate.name === editing.name);
    const draft = parameter?.type === 'secret' ? hideText(editing.draft, room.glyphs.secret) : editing.draft;
    const choices = parameter?.choices
      ? `${room.glyphs.up}${room.glyphs.down} ${parameter.choices.join(', ')}`
      : '';
    const hint = choices === '' ? (parameter?.help ?? parameter?.ask ?? '') : choices;
    return layoutField(draft, room.columns - 1, ` ${editing.name}:`, hint);
  }
  const why = obstacle(briefing);
  if (why !== undefined) return line(` It cannot start: ${why}.`, 'bad');
  const open = parametersOf(briefing).filter(
    (parameter) => needsValue(parameter) && shownValue(ui, parameter.name) === undefined,
  );
  const asks =
    open.length === 0 ? '' : ` It will ask for ${open.map((parameter) => parameter.name).join(', ')}.`;
  const missing = lacking(briefing);
  if (missing.length > 0)
    return line(
      ` Not all that it needs is there: ${missing.map((result) => result.what).join(', ')}.`,
      'warning',
    );
  return [span(' Ready.', 'ok'), span(` Every change is asked for before it runs.${asks}`)];
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
    contentLines(runbook?.summary ?? [], width, room),
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
    outline ? stepLines(steps, width) : [],
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
  const outline = windowed(stepLines(steps, right), height, scroll, room.glyphs);
  return besides(
    [
      { lines: fitHeight(lines, height), width: left },
      { lines: outline.length === 0 ? [EMPTY_LINE] : outline, width: right },
    ],
    height,
    [span(` ${room.glyphs.bar} `, 'rule')],
  );
}
