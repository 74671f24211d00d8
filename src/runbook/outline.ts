import { describeCondition } from './conditions.ts';
import { formatDuration } from './durations.ts';
import type { Action, Runbook } from './model.ts';
import { showControls } from './strip-controls.ts';

/** What was found in a file, line by line: sections, numbered steps, and the actions of each. Not made safe for a terminal. */
export function outline(runbook: Runbook): string[] {
  const lines = [runbook.title];
  let section = '';
  for (const step of runbook.steps) {
    const here = step.section.join(' / ');
    if (here !== section && here !== '') lines.push(`  ${here}`);
    section = here;
    const facts = [
      ...step.when.map((condition) => `if ${describeCondition(condition)}`),
      ...(step.estimateMs === undefined ? [] : [`about ${formatDuration(step.estimateMs)}`]),
    ];
    lines.push(`  ${step.number}. ${step.title}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}`);
    for (const action of step.actions) lines.push(`     ${describe(action)}`);
  }
  return lines;
}

function describe(action: Action): string {
  if (!('block' in action)) return action.kind === 'choose' ? 'choose' : `${action.kind} (${action.risk})`;
  const extras = (['preview', 'verify', 'undo'] as const).filter((role) => action[role]);
  const first = showControls(action.block.script).trim().split('\n');
  const more = first.length > 1 ? ` … ${first.length} lines` : '';
  return `${action.risk}: ${first[0]}${more}${extras.length > 0 ? ` (${extras.join(', ')})` : ''}`;
}
