import type { ParameterSpec, Runbook } from '../../runbook/model.ts';

/** Whether a look of the runbook finds the value out, so that it is not asked for at the start. */
export const isFoundOut = (parameter: ParameterSpec, runbook: Runbook): boolean =>
  runbook.steps.some((step) =>
    step.actions.some((action) => 'block' in action && action.block.capture === parameter.name),
  );

/** What a briefing says of a parameter without a value. */
export function withoutValue(parameter: ParameterSpec, runbook: Runbook): string {
  if (isFoundOut(parameter, runbook)) return 'found out on the way';
  if (parameter.default !== undefined) return `default ${parameter.default}`;
  if (parameter.optional) return 'none';
  return parameter.choices ? `asked for on the way: ${parameter.choices.join(', ')}` : 'asked for on the way';
}
