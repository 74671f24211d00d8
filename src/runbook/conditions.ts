import type { Condition, ParameterSpec } from './model.ts';
import { inRange, toRange } from './versions.ts';

type Values = Readonly<Record<string, string | undefined>>;

const isVersion = (spec: ParameterSpec | undefined) =>
  spec?.type === 'version' || spec?.type === 'linkerd-version';

/**
 * Whether a condition holds for the values. A version parameter must be in one of the ranges, any other equal to one of
 * the values. A parameter without a value holds for nothing but the empty value.
 */
export function holds(condition: Condition, parameters: readonly ParameterSpec[], values: Values): boolean {
  const value = values[condition.parameter] ?? '';
  const spec = parameters.find((parameter) => parameter.name === condition.parameter);
  return condition.accepts.some((accepted) =>
    isVersion(spec) && value !== '' && toRange(accepted) !== undefined
      ? inRange(value, accepted)
      : accepted === value,
  );
}

/** The first condition that does not hold, or undefined where the step applies. */
export function unmet(
  when: readonly Condition[],
  parameters: readonly ParameterSpec[],
  values: Values,
): Condition | undefined {
  return when.find((condition) => !holds(condition, parameters, values));
}

/** E.g. `TO is >=2.12` or `METHOD is cli or helm`. */
export function describeCondition(condition: Condition): string {
  return `${condition.parameter} is ${condition.accepts.join(' or ')}`;
}
