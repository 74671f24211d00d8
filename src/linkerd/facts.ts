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
  /** Flags of each command without their dashes; `(global)` holds those that every command takes. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
}

const table = data as unknown as Readonly<Record<string, VersionFacts>>;

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
