/** What a release needs of the resource definitions in a cluster, also for releases whose facts are those of another one of their line. */
import { type CrdFact, factsOf, isKnownVersion, knownVersions } from './facts.ts';
import { lineOf } from './version-order.ts';

/** A definition that a release needs, and the version that must be in it. */
export interface NeededCrd {
  readonly name: string;
  readonly version: string;
}

const knownOfLine = (line: number | undefined): string | undefined =>
  knownVersions.find((known) => factsOf(known).major === line);

const isOfGateway = ({ name }: CrdFact) => name.endsWith('.gateway.networking.k8s.io');

/**
 * The definitions that a control plane of this version watches, or undefined where nothing is known of its line. Of a release that is
 * known its own tool's rule holds, the last version that it lists; of another one of the line the version in which it stores, which all
 * of the line have. Those of the Gateway API are left out: they may be anybody's.
 */
export function neededCrds(version: string): readonly NeededCrd[] | undefined {
  const known = isKnownVersion(version) ? version : knownOfLine(lineOf(version));
  if (known === undefined) return undefined;
  return factsOf(known)
    .crds.filter((fact) => !isOfGateway(fact))
    .map(({ name, versions, storage }) => ({
      name,
      version: (known === version ? versions.at(-1) : undefined) ?? storage,
    }));
}

/**
 * The definition as this release brings it, with every version that it may list; undefined where it brings none, or nothing is known of
 * it. An edge release between two lines may have what the later one has, so it counts as that one.
 */
export function broughtCrd(version: string, name: string): CrdFact | undefined {
  const line = lineOf(version);
  if (line === undefined) return undefined;
  const exact = isKnownVersion(version);
  const between = !exact && version.startsWith('edge-');
  const from = exact ? version : knownOfLine(between ? line + 1 : line);
  return from === undefined ? undefined : factsOf(from).crds.find((fact) => fact.name === name);
}

/** The definition as the line after this release brings it: while an upgrade is under way it is there already. */
export function nextCrd(version: string, name: string): CrdFact | undefined {
  const line = lineOf(version);
  const next = line === undefined ? undefined : knownOfLine(line + 1);
  return next === undefined ? undefined : factsOf(next).crds.find((fact) => fact.name === name);
}

/** Every name that a definition of Linkerd's has had in any release, extensions and the Gateway API left out. */
export const linkerdCrdNames: ReadonlySet<string> = new Set(
  knownVersions.flatMap((version) =>
    factsOf(version)
      .crds.filter((fact) => !isOfGateway(fact))
      .map(({ name }) => name),
  ),
);
