import { stripControls } from '../../runbook/strip-controls.ts';
import { span } from '../../terminal/duration.ts';
import type { Briefing } from '../services.ts';
import { excerpt } from '../words/excerpt.ts';
import { withoutValue } from '../words/parameters.ts';
import { requirementWords } from '../words/requirement.ts';

/** Steps that are listed; nobody reads more of them before the start. */
const mostSteps = 200;

/** The briefing as text: what, where, risks, what is needed, values, mistakes of the runbook, its steps. No colour, no width. */
export function briefingText(briefing: Briefing): string {
  const { bundle, cluster, clusterProblem } = briefing;
  const runbook = bundle.runbooks[bundle.root];
  const steps = runbook?.steps ?? [];
  const estimate = runbook?.estimateMs === undefined ? 'not given' : `about ${span(runbook.estimateMs)}`;
  const where = cluster
    ? `${cluster.practice ? 'PRACTICE' : 'LIVE'} ${cluster.name} (context ${cluster.context}, ${cluster.server})`
    : runbook?.needsCluster === false
      ? 'this machine: the runbook needs no cluster'
      : (clusterProblem?.message ?? 'no cluster');
  const lines = [
    `Briefing: ${runbook?.title ?? briefing.file}`,
    `  where     ${where}`,
    ...(cluster || !clusterProblem || runbook?.needsCluster === false
      ? []
      : [`            ${clusterProblem.fix}`]),
    `  estimate  ${estimate}, ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`,
    ...(runbook?.risks ?? []).map((risk) => `  risk      ${risk}`),
    ...briefing.requirements.flatMap((result) => [
      `  needs     ${result.what}: ${requirementWords[result.status]}${result.detail === '' ? '' : `, ${result.detail}`}`,
      ...(result.status === 'ok' || result.fix === undefined ? [] : [`            ${result.fix}`]),
    ]),
    ...valueLines(briefing),
    ...steps.slice(0, mostSteps).map((step) => `  step ${String(step.number).padStart(3)}  ${step.title}`),
    ...(steps.length > mostSteps ? [`  … and ${steps.length - mostSteps} more`] : []),
    ...mistakeLines(briefing),
  ];
  return `${lines.map(stripControls).join('\n')}\n`;
}

function valueLines({ bundle, values, refused }: Briefing): readonly string[] {
  const runbook = bundle.runbooks[bundle.root]!;
  return [
    ...runbook.parameters.map((parameter) => {
      const value = values[parameter.name];
      if (value === undefined) return `  value     ${parameter.name}: ${withoutValue(parameter, runbook)}`;
      return `  value     ${parameter.name}=${parameter.type === 'secret' ? '(secret, set)' : value}`;
    }),
    ...refused.map(({ name, message }) => `  refused   ${name}: ${message}`),
  ];
}

function mistakeLines(briefing: Briefing): readonly string[] {
  return briefing.diagnostics.flatMap((found) => {
    const { where, source, carets } = excerpt(briefing.bundle, found);
    return [
      `  ${found.severity.padEnd(8)}  ${where} ${found.message} (${found.rule})`,
      ...(source === undefined ? [] : [`      ${source}`, `      ${carets}`]),
      ...(found.expected === undefined ? [] : [`      expected: ${found.expected}`]),
      ...(found.suggestion === undefined ? [] : [`      try: ${found.suggestion}`]),
    ];
  });
}
