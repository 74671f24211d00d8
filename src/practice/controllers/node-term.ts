import { expressionHolds, type LabelExpression } from '../../rollout/label-selector.ts';
import type { KubeObject } from '../kube-client.ts';

/** Whether a node satisfies one term of a required node affinity: its labels, and its name where `matchFields` asks for it. */
export function matchesNodeTerm(
  term: { matchExpressions?: readonly LabelExpression[]; matchFields?: readonly LabelExpression[] },
  node: KubeObject,
): boolean {
  const fields = { 'metadata.name': node.metadata.name };
  return (
    (term.matchExpressions ?? []).every((expression) =>
      expressionHolds(expression, node.metadata.labels ?? {}),
    ) && (term.matchFields ?? []).every((expression) => expressionHolds(expression, fields))
  );
}
