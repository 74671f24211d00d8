import { matchesLabels } from '../../rollout/label-selector.ts';
import { quantity } from '../../rollout/quantities.ts';
import type { KubeObject } from '../kube-client.ts';
import { matchesNodeTerm } from './node-term.ts';

type Spec = KubeObject['spec'];

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}
interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== '' && toleration.effect !== taint.effect) {
    return false;
  }
  if (toleration.key === undefined || toleration.key === '') return toleration.operator === 'Exists';
  if (toleration.key !== taint.key) return false;
  return toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? '');
}

/** Whether a pod that is meant for nodes by their names is meant for this one; the scheduler sorts the others out before it looks. */
function named(spec: Spec, name: string): boolean {
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const fields = terms.flatMap((term: Spec) => term.matchFields ?? []);
  if (fields.length === 0 || fields.length < terms.length) return true;
  return fields.some((field: Spec) => field.key === 'metadata.name' && field.values?.includes(name));
}

/** Why a pod with this spec may not be placed on a node, resources aside, in the scheduler's words; undefined where it may. */
export function fitsNode(spec: Spec, node: KubeObject): string | undefined {
  if (spec.nodeName !== undefined && spec.nodeName !== node.metadata.name) {
    return "node(s) didn't match the requested node name";
  }
  if (!named(spec, node.metadata.name)) return "node(s) didn't satisfy plugin(s) [NodeAffinity]";
  const tolerations: Toleration[] = spec.tolerations ?? [];
  const taints: Taint[] = [...(node.spec?.taints ?? [])];
  if (node.spec?.unschedulable === true) {
    const cordoned = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
    if (!tolerations.some((each) => tolerates(each, cordoned))) return 'node(s) were unschedulable';
  }
  for (const taint of taints) {
    if (taint.effect === 'PreferNoSchedule' || taint.key === 'node.kubernetes.io/unschedulable') continue;
    if (!tolerations.some((each) => tolerates(each, taint))) {
      return `node(s) had untolerated taint(s)`;
    }
  }
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const affine =
    terms === undefined ||
    terms.some((term: Parameters<typeof matchesNodeTerm>[0]) => matchesNodeTerm(term, node));
  if (!affine || !matchesLabels(spec.nodeSelector ?? {}, node.metadata.labels)) {
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
export function requestsOf(spec: Spec): Load {
  const of = (container: Spec, what: string) => quantity(container.resources?.requests?.[what]);
  const total = (what: string) => {
    const inits: Spec[] = spec.initContainers ?? [];
    const sidecars = inits.filter((each) => each.restartPolicy === 'Always');
    const sum = [...(spec.containers ?? []), ...sidecars].reduce((all, each) => all + of(each, what), 0);
    return Math.max(sum, ...inits.map((each) => of(each, what)), 0);
  };
  return { cpu: total('cpu'), memory: total('memory'), pods: 1 };
}
