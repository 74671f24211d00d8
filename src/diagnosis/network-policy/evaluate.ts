/** One flow against the policies: is it let through, and what says so. */
import { directionText } from './describe.ts';
import { type Endpoint, type Flow, least, matchRule, type RuleMatch } from './matching.ts';
import { type Direction, fullName, type PolicyPod } from './model.ts';
import { type ForeignPolicy, type Match, match, type PolicyView } from './policy-view.ts';
import type { DirectionVerdict, Fitting, Outcome, Verdict, Why } from './verdict.ts';

/** Says whether a flow is let through, by the policies of both of its ends. */
export function evaluate(view: PolicyView, flow: Flow): Verdict {
  const { from, to } = flow;
  if ((from.type === 'pod' && from.pod.completed) || (to.type === 'pod' && to.pod.completed)) {
    return {
      outcome: 'undetermined',
      directions: [],
      text: 'a pod of it has ended, and takes part in nothing',
    };
  }
  const directions = [
    ...(from.type === 'pod' ? [oneDirection(view, 'Egress', from.pod, to, flow)] : []),
    ...(to.type === 'pod' ? [oneDirection(view, 'Ingress', to.pod, from, flow)] : []),
  ];
  const decides = deciding(directions);
  const foreign = foreignTo(view, flow);
  if (foreign !== undefined) {
    const where = foreign.namespace === '' ? foreign.name : fullName(foreign);
    return {
      outcome: 'undetermined',
      directions,
      text: `${foreign.kind} ${where} is not evaluated; of the NetworkPolicies alone: ${decides?.text ?? 'nothing'}`,
    };
  }
  return {
    outcome: decides?.outcome ?? 'allowed',
    directions,
    text: decides?.text ?? 'no pod is part of it',
  };
}

/** The gravest of them; of two that allow, the one that a rule allows. */
function deciding(directions: readonly DirectionVerdict[]): DirectionVerdict | undefined {
  const order: readonly Outcome[] = ['blocked', 'undetermined', 'cni-dependent', 'allowed'];
  const rank = ({ outcome, policies }: DirectionVerdict) =>
    order.indexOf(outcome) * 2 + Number(policies.length === 0);
  return [...directions].sort((a, b) => rank(a) - rank(b))[0];
}

function foreignTo(view: PolicyView, { from, to }: Flow): ForeignPolicy | undefined {
  const namespaces = [from, to].flatMap((end) => (end.type === 'pod' ? [end.pod.namespace] : []));
  return view.foreign.find(({ namespace }) => namespace === '' || namespaces.includes(namespace));
}

function oneDirection(
  view: PolicyView,
  direction: Direction,
  pod: PolicyPod,
  given: Endpoint,
  flow: Flow,
): DirectionVerdict {
  const selecting = view.selecting(pod, direction);
  const name = fullName(pod);
  const base = { direction, pod: name, policies: selecting.map(({ policy }) => fullName(policy)) };
  if (selecting.length === 0) {
    return {
      ...base,
      outcome: 'allowed',
      text: `${name} is not isolated for ${direction}: no policy selects it`,
    };
  }
  const other = direction === 'Ingress' ? elsewhere(given, pod) : given;
  if (other === undefined) {
    return { ...base, outcome: 'allowed', text: `${name} always takes in what comes from its own node` };
  }
  const found = selecting.map(({ policy, sure }) => ({
    policy,
    sure,
    best: closest(policy.rules[direction].map((rule) => matchRule(view, policy, rule, other, flow))),
  }));
  const { outcome, why } = outcomeOf(found, pod);
  const nearest = found.reduce((a, b) => (score(b) > score(a) ? b : a));
  const rule = nearest.best?.rule.type === 'rule' ? nearest.best.rule.path : undefined;
  return {
    ...base,
    outcome,
    ...(rule === undefined ? {} : { rule: `${fullName(nearest.policy)} ${rule}` }),
    text: directionText({ outcome, why, direction, flow, nearest, policies: base.policies, pod: name }),
  };
}

/** The other end without what comes from the pod's own node, which is always taken in; undefined where nothing is left. */
function elsewhere(end: Endpoint, { hostAddresses }: PolicyPod): Endpoint | undefined {
  if (end.type === 'pod') {
    const { hostNetwork, hostAddresses: its } = end.pod;
    return hostNetwork && its.some((one) => hostAddresses.includes(one)) ? undefined : end;
  }
  const addresses = end.addresses.filter((one) => !hostAddresses.includes(one));
  return end.addresses.length > 0 && addresses.length === 0 ? undefined : { ...end, addresses };
}

const fits = ({ peer, port }: RuleMatch) => least(peer, port) * 100 + peer * 10 + port;
const closest = (all: readonly RuleMatch[]) =>
  all.reduce<RuleMatch | undefined>((a, b) => (a === undefined || fits(b) > fits(a) ? b : a), undefined);
const score = ({ sure, best }: Fitting) => (best === undefined ? -1 : fits(best) - (sure ? 0 : 1000));
const level = ({ best }: Fitting): Match => (best === undefined ? match.no : least(best.peer, best.port));

function outcomeOf(
  found: readonly Fitting[],
  { hostNetwork }: PolicyPod,
): { readonly outcome: Outcome; readonly why: Why } {
  const sure = found.filter((each) => each.sure);
  // Where nobody knows whether any of them selects it, each must allow it alone.
  const allowed =
    sure.length > 0
      ? sure.some((each) => level(each) === match.yes)
      : found.every((each) => level(each) === match.yes);
  if (allowed) return { outcome: 'allowed', why: 'rule' };
  if (hostNetwork) return { outcome: 'undetermined', why: 'host network' };
  if (sure.length === 0) return { outcome: 'undetermined', why: 'unread' };
  if (sure.some((each) => level(each) === match.cni)) return { outcome: 'cni-dependent', why: 'plugin' };
  if (found.some((each) => level(each) !== match.no)) return { outcome: 'undetermined', why: 'unread' };
  return { outcome: 'blocked', why: 'rule' };
}
