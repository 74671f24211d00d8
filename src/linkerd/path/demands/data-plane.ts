/** What a hop asks of the data plane: proxies may be one line behind their control plane, never two. */
import { lineOf } from '../../version-order.ts';
import { crosses, every, lineName, type Rule, type RuledHop } from '../rule.ts';

/** The oldest line whose proxies the control plane after the hop can have. */
const oldestLine = ({ to }: RuledHop): number => lineOf(to)! - 1;

export const dataPlaneRules: readonly Rule[] = [
  {
    code: 'data-plane-too-old',
    weight: 'block',
    when: (hop) =>
      hop.first &&
      hop.facts.oldestProxy !== undefined &&
      (lineOf(hop.facts.oldestProxy) ?? 0) < oldestLine(hop),
    text: (hop) =>
      `Restart what still has older proxies first: ${hop.facts.oldestProxy} runs, and a control plane of ${lineName(hop.to)} is not made for proxies older than 2.${oldestLine(hop)}.`,
    pitfall: 'proxies-too-old',
  },
  {
    code: 'data-plane-too-old',
    weight: 'before',
    when: (hop) =>
      every(
        hop.first && hop.facts.oldestProxy === undefined,
        `If proxies older than 2.${oldestLine(hop)} run`,
      ),
    text: 'Restart their workloads first: proxies may be one line behind the control plane, never two.',
    pitfall: 'proxies-too-old',
  },
  {
    code: 'mesh-port',
    weight: 'before',
    when: (hop) => every(crosses(hop, 'edge-25.3.2'), 'If NetworkPolicies select meshed pods'),
    text: 'Let TCP port 4143 in between them: all traffic of the mesh goes there from 2.18 on. `handrail netpol --linkerd --target 2.18` says which flows are blocked.',
    pitfall: 'network-policy-blocks',
  },
  {
    code: 'data-plane-restart',
    weight: 'after',
    when: (hop) => hop.kind === 'major' && !hop.last,
    text: 'Restart every meshed workload before the next hop begins, and see that no older proxy is left: proxies may be one line behind the control plane, never two.',
    pitfall: 'data-plane-behind',
  },
  {
    code: 'data-plane-restart',
    weight: 'after',
    when: (hop) => hop.last,
    text: 'Restart the meshed workloads, so that they get the new proxy. It may wait, but not beyond the next upgrade.',
    pitfall: 'data-plane-behind',
  },
];
