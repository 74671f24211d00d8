/** Label selectors as they stand in policies, held to what the API server takes. */
import { record } from '../../rollout/json.ts';
import type { LabelExpression } from '../../rollout/label-selector.ts';
import { type Report, type Selector, type Unreadable, unreadable } from './model.ts';

const name = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const prefix = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** Reads one selector. A problem is told with the path to it, and then the whole of it is unreadable: it may select anything. */
export function readSelector(
  value: unknown,
  path: readonly PropertyKey[],
  report: Report,
): Selector | Unreadable {
  if (!isObject(value)) {
    report(path, 'a label selector is a mapping');
    return unreadable;
  }
  const problems: [readonly PropertyKey[], string][] = [];
  const { matchLabels = null, matchExpressions = null, ...rest } = record(value);
  for (const key of Object.keys(rest))
    problems.push([[...path, key], `a label selector has no field ${key}`]);
  const labels = readLabels(matchLabels, [...path, 'matchLabels'], problems);
  const expressions = readExpressions(matchExpressions, [...path, 'matchExpressions'], problems);
  for (const [where, message] of problems) report(where, message);
  if (problems.length > 0) return unreadable;
  return {
    type: 'selector',
    selector: { matchLabels: labels, matchExpressions: expressions },
    keys: [...Object.keys(labels), ...expressions.map(({ key }) => key)],
  };
}

type Problems = [readonly PropertyKey[], string][];

function readLabels(
  value: unknown,
  path: readonly PropertyKey[],
  problems: Problems,
): Readonly<Record<string, string>> {
  if (value === null) return {};
  if (!isObject(value)) {
    problems.push([path, 'matchLabels is a mapping of labels']);
    return {};
  }
  for (const [key, each] of Object.entries(record(value))) {
    const wrong = isKey(key) ? wrongValue(each) : `${JSON.stringify(key)} is no key of a label`;
    if (wrong !== undefined) problems.push([[...path, key], wrong]);
  }
  return record(value) as Readonly<Record<string, string>>;
}

function readExpressions(
  value: unknown,
  path: readonly PropertyKey[],
  problems: Problems,
): readonly LabelExpression[] {
  if (value === null) return [];
  if (!Array.isArray(value)) {
    problems.push([path, 'matchExpressions is a list']);
    return [];
  }
  return value.map((each: unknown, at) => {
    const { key, operator, values } = record(each);
    const wrong = wrongExpression(key, operator, values);
    if (wrong !== undefined) problems.push([[...path, at], wrong]);
    return { key: String(key), operator: String(operator), values: Array.isArray(values) ? values : [] };
  });
}

function wrongExpression(key: unknown, operator: unknown, values: unknown): string | undefined {
  if (typeof key !== 'string' || !isKey(key)) return 'an expression needs the key of a label';
  const list = values ?? [];
  if (!Array.isArray(list)) return 'values is a list';
  switch (operator) {
    case 'In':
    case 'NotIn':
      return list.length === 0 ? `${operator} needs values` : list.map(wrongValue).find(Boolean);
    case 'Exists':
    case 'DoesNotExist':
      return list.length > 0 ? `${operator} takes no values` : undefined;
    default:
      return 'the operator is In, NotIn, Exists or DoesNotExist';
  }
}

function isKey(key: string): boolean {
  const at = key.indexOf('/');
  if (at < 0) return name.test(key);
  return at <= 253 && prefix.test(key.slice(0, at)) && name.test(key.slice(at + 1));
}

const wrongValue = (value: unknown): string | undefined =>
  typeof value === 'string' && (value === '' || name.test(value))
    ? undefined
    : `${JSON.stringify(value)} is no value of a label`;

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
