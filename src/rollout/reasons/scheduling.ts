import type { PodFacts } from '../model.ts';
import { type Case, doomedAfter, type Finding } from './finding.ts';

/** The scheduler tries again at once when something changes; after so long it needs somebody (kstatus gives 15 s). */
const SCHEDULING_MS = 15_000;

/** One cause for which nodes are ruled out. */
export interface SchedulingCause {
  readonly nodes: number;
  readonly cause: string;
}

const head = /^(?:running PreFilter plugin .*?: )?(\d+)\/(\d+) nodes are available:? ?/;

/** The causes in a scheduler's message (`0/3 nodes are available: 2 Insufficient cpu, 1 ...`), those of the most nodes first. */
export function schedulingCauses(message: string): readonly SchedulingCause[] {
  if (!head.test(message)) return [];
  // What follows the first sentence is about preemption and claims, not about nodes.
  const list = message.replace(head, '').replace(/\. .*$|\.$/, '');
  return list
    .split(/, (?=\d+ )|; (?=\d+ )/)
    .map((part) => {
      const [, count = '0', cause = part] = /^(\d+) (.*)$/.exec(part) ?? [];
      return { nodes: Number(count), cause: cause.replace(/^node\(s\) (?:had |were |didn.t )?/, words) };
    })
    .filter((each) => each.cause !== '')
    .sort((a, b) => b.nodes - a.nodes);
}

const words = (found: string) => (/didn.t/.test(found) ? 'does not ' : '');

const adviceRules: readonly (readonly [RegExp, string])[] = [
  [/Insufficient|Too many pods/i, 'Make room: add nodes, lower the requests, or remove what is not needed.'],
  [/unschedulable/i, 'Nodes are cordoned: uncordon one, or add nodes.'],
  [/taint/i, 'Nodes are tainted: look why (kubectl describe node), or add a toleration.'],
  [
    /volume|persistentvolumeclaim/i,
    'Look at the pod’s PersistentVolumeClaims: unbound, or bound in another zone.',
  ],
  [
    /affinity|selector|topology/i,
    'No node fits the pod’s selectors, affinity or topology spread: compare them with the nodes’ labels.',
  ],
  [/free ports/i, 'Its host port is taken on every node: an old pod must go first.'],
];

/** UNSCHEDULABLE and SCHEDULING_GATED, by the condition PodScheduled. */
export function schedulingFinding(pod: PodFacts, the: Case): Finding | undefined {
  const condition = pod.conditions.find((each) => each.type === 'PodScheduled' && each.status === 'False');
  if (condition === undefined || pod.node !== '') return undefined;
  const since = condition.changedAt ?? pod.createdAt;
  const common = {
    pod: pod.name,
    since,
    evidence: `Pod/${pod.name} status.conditions[PodScheduled].reason=${condition.reason}`,
  };
  if (condition.reason === 'SchedulingGated') {
    return {
      ...common,
      code: 'SCHEDULING_GATED',
      kind: 'transient',
      title: 'scheduling is gated',
      message: the.normal(condition.message),
      subject: '',
      advice: 'Whoever set the pod’s schedulingGates has to take them away.',
    };
  }
  if (condition.reason !== 'Unschedulable') return undefined;
  const causes = schedulingCauses(condition.message);
  const message = causes.map(({ nodes, cause }) => `${nodes} ${cause}`).join(', ');
  const [first] = causes;
  const main = first?.cause ?? condition.message;
  return {
    ...common,
    code: 'UNSCHEDULABLE',
    kind: doomedAfter(SCHEDULING_MS, since, the.now),
    title: 'no node fits',
    message: the.normal(message || condition.message),
    subject: first?.cause ?? '',
    advice:
      adviceRules.find(([pattern]) => pattern.test(main))?.[1] ??
      'Compare what the pod asks for with the nodes.',
  };
}
