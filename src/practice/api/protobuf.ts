import { badRequest } from './errors.ts';
import type { Json, JsonMap } from './json.ts';
import FIELDS from './protobuf-fields.json' with { type: 'json' };

// kubectl and helm send the built-in kinds that they make themselves (`create namespace`, `auth can-i`, a release's
// Secret) as protobuf, and do not fall back to JSON. Only reading is needed: answers may be JSON.
// protobuf-fields.json holds name, number and type of each field, off the published .proto files of the API:
// s string, i integer, b boolean, x bytes, d double, or a message; `*` repeats, `%` is a map with string keys.

const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

interface Field {
  readonly name: string;
  readonly type: string;
}

// Messages that JSON writes into their parent.
const INLINE = new Set([
  'volumeSource',
  'handler',
  'localObjectReference',
  'persistentVolumeSource',
  'ephemeralContainerCommon',
]);
// Pointers in Go, so that their zero was meant; all other zeros stand for fields that were left out.
const ZERO_COUNTS = new Set([
  'replicas',
  'automountServiceAccountToken',
  'enableServiceLinks',
  'immutable',
  'suspend',
  'parallelism',
  'completions',
  'backoffLimit',
  'gracePeriodSeconds',
  'terminationGracePeriodSeconds',
  'runAsUser',
  'runAsGroup',
  'runAsNonRoot',
  'readOnlyRootFilesystem',
  'allowPrivilegeEscalation',
  'privileged',
  'optional',
  'controller',
  'blockOwnerDeletion',
  'value',
]);

function fieldsOf(message: string): Map<number, Field> {
  const text = (FIELDS as Record<string, string>)[message];
  if (text === undefined)
    throw badRequest(`protobuf message ${message} is not known to the practice cluster`);
  return new Map(
    text.split(' ').map((entry) => {
      const [name = '', number, type = ''] = entry.split(':');
      return [Number(number), { name, type }];
    }),
  );
}

type Wire = readonly [number: number, value: bigint | Buffer];

function* wireFields(bytes: Buffer): Iterable<Wire> {
  let position = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[position++];
      if (byte === undefined) throw badRequest('the protobuf body is cut off');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
  };
  const take = (length: number): Buffer => {
    if (position + length > bytes.length) throw badRequest('the protobuf body is cut off');
    position += length;
    return bytes.subarray(position - length, position);
  };
  while (position < bytes.length) {
    const tag = Number(varint());
    const wireType = tag & 7;
    if (wireType === 0) yield [tag >> 3, varint()];
    else if (wireType === 1) yield [tag >> 3, take(8)];
    else if (wireType === 2) yield [tag >> 3, take(Number(varint()))];
    else if (wireType === 5) yield [tag >> 3, take(4)];
    else throw badRequest(`protobuf wire type ${wireType} is not known`);
  }
}

function time(bytes: Buffer, digits: number): string | undefined {
  const parts = new Map(wireFields(bytes));
  const seconds = Number(parts.get(1) ?? 0n);
  if (seconds <= 0) return undefined;
  const milliseconds = Number(parts.get(2) ?? 0n) / 1e6;
  const text = new Date(seconds * 1000 + milliseconds).toISOString();
  return digits === 0 ? `${text.slice(0, 19)}Z` : `${text.slice(0, 23)}000Z`;
}

function intOrString(bytes: Buffer): Json {
  const parts = new Map(wireFields(bytes));
  return parts.get(1) === 1n ? String(parts.get(3) ?? '') : Number(parts.get(2) ?? 0n);
}

function quantity(bytes: Buffer): string {
  const [first] = wireFields(bytes);
  return first ? String(first[1]) : '0';
}

function raw(bytes: Buffer): Json {
  const [first] = wireFields(bytes);
  return first ? JSON.parse(String(first[1])) : undefined;
}

function read(type: string, value: bigint | Buffer): Json {
  if (typeof value === 'bigint') return type === 'b' ? value !== 0n : Number(value);
  switch (type) {
    case 's':
      return value.toString('utf8');
    case 'x':
      return value.toString('base64');
    case 'd':
      return value.readDoubleLE();
    case 'meta.v1.Time':
      return time(value, 0);
    case 'meta.v1.MicroTime':
      return time(value, 6);
    case 'intstr.IntOrString':
      return intOrString(value);
    case 'resource.Quantity':
      return quantity(value);
    case 'runtime.RawExtension':
      return raw(value);
    default:
      return decode(type, value);
  }
}

function decode(message: string, bytes: Buffer): JsonMap {
  const fields = fieldsOf(message);
  const result: JsonMap = {};
  for (const [number, value] of wireFields(bytes)) {
    const field = fields.get(number);
    if (!field) continue;
    const { name, type } = field;
    if (type.startsWith('*')) {
      result[name] ??= [];
      result[name].push(read(type.slice(1), value));
    } else if (type.startsWith('%') && typeof value !== 'bigint') {
      const entry = new Map(wireFields(value));
      result[name] ??= {};
      result[name][String(entry.get(1) ?? '')] = read(type.slice(1), entry.get(2) ?? Buffer.alloc(0));
    } else if (INLINE.has(name)) Object.assign(result, read(type, value));
    else set(result, name, read(type, value));
  }
  return result;
}

function set(result: JsonMap, name: string, value: Json): void {
  const zero = value === undefined || value === '' || value === 0 || value === false;
  if (!zero || (ZERO_COUNTS.has(name) && value !== undefined && value !== '')) result[name] = value;
}

/** `apps/v1` and `Deployment` to the name of the message: `apps.v1.Deployment`. */
function messageName(apiVersion: string, kind: string): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  return kind === 'DeleteOptions' ? 'meta.v1.DeleteOptions' : `${group?.split('.')[0]}.${version}.${kind}`;
}

/** Reads the envelope of a Kubernetes protobuf body, and the object in it. 400 for what is none, or is of an unknown kind. */
export function decodeProtobuf(body: Buffer): JsonMap {
  if (!body.subarray(0, 4).equals(MAGIC)) throw badRequest('the body is not a Kubernetes protobuf message');
  const envelope = new Map(wireFields(body.subarray(4)));
  const [typeMeta, inner] = [envelope.get(1), envelope.get(2)];
  const names = new Map(wireFields(Buffer.isBuffer(typeMeta) ? typeMeta : Buffer.alloc(0)));
  const apiVersion = String(names.get(1) ?? '');
  const kind = String(names.get(2) ?? '');
  const object = decode(messageName(apiVersion, kind), Buffer.isBuffer(inner) ? inner : Buffer.alloc(0));
  return { apiVersion, kind, ...object };
}
