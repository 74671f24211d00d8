/** What Linkerd's charts are called in each release, and how they are numbered. */
import { type ExtensionName, extensionsOf } from '../../linkerd/extensions.ts';
import { factsOf, knownVersions } from '../../linkerd/facts.ts';

/** A chart of one release, as an index lists it. */
export interface ChartId {
  readonly name: string;
  /** The chart's own version. */
  readonly version: string;
  /** The release of Linkerd that it installs: its `appVersion`. */
  readonly release: string;
  readonly part: 'everything' | 'crds' | 'control-plane' | ExtensionName;
}

/**
 * Numbers of the stable lines, as `helm list` shows them for the releases here: CRDs, control plane, extensions. From March 2024 on a chart
 * is named for its edge release; the edge before that had numbers of the old kind with `-edge` after them, here of our own choice.
 */
const numbered: Readonly<Record<number, readonly [crds: string, controlPlane: string, extensions: string]>> =
  {
    12: ['1.4.0', '1.9.8', '30.3.8'],
    13: ['1.6.1', '1.12.7', '30.8.7'],
    14: ['1.8.0', '1.16.11', '30.12.11'],
    15: ['1.8.1-edge', '1.17.1-edge', '30.13.1-edge'],
  };

/** The charts of a release: one with everything until 2.11, two from 2.12 on, and one for each extension. */
export function chartsOf(release: string): readonly ChartId[] {
  const { major } = factsOf(release);
  const extensions = extensionsOf(release) as readonly ExtensionName[];
  const extension = (part: ExtensionName, version: string): ChartId => ({
    ...{ name: `linkerd-${part}`, version, release, part },
  });
  if (major < 12) {
    const version = release.replace('stable-', '');
    return [
      { name: 'linkerd2', version, release, part: 'everything' },
      ...extensions.map((part) => extension(part, version)),
    ];
  }
  const dated = `20${release.replace('edge-', '')}`;
  const [crds, controlPlane, others] = numbered[major] ?? [dated, dated, dated];
  return [
    { name: 'linkerd-crds', version: crds, release, part: 'crds' },
    { name: 'linkerd-control-plane', version: controlPlane, release, part: 'control-plane' },
    ...extensions.map((part) => extension(part, others)),
  ];
}

/** Every chart of every release that is known. */
export const allCharts = (): readonly ChartId[] => knownVersions.flatMap(chartsOf);
