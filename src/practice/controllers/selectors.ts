import type { KubeObject } from '../kube-client.ts';

type Labels = Readonly<Record<string, string>>;
interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}
interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly Expression[];
}

function holds({ key, operator, values = [] }: Expression, labels: Labels): boolean {
  const value = labels[key];
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
  for (const key in wanted) if (labels[key] !== wanted[key]) return false;
  return true;
}

/** Whether a LabelSelector takes these labels. An empty one takes everything, a missing one nothing. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (selector === undefined) return false;
  return (
    matchesLabels(selector.matchLabels ?? {}, labels) &&
    (selector.matchExpressions ?? []).every((expression) => holds(expression, labels))
  );
}

/** Whether a node satisfies one term of a required node affinity: its labels, and its name where `matchFields` asks for it. */
export function matchesNodeTerm(
  term: { matchExpressions?: readonly Expression[]; matchFields?: readonly Expression[] },
  node: KubeObject,
): boolean {
  const fields = { 'metadata.name': node.metadata.name };
  return (
    (term.matchExpressions ?? []).every((expression) => holds(expression, node.metadata.labels ?? {})) &&
    (term.matchFields ?? []).every((expression) => holds(expression, fields))
  );
}
