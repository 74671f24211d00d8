/** What a list of connections cannot say by itself: what depends on the network plugin, and what is not evaluated. */
import { contains, parseAddress } from './addresses.ts';
import type { ListedPod } from './connectivity.ts';
import { blocksOf } from './external-ranges.ts';
import type { BlockPeer, Policy } from './model.ts';
import type { ForeignPolicy, PolicyView } from './policy-view.ts';

const MOST_NAMES = 3;

/** One sentence each, the same ones in the same order for the same input. */
export function remarksOn(
  view: PolicyView,
  pods: readonly ListedPod[],
  mixed: readonly string[],
): readonly string[] {
  const present = pods.filter(({ pod }) => !pod.completed);
  const host = present.filter(
    ({ pod }) =>
      pod.hostNetwork &&
      (['Ingress', 'Egress'] as const).some((direction) => view.selecting(pod, direction).length > 0),
  );
  return [
    ...(present.length === 0 ? ['There are no pods, so there is nothing to list'] : []),
    ...foreignRemarks(view.foreign),
    ...(view.unreadable.length === 0
      ? []
      : [`Not readable, and may let more through than is listed: ${some(view.unreadable)}`]),
    ...(host.length === 0
      ? []
      : [
          `${namesOf(host)}: on the network of its node; whether policies apply to it depends on the network plugin`,
        ]),
    ...blockRemarks(view.policies, present),
    ...(blocksOf(view.policies, 'Ingress').concat(blocksOf(view.policies, 'Egress')).some(isSix)
      ? ['There are ipBlocks of IPv6; only IPv4 is listed']
      : []),
    ...(mixed.length === 0
      ? []
      : [`${some(mixed)}: not all pods of it are alike; what is listed is what any of them may`]),
  ];
}

const isSix = ({ ranges }: BlockPeer) => ranges.some(({ family }) => family === 6);

function foreignRemarks(foreign: readonly ForeignPolicy[]): readonly string[] {
  if (foreign.length === 0) return [];
  const names = foreign
    .map(({ kind, namespace, name }) => `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`)
    .sort();
  return [`Not evaluated, and may change what is listed: ${some(names)}`];
}

/** An ipBlock speaks of what lies outside; where pods have such addresses, they are named. */
function blockRemarks(policies: readonly Policy[], pods: readonly ListedPod[]): readonly string[] {
  const addresses = pods.flatMap(({ peer, pod }) =>
    pod.hostNetwork ? [] : pod.addresses.flatMap((text) => ({ peer, address: parseAddress(text) })),
  );
  const blocks = new Map<string, BlockPeer>();
  for (const block of [...blocksOf(policies, 'Ingress'), ...blocksOf(policies, 'Egress')]) {
    blocks.set([block.cidr, ...block.except].join(' '), block);
  }
  return [...blocks.values()]
    .map((block) => {
      const inside = addresses.filter(
        ({ address }) => address !== undefined && block.ranges.some((range) => contains(range, address)),
      );
      if (inside.length === 0) return '';
      const means =
        block.except.length === 0 ? block.cidr : `${block.cidr} without ${block.except.join(', ')}`;
      return `CNI dependent: the ipBlock ${means} has the addresses of pods in it, of ${namesOf(inside)}; whether it means them depends on the network plugin`;
    })
    .filter((remark) => remark !== '')
    .sort();
}

const namesOf = (of: readonly { readonly peer: string }[]) =>
  some([...new Set(of.map(({ peer }) => peer))].sort());

const some = (names: readonly string[]): string =>
  names.length <= MOST_NAMES
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`;
