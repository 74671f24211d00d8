import data from './data/versions.json' with { type: 'json' };

/** A custom resource definition of a release; `storage` is the version that is stored. */
export interface CrdFact {
  /** `servers.policy.linkerd.io` */
  readonly name: string;
  /** In the order in which the release lists them; its CLI checks for the last. */
  readonly versions: readonly string[];
  readonly storage: string;
  readonly unserved?: readonly string[];
}

/** A Deployment or CronJob of a release. */
export interface WorkloadFact {
  readonly kind: string;
  readonly name: string;
  /** Absent for a CronJob. */
  readonly replicas?: number;
  readonly haReplicas?: number;
  /** Name and image, in order. */
  readonly init?: readonly (readonly [string, string])[];
  readonly containers: readonly (readonly [string, string])[];
}

/** Names by kind. */
type ObjectNames = Readonly<Record<string, readonly string[]>>;

interface ExtensionFact {
  readonly objects: ObjectNames;
  readonly workloads: readonly WorkloadFact[];
}

/** What one release of Linkerd consists of, read off its own command line tool. */
interface VersionFacts {
  readonly major: number;
  readonly crds: readonly CrdFact[];
  readonly objects: ObjectNames;
  /** What a high-availability install has besides. */
  readonly haObjects: ObjectNames;
  readonly workloads: readonly WorkloadFact[];
  readonly extensions: Readonly<Record<string, ExtensionFact>>;
  /** The versions of APIs that its manifests are written in. */
  readonly apiVersions: readonly string[];
  /** Flags of each command without their dashes; `(global)` holds those that every command takes. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  /** The registry of Linkerd's own images. */
  readonly registry: string;
  /** The Secret with the stored overrides lacks the label by which `kubectl apply --prune` knows it: the next upgrade takes it away. */
  readonly bareOverrides: boolean;
}

interface Sister {
  /** The release that it is like, but for its tag and what is said here. */
  readonly like: string;
  readonly registry?: string;
  readonly proxyInit?: string;
  readonly bareOverrides?: boolean;
  readonly withoutCommands?: readonly string[];
}

/**
 * Releases that differ from a sister of their line in little else than the tag. The registry and the bare Secret of early 2.9 are told by the
 * upgrade notices of 2.9.3 and 2.9.4 (linkerd2, `renderOverrides` in `cli/cmd/install.go` at stable-2.9.0 and stable-2.9.3).
 */
const sisters: Readonly<Record<string, Sister>> = {
  'stable-2.9.2': {
    like: 'stable-2.9.4',
    registry: 'ghcr.io/linkerd',
    proxyInit: 'v1.3.6',
    bareOverrides: true,
    withoutCommands: ['repair'],
  },
  'stable-2.9.5': { like: 'stable-2.9.4' },
  'edge-26.6.3': { like: 'edge-26.8.1' },
};

const usualRegistry = 'cr.l5d.io/linkerd';

type ReadFacts = Omit<VersionFacts, 'registry' | 'bareOverrides'>;
const read = data as unknown as Readonly<Record<string, ReadFacts>>;

function derive(version: string, sister: Sister): VersionFacts {
  const { like, registry = usualRegistry, proxyInit, bareOverrides = false, withoutCommands = [] } = sister;
  const facts = JSON.parse(
    JSON.stringify(read[like])
      .replaceAll(like, version)
      .replaceAll(`${usualRegistry}/`, `${registry}/`)
      .replace(/(?<=\/proxy-init:)v[\d.]+/g, (tag) => proxyInit ?? tag),
  ) as ReadFacts;
  const commands = Object.entries(facts.commands).filter(([name]) => !withoutCommands.includes(name));
  return { ...facts, commands: Object.fromEntries(commands), registry, bareOverrides };
}

/** The viz of 2.10 is that of 2.11 without policies, which the control plane has since 2.11 (linkerd2, `viz/charts` at stable-2.10.0). */
function withEarlyViz(version: string, facts: ReadFacts): ReadFacts {
  if (facts.major !== 10) return facts;
  const later = 'stable-2.11.5';
  const viz = JSON.parse(
    JSON.stringify(read[later]?.extensions.viz).replaceAll(later, version),
  ) as ExtensionFact;
  const { Server, ServerAuthorization, ...objects } = viz.objects;
  return { ...facts, extensions: { ...facts.extensions, viz: { ...viz, objects } } };
}

const byAge = (a: string, b: string): number => {
  const [left, right] = [a, b].map((each) => each.split(/[-.]/).slice(1).map(Number)) as [number[], number[]];
  if (a.startsWith('edge-') !== b.startsWith('edge-')) return a.startsWith('edge-') ? 1 : -1;
  return left.map((part, index) => part - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
};

const table: Readonly<Record<string, VersionFacts>> = Object.fromEntries(
  [
    ...Object.entries(read).map(([version, facts]): [string, VersionFacts] => [
      version,
      { ...withEarlyViz(version, facts), registry: usualRegistry, bareOverrides: false },
    ]),
    ...Object.entries(sisters).map(([version, sister]): [string, VersionFacts] => [
      version,
      derive(version, sister),
    ]),
  ].sort(([a], [b]) => byAge(a, b)),
);

/** The release tags that are known in full, oldest first. */
export const knownVersions: readonly string[] = Object.keys(table);

/** Thrown for a release that is not in `data/versions.json`. */
export class UnknownVersionError extends Error {
  constructor(version: string) {
    super(`Linkerd ${version} is not one of the known versions: ${knownVersions.join(', ')}`);
    this.name = 'UnknownVersionError';
  }
}

/** Whether the facts of this release tag are known. */
export function isKnownVersion(version: string): boolean {
  return Object.hasOwn(table, version);
}

/** The facts of a release tag such as `stable-2.14.10`; throws UnknownVersionError for any other. */
export function factsOf(version: string): VersionFacts {
  const facts = isKnownVersion(version) ? table[version] : undefined;
  if (facts === undefined) throw new UnknownVersionError(version);
  return facts;
}
