/** A NetworkPolicy from the JSON that it is: every default of the API, and what it would have refused named with its place. */
import { entry, type Json, record, wholeOrNone } from '../../rollout/json.ts';
import { type AddressRange, covers, parseCidr, without } from './addresses.ts';
import {
  type Direction,
  type Peer,
  type Policy,
  type PolicyPort,
  type Report,
  type Rule,
  type Unreadable,
  unreadable,
} from './model.ts';
import { isProtocol, MAX_PORT } from './ports.ts';
import { readSelector } from './read-selector.ts';

const portName = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Reads a NetworkPolicy of any origin. It never throws and always gives a policy: what cannot be read is `unreadable` in it, so
 * that a verdict that rests on it is undetermined, and is told to `report`.
 */
export function readPolicy(value: unknown, report: Report = () => {}): Policy {
  const { metadata, spec = null } = record(value);
  const fields = record(spec);
  const readable = spec === null || (typeof spec === 'object' && !Array.isArray(spec));
  if (!readable) report(['spec'], 'the spec of a NetworkPolicy is a mapping');
  const namespace = entry(metadata, 'namespace') || 'default';
  const name = entry(metadata, 'name');
  if (name === '') report(['metadata'], 'a NetworkPolicy needs a name');
  const ingress = readRules(fields.ingress, 'from', ['spec', 'ingress'], report);
  const egress = readRules(fields.egress, 'to', ['spec', 'egress'], report);
  return {
    namespace,
    name,
    selects: readable ? readSelector(fields.podSelector ?? {}, ['spec', 'podSelector'], report) : unreadable,
    isolates: readTypes(fields.policyTypes, egress.length > 0, report),
    rules: { Ingress: ingress, Egress: egress },
  };
}

/** Absent or empty: Ingress always, and Egress where there are rules for it. */
function readTypes(value: unknown, hasEgress: boolean, report: Report): Policy['isolates'] {
  if (value === undefined || value === null) return { Ingress: true, Egress: hasEgress };
  const known = (each: unknown): each is Direction => each === 'Ingress' || each === 'Egress';
  if (!Array.isArray(value) || !value.every(known)) {
    report(['spec', 'policyTypes'], 'policyTypes is a list of Ingress and Egress');
    return { Ingress: undefined, Egress: undefined };
  }
  if (value.length === 0) return { Ingress: true, Egress: hasEgress };
  return { Ingress: value.includes('Ingress'), Egress: value.includes('Egress') };
}

function readRules(
  value: unknown,
  side: 'from' | 'to',
  path: readonly [string, string],
  report: Report,
): readonly (Rule | Unreadable)[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    report(path, `${path[1]} is a list of rules`);
    return [unreadable];
  }
  return value.map((each: unknown, at): Rule | Unreadable => {
    if (each !== null && (typeof each !== 'object' || Array.isArray(each))) {
      report([...path, at], 'a rule is a mapping');
      return unreadable;
    }
    const fields = record(each);
    if (hasOther(fields, [side, 'ports'], [...path, at], report)) return unreadable;
    return {
      type: 'rule',
      path: `${path.join('.')}[${at}]`,
      peers: readList(fields[side], [...path, at, side], report, readPeer),
      ports: readList(fields.ports, [...path, at, 'ports'], report, readPort),
    };
  });
}

/** Absent and empty are the same: everything. */
function readList<T>(
  value: unknown,
  path: readonly PropertyKey[],
  report: Report,
  read: (value: unknown, path: readonly PropertyKey[], report: Report) => T,
): readonly (T | Unreadable)[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) {
    report(path, `${String(path.at(-1))} is a list`);
    return [unreadable];
  }
  return value.length === 0 ? undefined : value.map((each, at) => read(each, [...path, at], report));
}

