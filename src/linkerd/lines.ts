/** The lines 2.N that Linkerd released, and the releases of each. Sources: the git tags, and `data/versions.yaml` of linkerd.io. */

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

const edge = (line: number, announced: string): Line => ({
  line,
  channel: 'edge',
  first: announced,
  best: announced,
});

/** Every line that an upgrade can go to, oldest first. Nothing is known of later ones. */
export const lines: readonly Line[] = [
  stable(9, 5),
  stable(10, 2),
  stable(11, 5),
  stable(12, 6),
  stable(13, 7),
  stable(14, 10),
  // Since February 2024 the project publishes edge releases alone.
  edge(15, 'edge-24.2.4'),
  edge(16, 'edge-24.8.2'),
  edge(17, 'edge-24.11.8'),
  edge(18, 'edge-25.4.4'),
  edge(19, 'edge-25.10.7'),
  edge(20, 'edge-26.6.3'),
];

/** The newest line that is known. */
export const newestLine = lines.at(-1)!;

/** The newest edge release that is known to exist. */
export const newestEdge = 'edge-26.8.3';

/** The line 2.`line`, or undefined where no release of it is known. */
export const knownLine = (line: number): Line | undefined => lines.find((one) => one.line === line);
