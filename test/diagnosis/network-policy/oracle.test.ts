/**
 * The evaluator and the list against a second reading of the rules: thousands of small random clusters, each pair asked port by
 * port, by a function that knows nothing of classes, ranges, or the evaluator's model.
 */
import { expect, test } from 'vitest';
import { connectivity } from '../../../src/diagnosis/network-policy/connectivity.ts';
import { evaluate } from '../../../src/diagnosis/network-policy/evaluate.ts';
import type { Endpoint } from '../../../src/diagnosis/network-policy/matching.ts';
import { createPolicyView } from '../../../src/diagnosis/network-policy/policy-view.ts';
import type { Protocol } from '../../../src/diagnosis/network-policy/ports.ts';
import { readPod } from '../../../src/diagnosis/network-policy/read-pod.ts';
import { randomFrom } from '../../helpers/random.ts';
import { namespace, outside, policy } from './world.ts';

type Labels = Record<string, string>;
interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}
interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}
interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol?: string; port?: number | string; endPort?: number }[];
}
interface Spec {
  podSelector: Selector;
  policyTypes?: string[];
  ingress?: Rule[];
  egress?: Rule[];
}
interface Policy {
  metadata: { name: string; namespace: string };
  spec: Spec;
}
interface Pod {
  metadata: { namespace: string; name: string; labels: Labels };
  spec: { containers: { ports: { name: string; containerPort: number; protocol?: string }[] }[] };
}
/** A pod, or an address outside the cluster. */
type End = Pod | string;

// ---- the rules, as the documentation of Kubernetes tells them ----

const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, operator, values = [] }) => {
    const has = labels[key] !== undefined;
    const one = has && values.includes(labels[key]!);
    return operator === 'In' ? one : operator === 'NotIn' ? !one : operator === 'Exists' ? has : !has;
  });

const bitsOf = (address: string) =>
  address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
const isIn = (address: string, cidr: string): boolean => {
  const [base, length] = cidr.split('/') as [string, string];
  return bitsOf(address).slice(0, Number(length)) === bitsOf(base).slice(0, Number(length));
};

function letsThrough(world: World, { metadata }: Policy, rule: Rule, peers: Peer[] | undefined, ask: Ask) {
  const { other, to, port, protocol } = ask;
  const peerFits =
    !peers?.length ||
    peers.some(({ podSelector, namespaceSelector, ipBlock }) => {
      if (typeof other === 'string')
        return (
          ipBlock !== undefined &&
          isIn(other, ipBlock.cidr) &&
          !(ipBlock.except ?? []).some((each) => isIn(other, each))
        );
      if (ipBlock !== undefined) return false;
      const where = other.metadata.namespace;
      return (
        (namespaceSelector === undefined
          ? where === metadata.namespace
          : selects(namespaceSelector, world.namespaces[where]!)) &&
        (podSelector === undefined || selects(podSelector, other.metadata.labels))
      );
    });
  const portFits =
    !rule.ports?.length ||
    rule.ports.some((each) => {
      if ((each.protocol ?? 'TCP') !== protocol) return false;
      if (each.port === undefined) return true;
      if (typeof each.port === 'number') return each.port <= port && port <= (each.endPort ?? each.port);
      if (typeof to === 'string') return false;
      return to.spec.containers.some(({ ports }) =>
        ports.some(
          (of) => of.name === each.port && of.containerPort === port && (of.protocol ?? 'TCP') === protocol,
        ),
      );
    });
  return peerFits && portFits;
}

interface Ask {
  readonly other: End;
  readonly to: End;
  readonly port: number;
  readonly protocol: string;
}

function oneSide(world: World, direction: 'Ingress' | 'Egress', pod: End, ask: Ask): boolean {
  if (typeof pod === 'string') return true;
  const isolating = world.policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.metadata.namespace &&
      selects(spec.podSelector, pod.metadata.labels) &&
      (spec.policyTypes?.length
        ? spec.policyTypes.includes(direction)
        : direction === 'Ingress' || (spec.egress ?? []).length > 0),
  );
  return (
    isolating.length === 0 ||
    isolating.some((each) =>
      (direction === 'Ingress' ? each.spec.ingress : each.spec.egress)?.some((rule) =>
        letsThrough(world, each, rule, direction === 'Ingress' ? rule.from : rule.to, ask),
      ),
    )
  );
}

