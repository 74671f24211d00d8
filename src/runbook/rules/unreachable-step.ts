import type { Condition, ParameterSpec, Step } from '../model.ts';
import { checkValue } from '../parameters.ts';
import type { Report } from '../report.ts';
import { oneOf } from '../suggest.ts';
import { compatible, inRange, toRange, toSemver } from '../versions.ts';

/** Conditions that no values of the parameters can make true, alone or together. */
export function unreachableSteps(
  steps: readonly Step[],
  parameters: readonly ParameterSpec[],
  report: Report,
): void {
  const told = new Set<number>();
  for (const step of steps) {
    for (const spec of parameters) {
      const conditions = step.when.filter((condition) => condition.parameter === spec.name);
      const last = conditions.at(-1);
      if (!last || told.has(last.place.offset)) continue;
      const problem = impossible(conditions, spec);
      if (!problem) continue;
      told.add(last.place.offset);
      report(
        'unreachable-step',
        last.place.offset,
        last.place.endOffset,
        `"${step.title}" can never be reached: ${problem}`,
        {
          ...(spec.choices ? { expected: oneOf(spec.choices) } : {}),
        },
      );
    }
  }
}

function impossible(conditions: readonly Condition[], spec: ParameterSpec): string | undefined {
  if (spec.type === 'version' || spec.type === 'linkerd-version') {
    const readable = conditions.every(({ accepts }) =>
      accepts.every((range) => toRange(range) !== undefined),
    );
    if (!readable) return undefined;
    const own = spec.range === undefined || toRange(spec.range) === undefined ? [] : [spec.range];
    return anyTogether(
      conditions.map(({ accepts }) => accepts),
      own,
    )
      ? undefined
      : `no ${spec.name} is ${conditions.map(({ accepts }) => oneOf(accepts)).join(' and ')}${own[0] ? ` and ${own[0]}` : ''}`;
  }
  const [first, ...others] = conditions.map(({ accepts }) => accepts);
  const common = first!.filter((value) => others.every((values) => values.includes(value)));
  if (common.length === 0)
    return `${spec.name} cannot be ${conditions.map(({ accepts }) => oneOf(accepts)).join(' and ')} at once`;
  if (common.some((value) => (value === '' && spec.optional) || checkValue(spec, value).ok)) return undefined;
  return `${spec.name} is never ${oneOf(common)}`;
}

/** Whether one range of each condition can be had at the same time. Exact versions are tried, ranges are intersected. */
function anyTogether(conditions: readonly (readonly string[])[], chosen: readonly string[]): boolean {
  const [first, ...rest] = conditions;
  if (!first) return possible(chosen);
  return first.some((range) => possible([...chosen, range]) && anyTogether(rest, [...chosen, range]));
}

function possible(ranges: readonly string[]): boolean {
  const exact = ranges.find((range) => toSemver(range) !== undefined && /^v?\d+\.\d+\.\d+$|-/.test(range));
  return exact ? ranges.every((range) => inRange(exact, range) || range === exact) : compatible(ranges);
}
