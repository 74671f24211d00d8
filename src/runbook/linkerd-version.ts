/** The names that Linkerd gives its versions, what each says, and the semantic version it stands for. */

/** A version's name, taken apart. `marker`: a git tag such as `version-2.18`, which names a line and is never a release's own name. */
export interface LinkerdName {
  readonly channel: 'stable' | 'enterprise' | 'edge' | 'marker';
  /** The N of the 2.N that it belongs to; undefined for an edge before the first line that is known, 2.9. */
  readonly line: number | undefined;
  /** What orders releases of one channel: `[N, patch, hotpatch]`, of an edge `[year, month, ordinal, hotpatch]`. */
  readonly numbers: readonly number[];
  /** `rc2`: it comes before the release of the same numbers. '' for a release. */
  readonly preview: string;
}

/**
 * The edge that begins each 2.N, newest first. Since 2.15 it is the one that was announced as 2.N. Before, an edge belongs to the newest
 * stable line that was released before it (6 Nov 2020, 10 Mar 2021, 30 Sep 2021, 23 Aug 2022, 10 Apr 2023, 22 Aug 2023), which no
 * document says; of the months of the last three it is not known which of their edges came later, and they count as earlier.
 */
const edgeLines: readonly (readonly [line: number, first: readonly [number, number, number]])[] = [
  [20, [26, 6, 3]],
  [19, [25, 10, 7]],
  [18, [25, 4, 4]],
  [17, [24, 11, 8]],
  [16, [24, 8, 2]],
  [15, [24, 2, 4]],
  [14, [23, 9, 1]],
  [13, [23, 5, 1]],
  [12, [22, 9, 1]],
  [11, [21, 10, 1]],
  // edge-20.11.1 and edge-21.3.2 were candidates for the stable release of their month.
  [10, [21, 3, 3]],
  [9, [20, 11, 2]],
];

const released = /^(?:(stable|enterprise)-|v)?2\.(\d{1,4})\.(\d{1,4})(?:-([a-z][0-9a-z.]*))?(?:-(\d{1,6}))?$/;
const edge = /^edge-(\d{2})\.(\d{1,2})\.(\d{1,3})(?:-(\d{1,6}))?$/;
const marker = /^version-2\.(\d{1,4})$/;

/** What a version's name says; a bare `2.14.10` is a stable release. Undefined for anything else, such as a development build. */
export function readLinkerdName(name: string): LinkerdName | undefined {
  const [, channel = 'stable', line, patch, preview = '', hotpatch = 0] = released.exec(name) ?? [];
  if (line !== undefined) {
    const numbers = [line, patch, hotpatch].map(Number);
    return { channel: channel as 'stable', line: Number(line), numbers, preview };
  }
  const [, marked] = marker.exec(name) ?? [];
  if (marked !== undefined) {
    return { channel: 'marker', line: Number(marked), numbers: [Number(marked)], preview: '' };
  }
  const dated = edge.exec(name);
  if (dated === null) return undefined;
  const numbers = dated.slice(1).map((number) => Number(number ?? 0));
  const found = edgeLines.find(([, first]) => !isBefore(numbers, first));
  return { channel: 'edge', line: found?.[0], numbers, preview: '' };
}

/** Number by number: 24.2.4 is before 24.11.8. */
function isBefore(numbers: readonly number[], others: readonly number[]): boolean {
  const at = others.findIndex((other, index) => other !== numbers[index]);
  return at >= 0 && numbers[at]! < others[at]!;
}

/** The edge that begins line 2.`line`, `edge-24.11.8`; undefined for a line that none is known of. */
export function firstEdgeOf(line: number): string | undefined {
  const found = edgeLines.find(([one]) => one === line);
  return found && `edge-${found[1].join('.')}`;
}

/**
 * The semantic version behind a Linkerd version name: `stable-2.14.10` is 2.14.10, `edge-24.11.8` is 2.17.0 (the line
 * it belongs to; edges within one line are not told apart), `version-2.18` is 2.18.0. Undefined for anything else,
 * such as a development build.
 */
export function linkerdSemver(name: string): string | undefined {
  const read = readLinkerdName(name);
  if (read?.line === undefined) return undefined;
  const released = read.channel === 'stable' || read.channel === 'enterprise';
  const patch = released ? read.numbers[1] : 0;
  return `2.${read.line}.${patch}${read.preview === '' ? '' : `-${read.preview}`}`;
}

/** The name as Linkerd writes it: a bare `2.14.10` or `v2.14.10` is `stable-2.14.10`. Undefined where it is none. */
export function linkerdVersion(text: string): string | undefined {
  const bare = /^v?(2\.\d+\.\d+(?:-[0-9a-z.]+)?)$/.exec(text);
  const name = bare ? `stable-${bare[1]}` : text;
  return readLinkerdName(name) === undefined ? undefined : name;
}