const allowed = (world: World, from: End, to: End, port: number, protocol: string): boolean =>
  oneSide(world, 'Egress', from, { other: to, to, port, protocol }) &&
  oneSide(world, 'Ingress', to, { other: from, to, port, protocol });

// ---- random clusters ----

interface World {
  namespaces: Record<string, Labels>;
  pods: (Pod & { readonly peer: string })[];
  policies: Policy[];
}

const addresses = [
  '0.0.0.0',
  '9.255.255.255',
  '10.0.0.0',
  '10.1.2.3',
  '10.255.255.255',
  '11.0.0.0',
  '203.0.113.7',
];
const ports = [1, 79, 80, 81, 443, 8080, 8085, 8090, 8091, 65_535];
const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

function worldOf(seed: number): World {
  const random = randomFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(of: readonly T[]): T => of[below(of.length)]!;
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: below(most + 1) }, make);
  const keys = ['app', 'tier'];
  const values = ['a', 'b', ''];
  const labels = (): Labels => Object.fromEntries(some(2, () => [pick(keys), pick(values)]));
  const selector = (): Selector => ({
    ...(below(2) ? { matchLabels: below(3) ? labels() : {} } : {}),
    ...(below(3)
      ? {}
      : {
          matchExpressions: some(2, () => {
            const operator = pick(['In', 'NotIn', 'Exists', 'DoesNotExist']);
            return {
              key: pick(keys),
              operator,
              ...(/In/.test(operator) ? { values: [pick(values), ...some(1, () => pick(values))] } : {}),
            };
          }),
        }),
  });
  const block = () =>
    pick<NonNullable<Peer['ipBlock']>>([
      { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] },
      { cidr: '10.0.0.0/9' },
      { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '203.0.113.7/32'] },
      { cidr: '203.0.113.0/24' },
      { cidr: '10.1.2.3/32' },
    ]);
  const peer = (): Peer =>
    pick([
      () => ({ podSelector: selector() }),
      () => ({ namespaceSelector: selector() }),
      () => ({ podSelector: selector(), namespaceSelector: selector() }),
      () => ({ ipBlock: block() }),
    ])();
  const port = () => {
    const protocol = below(2) ? { protocol: pick(protocols) } : {};
    return pick([
      () => protocol,
      () => ({ ...protocol, port: pick(['web', 'admin']) }),
      () => ({ ...protocol, port: pick(ports) }),
      () => ({ ...protocol, port: pick([1, 80, 8080]), endPort: pick([80 + 8000, 8085, 8090, 65_535]) }),
    ])();
  };
  const rules = (side: 'from' | 'to'): Rule[] =>
    some(2, () => ({
      ...(below(4) ? { [side]: some(2, peer) } : {}),
      ...(below(3) ? { ports: some(2, port) } : {}),
    }));
  const names = ['shop', 'team', 'ops'];
  return {
    namespaces: Object.fromEntries(names.map((name) => [name, labels()])),
    pods: Array.from({ length: 4 }, (_none, at) => {
      const where = pick(names);
      return {
        // Two pods of a workload need not be alike.
        peer: `${where}/${pick(['x', 'y'])}[Deployment]`,
        metadata: { namespace: where, name: `pod-${at}`, labels: labels() },
        spec: {
          containers: [
            {
              ports: some(2, () => ({
                name: pick(['web', 'admin']),
                containerPort: pick(ports),
                ...(below(2) ? { protocol: pick(protocols) } : {}),
              })),
            },
          ],
        },
      };
    }),
    policies: some(4, () => ({})).map((_none, at) => {
      const types = pick([undefined, [], ['Ingress'], ['Egress'], ['Ingress', 'Egress']]);
      const spec: Spec = {
        podSelector: below(2) ? {} : selector(),
        ...(types === undefined ? {} : { policyTypes: types }),
        ...(below(3) ? { ingress: rules('from') } : {}),
        ...(below(3) ? { egress: rules('to') } : {}),
      };
      return policy(`p${at}`, spec, pick(names)) as Policy;
    }),
  };
}