function readPeer(value: unknown, path: readonly PropertyKey[], report: Report): Peer {
  const { ipBlock = null, podSelector = null, namespaceSelector = null } = record(value);
  if (hasOther(record(value), ['ipBlock', 'podSelector', 'namespaceSelector'], path, report))
    return unreadable;
  if (ipBlock !== null) {
    if (podSelector === null && namespaceSelector === null)
      return readBlock(ipBlock, [...path, 'ipBlock'], report);
    report(path, 'an ipBlock stands alone: no podSelector and no namespaceSelector beside it');
    return unreadable;
  }
  if (podSelector === null && namespaceSelector === null) {
    report(path, 'a peer needs an ipBlock, a podSelector or a namespaceSelector');
    return unreadable;
  }
  const pods = podSelector === null ? undefined : readSelector(podSelector, [...path, 'podSelector'], report);
  const namespaces =
    namespaceSelector === null
      ? undefined
      : readSelector(namespaceSelector, [...path, 'namespaceSelector'], report);
  if (pods?.type === 'unreadable' || namespaces?.type === 'unreadable') return unreadable;
  return {
    type: 'pods',
    ...(pods === undefined ? {} : { pods }),
    ...(namespaces === undefined ? {} : { namespaces }),
  };
}

function readBlock(value: unknown, path: readonly PropertyKey[], report: Report): Peer {
  const { cidr, except = null } = record(value);
  if (hasOther(record(value), ['cidr', 'except'], path, report)) return unreadable;
  const range = typeof cidr === 'string' ? parseCidr(cidr) : undefined;
  if (range === undefined) {
    report([...path, 'cidr'], `${JSON.stringify(cidr) ?? 'nothing'} is no CIDR such as 10.0.0.0/8`);
    return unreadable;
  }
  if (except !== null && !Array.isArray(except)) {
    report([...path, 'except'], 'except is a list of CIDRs');
    return unreadable;
  }
  const holes: AddressRange[] = [];
  for (const [at, each] of (except ?? []).entries()) {
    const hole = typeof each === 'string' ? parseCidr(each) : undefined;
    if (hole === undefined || !covers(range, hole) || covers(hole, range)) {
      const wrong = hole === undefined ? 'is no CIDR' : `does not lie within ${cidr}`;
      report([...path, 'except', at], `${JSON.stringify(each) ?? 'nothing'} ${wrong}`);
      return unreadable;
    }
    holes.push(hole);
  }
  return {
    type: 'block',
    cidr: String(cidr),
    except: (except ?? []).map(String),
    ranges: without(range, holes),
  };
}

function readPort(value: unknown, path: readonly PropertyKey[], report: Report): PolicyPort {
  const { protocol: given = null, port = null, endPort = null } = record(value);
  const protocol = given ?? 'TCP';
  const wrong = (field: string, message: string) => {
    report([...path, field], message);
    return unreadable;
  };
  if (typeof value !== 'object' || Array.isArray(value)) {
    report(path, 'a port is a mapping');
    return unreadable;
  }
  if (hasOther(record(value), ['protocol', 'port', 'endPort'], path, report)) return unreadable;
  if (!isProtocol(protocol)) return wrong('protocol', 'the protocol is TCP, UDP or SCTP');
  if (typeof port === 'string') {
    if (endPort !== null) return wrong('endPort', 'endPort needs a port with a number, not a name');
    return portName.test(port)
      ? { type: 'name', protocol, name: port }
      : wrong('port', `${JSON.stringify(port)} is no name of a port`);
  }
  if (port === null) {
    return endPort === null ? { type: 'protocol', protocol } : wrong('endPort', 'endPort needs a port');
  }
  const from = portNumber(port);
  if (from === undefined) return wrong('port', 'a port is a name, or a number from 1 to 65535');
  const to = endPort === null ? from : portNumber(endPort);
  if (to === undefined || to < from) return wrong('endPort', `endPort is a number from ${from} to 65535`);
  return { type: 'numbers', protocol, from, to };
}

/** A field that is not known is a slip (`form`), or says something that only a newer API understands. */
function hasOther(
  fields: Json,
  known: readonly string[],
  path: readonly PropertyKey[],
  report: Report,
): boolean {
  const other = Object.keys(fields).find((key) => !known.includes(key) && fields[key] !== null);
  if (other === undefined) return false;
  report([...path, other], `${other} is none of ${known.join(', ')}`);
  return true;
}

const portNumber = (value: unknown): number | undefined => {
  const whole = wholeOrNone(value);
  return whole !== undefined && whole === value && whole >= 1 && whole <= MAX_PORT ? whole : undefined;
};
