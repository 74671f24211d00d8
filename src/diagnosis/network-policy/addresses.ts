/** IP addresses and CIDR blocks of both families, as the API server reads them. */

/** An address as a number; an IPv4 address within IPv6 (`::ffff:10.0.0.1`) is the IPv4 one. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** From and to, both among them. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly from: bigint;
  readonly to: bigint;
}

const bits = { 4: 32n, 6: 128n } as const;

export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseSix(text) : parseFour(text);
}

/** `10.0.0.0/8`, `fd00::/8`. Bits below the prefix do not count: `10.1.2.3/8` is `10.0.0.0/8`. */
export function parseCidr(text: string): AddressRange | undefined {
  const parts = /^([0-9a-fA-F.:]{2,45})\/(\d{1,3})$/.exec(text);
  if (parts === null) return undefined;
  const address = parseAddress(parts[1]!);
  if (address === undefined) return undefined;
  // The prefix of a mapped address counts its 96 leading bits.
  const mapped = address.family === 4 && parts[1]!.includes(':');
  const prefix = BigInt(parts[2]!) - (mapped ? 96n : 0n);
  const { family } = address;
  if (prefix < 0n || prefix > bits[family]) return undefined;
  const size = 1n << (bits[family] - prefix);
  const from = (address.value / size) * size;
  return { family, from, to: from + size - 1n };
}

export const contains = (range: AddressRange, { family, value }: Address): boolean =>
  range.family === family && range.from <= value && value <= range.to;

/** Whether all of `inner` is in `outer`. */
export const covers = (outer: AddressRange, inner: AddressRange): boolean =>
  outer.family === inner.family && outer.from <= inner.from && inner.to <= outer.to;

/** What is left of a range without others: sorted, disjoint. */
export function without(range: AddressRange, others: readonly AddressRange[]): readonly AddressRange[] {
  let left = [range];
  for (const other of others) left = left.flatMap((one) => cut(one, other));
  return left.sort((a, b) => (a.from < b.from ? -1 : 1));
}

function cut(one: AddressRange, other: AddressRange): AddressRange[] {
  if (one.family !== other.family || other.to < one.from || one.to < other.from) return [one];
  return [
    ...(one.from < other.from ? [{ ...one, to: other.from - 1n }] : []),
    ...(other.to < one.to ? [{ ...one, from: other.to + 1n }] : []),
  ];
}

/** `10.0.0.1`. */
export const formatFour = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');

function parseFour(text: string): Address | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const numbers = parts?.slice(1).map(Number);
  if (numbers === undefined || numbers.some((each) => each > 255)) return undefined;
  return { family: 4, value: numbers.reduce((value, each) => value * 256n + BigInt(each), 0n) };
}

function parseSix(text: string): Address | undefined {
  const four = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = four === null ? undefined : parseFour(four[2]!)?.value;
  if (four !== null && tail === undefined) return undefined;
  const hex =
    tail === undefined ? text : `${four![1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
  const halves = hex.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], rest = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const gap = 8 - head.length - rest.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: gap }, () => '0'), ...rest];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const value = groups.reduce((all, group) => (all << 16n) + BigInt(`0x${group}`), 0n);
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffff_ffffn } : { family: 6, value };
}
