/** The names that Linkerd gives its versions, and the semantic version each stands for. */

/** First edge release of each 2.N since stable releases ended, and (by month) of the lines before. */
const edgeLines: readonly (readonly [year: number, month: number, ordinal: number, minor: number])[] = [
  [26, 6, 3, 20],
  [25, 10, 7, 19],
  [25, 4, 4, 18],
  [24, 11, 8, 17],
  [24, 8, 2, 16],
  [24, 2, 4, 15],
  // Before 2.15 an edge belongs to the stable line released in an earlier month.
  [23, 9, 1, 14],
  [23, 5, 1, 13],
  [22, 9, 1, 12],
  [21, 10, 1, 11],
  [21, 4, 1, 10],
  [20, 12, 1, 9],
];

const stable = /^(?:stable-|enterprise-|v)?(2\.\d+\.\d+)(-[a-z][0-9a-z.]*)?(?:-\d+)?$/;
const edge = /^edge-(\d{2})\.(\d{1,2})\.(\d{1,3})(?:-\d+)?$/;
const marker = /^version-(2\.\d+)$/;

/**
 * The semantic version behind a Linkerd version name: `stable-2.14.10` is 2.14.10, `edge-24.11.8` is 2.17.0 (the line
 * it belongs to; edges within one line are not told apart), `version-2.18` is 2.18.0. Undefined for anything else,
 * such as a development build.
 */
export function linkerdSemver(name: string): string | undefined {
  const named = stable.exec(name);
  if (named) return `${named[1]}${named[2] ?? ''}`;
  const line = marker.exec(name);
  if (line) return `${line[1]}.0`;
  const dated = edge.exec(name);
  if (!dated) return undefined;
  const [year, month, ordinal] = [Number(dated[1]), Number(dated[2]), Number(dated[3])];
  const found = edgeLines.find(
    ([y, m, n]) => year > y || (year === y && (month > m || (month === m && ordinal >= n))),
  );
  return found && `2.${found[3]}.0`;
}

/** The name as Linkerd writes it: a bare `2.14.10` or `v2.14.10` is `stable-2.14.10`. Undefined where it is none. */
export function linkerdVersion(text: string): string | undefined {
  const bare = /^v?(2\.\d+\.\d+(?:-[0-9a-z.]+)?)$/.exec(text);
  const name = bare ? `stable-${bare[1]}` : text;
  return edge.test(name) || linkerdSemver(name) ? name : undefined;
}
