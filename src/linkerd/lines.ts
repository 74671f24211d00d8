/** The lines 2.N that Linkerd released, and the releases of each. Sources: the git tags, and `data/versions.yaml` of linkerd.io. */

import { firstEdgeOf, readLinkerdName } from '../runbook/linkerd-version.ts';
import { isKnownVersion } from './facts.ts';
import { has } from './version-order.ts';

/** One 2.N. */
export interface Line {
  /** The N. */
  readonly line: number;
  readonly channel: 'stable' | 'edge';
  /** The release that begins it. */
  readonly first: string;
  /** The release that a path goes to: the last patch of a stable line, and of an edge line the edge that was announced as 2.N. */
  readonly best: string;
}

const stable = (line: number, lastPatch: number): Line => ({
  line,
  channel: 'stable',
  first: `stable-2.${line}.0`,
  best: `stable-2.${line}.${lastPatch}`,
});

const edge = (line: number): Line => {
  const announced = firstEdgeOf(line)!;
  return { line, channel: 'edge', first: announced, best: announced };
};

/** Every line that an upgrade can go to, oldest first. Nothing is known of later ones. */
export const lines: readonly Line[] = [
  stable(9, 5),
  stable(10, 2),
  stable(11, 5),
  stable(12, 6),
  stable(13, 7),
  stable(14, 10),
  // Since February 2024 the project publishes edge releases alone.
  ...[15, 16, 17, 18, 19, 20].map(edge),
];

/** The newest line that is known. */
export const newestLine = lines.at(-1)!;

/** The newest edge release that is known to exist. */
export const newestEdge = 'edge-26.8.3';

/** The line 2.`line`, or undefined where no release of it is known. */
export const knownLine = (line: number): Line | undefined => lines.find((one) => one.line === line);

/**
 * Whether there is such a release. `maybe`: an edge that is not one of those that are known by name; which there are in a month is not
 * known. Builds of a vendor are its own affair.
 */
export function exists(version: string): 'yes' | 'maybe' | 'no' {
  const name = readLinkerdName(version);
  if (name === undefined) return 'no';
  const line = knownLine(name.line ?? 0);
  switch (name.channel) {
    case 'stable': {
      const [, last = 0] = readLinkerdName(line?.best ?? '')?.numbers.slice(0, 2) ?? [];
      return line?.channel === 'stable' && name.numbers[1]! <= last ? 'yes' : 'no';
    }
    case 'edge': {
      const [, month = 0, ordinal = 0] = name.numbers;
      if (line?.first === version || isKnownVersion(version)) return 'yes';
      const written = month >= 1 && month <= 12 && ordinal >= 1;
      return written && has(newestEdge, version) ? 'maybe' : 'no';
    }
    case 'marker':
      return line?.channel === 'edge' ? 'yes' : 'no';
    case 'enterprise':
      return 'maybe';
  }
}
