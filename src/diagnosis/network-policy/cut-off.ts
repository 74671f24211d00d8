/** Whom blocked flows of Linkerd are about, and what shows it. */
import type { Evidence, Subject } from '../finding.ts';
import type { LinkerdFlow, NeedGroup } from './linkerd-model.ts';

/** What is blocked of a group, among all that the release needs. */
export interface Cut {
  readonly blocked: readonly LinkerdFlow[];
  readonly all: readonly LinkerdFlow[];
}

/**
 * Who is cut off: whoever begins the flow, or where that is no pod, whom it should reach. Where any pod may be at both ends, the pods that
 * the blocking policies are about: all others get through elsewhere.
 */
export function subjectsOf(group: NeedGroup, flows: readonly LinkerdFlow[]): readonly Subject[] {
  const all = flows.flatMap(({ sources, destinations, verdict: { directions } }) => {
    if (group === 'control-plane' || group === 'webhooks') return sources.length > 0 ? sources : destinations;
    return directions
      .filter(({ outcome }) => outcome === 'blocked')
      .flatMap(({ direction }) => (direction === 'Ingress' ? destinations : sources));
  });
  return [...new Map(all.map((one) => [`${one.kind} ${one.namespace}/${one.name}`, one])).values()];
}

/** Each direction that blocks one of them, with its policy and the rule that came closest: once for all who are kept from the same. */
export function tracesOf(flows: readonly LinkerdFlow[]): readonly Evidence[] {
  const traces = flows.flatMap(({ verdict, to, port }) =>
    verdict.directions
      .filter(({ outcome }) => outcome === 'blocked')
      .map(({ policies, rule, text }) => {
        const [policy, path] = rule?.split(' ') ?? [policies[0]];
        const evidence: Evidence = {
          kind: 'policy',
          ref: `NetworkPolicy ${policy}`,
          ...(path === undefined ? {} : { path }),
          value: text,
        };
        return { key: [policy, path, to, port].join(' '), evidence };
      }),
  );
  // The first of each is kept.
  return [...new Map([...traces].reverse().map(({ key, evidence }) => [key, evidence])).values()].reverse();
}

/** What stands for one end of flows that are blocked. */
export interface End {
  readonly name: string;
  readonly flows: readonly LinkerdFlow[];
}

/** One end of what is blocked: `every meshed pod` where it is each of them, else those workloads that it is. */
export function endsOf({ blocked, all }: Cut, end: 'from' | 'to'): readonly End[] {
  const needs = new Set(blocked.map(needOf));
  return unique(blocked.map((flow) => flow[end])).flatMap((name): readonly End[] => {
    const flows = blocked.filter((flow) => flow[end] === name);
    const workloads = workloadsAt(flows, end);
    const asked = all.filter((flow) => flow[end] === name && needs.has(needOf(flow)));
    if (workloads.length === workloadsAt(asked, end).length) return [{ name, flows }];
    return workloads.map((one) => ({
      name: one,
      flows: flows.filter((flow) => workloadsAt([flow], end).includes(one)),
    }));
  });
}

const needOf = ({ from, to, port, protocol }: LinkerdFlow) => JSON.stringify([from, to, port, protocol]);

const workloadsAt = (flows: readonly LinkerdFlow[], end: 'from' | 'to'): readonly string[] =>
  unique(
    flows
      .flatMap(({ sources, destinations }) => (end === 'from' ? sources : destinations))
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );

const unique = (all: readonly string[]): readonly string[] => [...new Set(all)];
