/** Whether a pod may be placed on a node, and what it takes up there: as the scheduler looks at taints, labels and requests. */
import { type Json, record, records, text, textMap, texts } from './json.ts';
import { expressionHolds, type LabelExpression, matchesLabels } from './label-selector.ts';
import { quantity } from './quantities.ts';

/** What is read of a Node. */
export interface NodeLike {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: unknown;
}

function tolerates(toleration: Json, taint: Json): boolean {
  const effect = text(toleration.effect);
  if (effect !== '' && effect !== text(taint.effect)) return false;
  const key = text(toleration.key);
  if (key === '') return toleration.operator === 'Exists';
  if (key !== text(taint.key)) return false;
  return toleration.operator === 'Exists' || text(toleration.value) === text(taint.value);
}

/** The terms of a required node affinity; undefined where there is none. */
function termsOf(spec: Json): readonly Json[] | undefined {
  const { requiredDuringSchedulingIgnoredDuringExecution: required } = record(
    record(spec.affinity).nodeAffinity,
  );
  const { nodeSelectorTerms } = record(required);
  return nodeSelectorTerms === undefined ? undefined : records(nodeSelectorTerms);
}

const expressionOf = (one: Json): LabelExpression => ({
  key: text(one.key),
  operator: text(one.operator),
  values: texts(one.values),
});

/** Whether a pod that is meant for nodes by their names is meant for this one; the scheduler sorts the others out before it looks. */
function isNamed(terms: readonly Json[], name: string): boolean {
  const fields = terms.flatMap((term) => records(term.matchFields));
  if (fields.length === 0 || fields.length < terms.length) return true;
  return fields.some((field) => field.key === 'metadata.name' && texts(field.values).includes(name));
}

/** Whether a node satisfies one term: by its labels, and by its name where `matchFields` asks for it. */
function holds(term: Json, { metadata }: NodeLike): boolean {
  return (
    records(term.matchExpressions).every((one) =>
      expressionHolds(expressionOf(one), metadata.labels ?? {}),
    ) &&
    records(term.matchFields).every((one) =>
      expressionHolds(expressionOf(one), { 'metadata.name': metadata.name }),
    )
  );
}

/** Why a pod with this spec may not be placed on a node, resources aside, in the scheduler's words; undefined where it may. */
export function fitsNode(spec: Json, node: NodeLike): string | undefined {
  const { name, labels } = node.metadata;
  if (spec.nodeName !== undefined && spec.nodeName !== name) {
    return "node(s) didn't match the requested node name";
  }
  const terms = termsOf(spec);
  if (!isNamed(terms ?? [], name)) return "node(s) didn't satisfy plugin(s) [NodeAffinity]";
  const tolerations = records(spec.tolerations);
  const { taints, unschedulable } = record(node.spec);
  if (unschedulable === true) {
    const cordoned = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
    if (!tolerations.some((each) => tolerates(each, cordoned))) return 'node(s) were unschedulable';
  }
  for (const taint of records(taints)) {
    if (taint.effect === 'PreferNoSchedule' || taint.key === 'node.kubernetes.io/unschedulable') continue;
    if (!tolerations.some((each) => tolerates(each, taint))) return 'node(s) had untolerated taint(s)';
  }
  const affine = terms === undefined || terms.some((term) => holds(term, node));
  if (!affine || !matchesLabels(textMap(spec.nodeSelector), labels)) {
    return "node(s) didn't match Pod's node affinity/selector";
  }
  return undefined;
}

/** What pods take up: `cpu` in cores, `memory` in bytes. */
export interface Load {
  cpu: number;
  memory: number;
  pods: number;
}

/** What a pod asks for: the sum of its containers and sidecars, or its largest init container. */
export function requestsOf(spec: Json): Load {
  const of = (container: Json, what: string) => quantity(record(record(container.resources).requests)[what]);
  const inits = records(spec.initContainers);
  const running = [...records(spec.containers), ...inits.filter((each) => each.restartPolicy === 'Always')];
  const total = (what: string) => {
    const sum = running.reduce((all, each) => all + of(each, what), 0);
    return Math.max(sum, ...inits.map((each) => of(each, what)), 0);
  };
  return { cpu: total('cpu'), memory: total('memory'), pods: 1 };
}
