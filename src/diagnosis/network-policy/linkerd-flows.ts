/** Every flow that Linkerd needs against the policies: which pods it is about, the verdict, and what would let it through. */
import type { Subject } from '../finding.ts';
import { grouped } from '../grouped.ts';
import type { ControlPlane, View } from '../view.ts';
import { askFor } from './ask-for.ts';
import { evaluate } from './evaluate.ts';
import type { LinkerdFlow, Need, Side } from './linkerd-model.ts';
import { linkerdNeeds } from './linkerd-needs.ts';
import type { Endpoint, Flow } from './matching.ts';
import { endOf, meshedPods, workloadsOf } from './mesh-pods.ts';
import { meshPortFlows } from './mesh-ports.ts';
import { classKey, type Telling, tellingOf } from './pod-classes.ts';
import type { PolicyView } from './policy-view.ts';

/** All flows of a control plane, as a release 2.`line` needs them. */
export function linkerdFlows(
  view: View,
  policies: PolicyView,
  plane: ControlPlane,
  line: number,
): readonly LinkerdFlow[] {
  const telling = tellingOf(policies.policies);
  const needs = linkerdNeeds(view, plane, line);
  const known = new Map<Side, readonly EndClass[]>();
  const classes: Classes = (side, nodes) => {
    if (nodes) return classesOf(side, telling, true);
    const before = known.get(side) ?? classesOf(side, telling, false);
    known.set(side, before);
    return before;
  };
  return [
    ...needs.flatMap((need) => flowsOf(policies, need, classes)),
    ...meshPortFlows(policies, meshedPods(view, plane), plane, line),
  ];
}

/** The classes of one side; several needs have the same one. */
type Classes = (side: Side, nodes: boolean) => readonly EndClass[];

function flowsOf(view: PolicyView, need: Need, classes: Classes): readonly LinkerdFlow[] {
  const from = classes(need.from, need.to.type === 'outside');
  const to = classes(need.to, need.from.type === 'outside');
  return need.ports.flatMap(({ protocol, port }) =>
    from.flatMap((source) =>
      to
        .filter((destination) => !isSelf(source, destination))
        .map((destination): LinkerdFlow => {
          const flow: Flow = { from: source.end, to: destination.end, protocol, port };
          const verdict = evaluate(view, flow);
          return {
            group: need.group,
            from: need.from.name,
            to: need.to.name,
            protocol,
            port,
            outcome: verdict.outcome,
            verdict,
            sources: source.workloads,
            destinations: destination.workloads,
            breaks: need.breaks,
            asks: verdict.outcome === 'blocked' ? askFor(view, flow, verdict, need.from, need.to) : [],
          };
        }),
    ),
  );
}

interface EndClass {
  readonly end: Endpoint;
  readonly workloads: readonly Subject[];
  readonly component: string;
}

/** A component does not leave its own pod to ask itself. */
const isSelf = (a: EndClass, b: EndClass) => a.component !== '' && a.component === b.component;

/** Pods that are alike are one. Against what is no pod their nodes count, too. */
function classesOf(side: Side, telling: Telling, nodes: boolean): readonly EndClass[] {
  if (side.type === 'outside') return [{ end: side.endpoint, workloads: [], component: '' }];
  return grouped(side.pods, ({ pod, component }) =>
    [classKey(pod, telling), component, nodes ? pod.hostAddresses.join() : ''].join('\n'),
  ).map((pods) => ({
    end: endOf(pods[0]!),
    workloads: workloadsOf(pods),
    component: pods[0]!.component,
  }));
}
