/** Label selectors, as the API machinery matches them (apimachinery `labels.Requirement`). */

type Labels = Readonly<Record<string, string>>;

/** One requirement. `Gt` and `Lt` stand in node affinities only; the API server refuses them in a label selector. */
export interface LabelExpression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A selector as it stands in objects. */
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly LabelExpression[];
}

/** Whether labels meet one requirement; an operator that is not known is never met. */
export function expressionHolds({ key, operator, values = [] }: LabelExpression, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** Whether all pairs are among the labels, as a Service or a `nodeSelector` selects. An empty map selects all. */
export function matchesLabels(wanted: Labels, labels: Labels = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** Whether a LabelSelector takes these labels. An empty one takes everything, one that is not there nothing. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    matchesLabels(matchLabels, labels) &&
    matchExpressions.every((expression) => expressionHolds(expression, labels))
  );
}
