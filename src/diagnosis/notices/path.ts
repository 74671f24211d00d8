/** Paths into objects, as kubectl's jsonpath has them without braces. A list that the path does not choose from stands for each of its items. */
import { record } from '../../rollout/json.ts';

type Segment =
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'each' }
  | { readonly type: 'at'; readonly index: number }
  /** `[?(@.name=="web")]` */
  | { readonly type: 'with'; readonly key: string; readonly value: string };

/** A path that was read; `text` is how it was written. */
export interface Path {
  readonly text: string;
  readonly segments: readonly Segment[];
}

type PathReading =
  | { readonly ok: true; readonly path: Path }
  /** `why` goes on after "the path": `has no name after a dot`. */
  | { readonly ok: false; readonly why: string };

const longest = 300;
const mostSegments = 20;
const plainKey = /^(?:[^.[\]\\\s"']|\\\.)+/;
const quotedKey = /^\[(?:"([^"]+)"|'([^']+)')\]/;
const chosen = /^\[\?\(@\.([\w-]+)\s*==\s*(?:"([^"]*)"|'([^']*)')\)\]/;

/** Reads `spec.containers[*].image`, `metadata.annotations["linkerd.io/inject"]`, `items[0]`, `ports[?(@.name=="http")].port`. */
export function readPath(text: string): PathReading {
  const refused = (why: string): PathReading => ({ ok: false, why });
  if (text.length > longest) return refused(`has more than ${longest} characters`);
  const segments: Segment[] = [];
  let rest = text;
  while (rest !== '') {
    const bracket = rest.startsWith('[');
    if (segments.length > 0 && !bracket) {
      if (!rest.startsWith('.')) return refused(`is not understood from ${JSON.stringify(rest)} on`);
      rest = rest.slice(1);
    }
    const [segment, length] = bracket ? bracketed(rest) : named(rest);
    if (segment === undefined) return refused(`is not understood from ${JSON.stringify(rest)} on`);
    segments.push(segment);
    rest = rest.slice(length);
  }
  if (segments.length === 0) return refused('is empty');
  if (segments.length > mostSegments) return refused(`has more than ${mostSegments} parts`);
  return { ok: true, path: { text, segments } };
}

type Taken = readonly [Segment | undefined, number];

function named(rest: string): Taken {
  const found = plainKey.exec(rest)?.[0];
  return found === undefined
    ? [undefined, 0]
    : [{ type: 'key', key: found.replaceAll('\\.', '.') }, found.length];
}

function bracketed(rest: string): Taken {
  if (rest.startsWith('[*]')) return [{ type: 'each' }, 3];
  const index = /^\[(\d{1,6})\]/.exec(rest);
  if (index) return [{ type: 'at', index: Number(index[1]) }, index[0].length];
  const key = quotedKey.exec(rest);
  if (key) return [{ type: 'key', key: key[1] ?? key[2]! }, key[0].length];
  const where = chosen.exec(rest);
  return where
    ? [{ type: 'with', key: where[1]!, value: where[2] ?? where[3] ?? '' }, where[0].length]
    : [undefined, 0];
}

/** A value that stands at a path, and the way to this very one. */
export interface Place {
  readonly path: string;
  readonly value: unknown;
}

/** More values of one object tell nothing more. */
const mostPlaces = 1_000;

/** All that stands at the path, in the order of the object; what is null is not there. */
export function placesAt(object: unknown, { segments }: Path): readonly Place[] {
  let places: readonly Place[] = [{ path: '', value: object }];
  for (const segment of segments) {
    places = places.flatMap((place) => step(place, segment)).slice(0, mostPlaces);
  }
  return places.filter(({ value }) => value !== undefined && value !== null);
}

function step({ path, value }: Place, segment: Segment): readonly Place[] {
  const items = (list: readonly unknown[]): readonly Place[] =>
    list.map((each, at) => ({ path: `${path}[${at}]`, value: each }));
  switch (segment.type) {
    case 'key': {
      if (Array.isArray(value)) return items(value).flatMap((item) => step(item, segment));
      const source = record(value);
      return Object.hasOwn(source, segment.key)
        ? [{ path: `${path}${written(segment.key, path === '')}`, value: source[segment.key] }]
        : [];
    }
    case 'each':
      return Array.isArray(value)
        ? items(value)
        : Object.entries(record(value)).map(([key, each]) => ({
            path: `${path}${written(key, path === '')}`,
            value: each,
          }));
    case 'at':
      return Array.isArray(value) ? items(value).slice(segment.index, segment.index + 1) : [];
    case 'with':
      return Array.isArray(value)
        ? items(value).filter((item) => record(item.value)[segment.key] === segment.value)
        : [];
  }
}

/** Keys are anybody's. */
const written = (key: string, first: boolean): string =>
  /^[\w-]{1,100}$/.test(key) ? `${first ? '' : '.'}${key}` : `[${JSON.stringify(key.slice(0, 200))}]`;
