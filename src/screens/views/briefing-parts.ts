/** The parts of a briefing: the text, the place, the values, what is needed, mistakes, steps. Pure. */
import type { Diagnostic, Step, StepContent } from '../../runbook/model.ts';
import { span as duration } from '../../terminal/duration.ts';
import { type Line, line, span, spreadLine } from '../../terminal/line.ts';
import { padEnd } from '../../terminal/text.ts';
import { layoutMarkdown } from '../markdown/layout-markdown.ts';
import type { Briefing } from '../services.ts';
import type { UiState } from '../ui-state.ts';
import { parametersOf, shownValue } from '../update/briefing.ts';
import { excerpt } from '../words/excerpt.ts';
import { withoutValue } from '../words/parameters.ts';
import { requirementWords } from '../words/requirement.ts';
import { columnOf, labelled, paragraph, type Room, stacked } from './parts.ts';

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

export function whereLines(briefing: Briefing, width: number): readonly Line[] {
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

export function parameterLines(ui: UiState, briefing: Briefing, width: number, room: Room): readonly Line[] {
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
        span(padEnd(parameter.name, names, room.glyphs.cut), 'strong'),
        span('  '),
        value === undefined
          ? span(withoutValue(parameter, briefing.bundle.runbooks[briefing.bundle.root]!), 'quiet')
          : span(parameter.type === 'secret' ? '(secret, set)' : value, refused ? 'bad' : 'plain'),
        span(parameter.ask === undefined ? '' : `  ${parameter.ask}`, 'quiet'),
      ];
      return [head, ...(refused ? paragraph(refused.message, width, 'bad', '    ') : [])];
    }),
  ];
}

export function requirementLines(briefing: Briefing, width: number, { glyphs }: Room): readonly Line[] {
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

export function stepLines(steps: readonly Step[], width: number, { glyphs }: Room): readonly Line[] {
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
          span(padEnd(worst, 13, ''), worst),
          span(step.title),
        ],
        step.estimateMs === undefined ? [] : [span(`~${duration(step.estimateMs)}`, 'quiet')],
        width,
        glyphs.cut,
      );
    }),
  ];
}