/** Whether a list says that a port is open between two of its peers. */
function isListed(conn: string | undefined, port: number, protocol: string): boolean {
  if (conn === undefined) return false;
  if (conn === 'All Connections') return true;
  let of = '';
  return conn.split(',').some((part) => {
    const [, named, from, to = from] = /^(?:([A-Z]+) )?(\d+)(?:-(\d+))?$/.exec(part)!;
    of = named ?? of;
    return of === protocol && Number(from) <= port && port <= Number(to);
  });
}

const rangeOf = (peer: string) =>
  /^([\d.]+)-([\d.]+)\[External\]$/
    .exec(peer)
    ?.slice(1)
    .map((each) => Number.parseInt(bitsOf(each), 2));

const seeds = Array.from({ length: 150 }, (_none, at) => at + 1);

function built(seed: number) {
  const world = worldOf(seed);
  const view = createPolicyView({
    networkPolicies: world.policies as never,
    namespaces: Object.entries(world.namespaces).map(([name, labels]) => namespace(name, labels)),
  });
  expect(view.unreadable).toEqual([]);
  return { world, view };
}

test('every flow between pods, and from and to addresses, has the verdict of the rules', () => {
  for (const seed of seeds) {
    const { world, view } = built(seed);
    const end = (one: End): Endpoint =>
      typeof one === 'string'
        ? outside(one)
        : { type: 'pod', pod: readPod({ ...one, status: { podIP: '192.0.2.9' } }) };
    const wrong: string[] = [];
    const ask = (from: End, to: End) => {
      for (const protocol of protocols) {
        for (const port of ports) {
          const { outcome } = evaluate(view, { from: end(from), to: end(to), port, protocol });
          const right = allowed(world, from, to, port, protocol);
          // `0.0.0.0/0` has the pods' address, too: that is up to the plugin.
          if (outcome === 'cni-dependent' ? right : outcome !== (right ? 'allowed' : 'blocked'))
            wrong.push(`${seed}: ${JSON.stringify([from, to, protocol, port])}: ${outcome}`);
        }
      }
    };
    const [one, two] = world.pods;
    for (const to of world.pods) ask(one!, to);
    ask(two!, one!);
    for (const address of addresses.slice(0, 3)) {
      ask(address, one!);
      ask(one!, address);
    }
    expect(wrong).toEqual([]);
  }
});

test('the list holds what the rules let through, and nothing else', () => {
  for (const seed of seeds) {
    const { world, view } = built(seed);
    const { connections } = connectivity(
      view,
      world.pods.map((pod) => ({ peer: pod.peer, pod: readPod(pod as never) })),
    );
    const all = [...connections()];
    const listed = new Map(all.map(({ src, dst, conn }) => [`${src} ${dst}`, conn]));
    expect(all.map(({ src, dst }) => `${src} => ${dst}`)).toEqual(
      [...all.map(({ src, dst }) => `${src} => ${dst}`)].sort(),
    );
    const peers = [...new Set(world.pods.map(({ peer }) => peer))];
    const of = (peer: string) => world.pods.filter((pod) => pod.peer === peer);
    const ranged = (address: string, side: 'src' | 'dst', peer: string) =>
      all.find((each) => {
        const range = rangeOf(each[side]);
        const at = Number.parseInt(bitsOf(address), 2);
        return range && each[side === 'src' ? 'dst' : 'src'] === peer && range[0]! <= at && at <= range[1]!;
      })?.conn;
    const wrong: string[] = [];
    const check = (name: string, conn: string | undefined, from: readonly End[], to: readonly End[]) => {
      for (const protocol of protocols) {
        for (const port of ports) {
          const right = from.some((a) => to.some((b) => allowed(world, a, b, port, protocol)));
          if (isListed(conn, port, protocol) !== right)
            wrong.push(`${seed}: ${name} ${protocol} ${port}: ${conn}`);
        }
      }
    };
    for (const src of peers) {
      for (const dst of peers) {
        if (src === dst) expect(listed.has(`${src} ${dst}`)).toBe(false);
        else check(`${src} => ${dst}`, listed.get(`${src} ${dst}`), of(src), of(dst));
      }
      for (const address of addresses) {
        check(`${address} => ${src}`, ranged(address, 'src', src), [address], of(src));
        check(`${src} => ${address}`, ranged(address, 'dst', src), of(src), [address]);
      }
    }
    expect(wrong).toEqual([]);
  }
});
