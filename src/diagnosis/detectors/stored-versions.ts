/** Versions in which resources may be stored, and which the definitions at hand do not have (any more). */
import { lostVersions } from '../../linkerd/crd-status.ts';
import { broughtCrd, linkerdCrdNames, nextCrd } from '../../linkerd/release-crds.ts';
import { record, texts } from '../../rollout/json.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';
import { versionsIn } from './crds.ts';
import { newestOf, releaseOf, renderedRelease, versionsOf } from './releases.ts';
import { linesSaid, saidIn } from './said.ts';

/** A definition with versions that a release to be applied does not know. */
interface Refused {
  readonly name: string;
  readonly lost: readonly string[];
  readonly release: string | undefined;
  readonly evidence: Evidence;
  readonly blocks: boolean;
}

export const storedVersionsDetector: Detector = {
  kinds: {
    'crd-stored-version-lost': {
      severity: 'error',
      layer: 'control-plane',
      title: 'Resources are stored in a version that a definition (CRD) does not have',
    },
  },
  needs: ['customResourceDefinitions'],
  look(view) {
    const crds = view.objects('customResourceDefinitions');
    const refused = [...bySaying(view), ...byReleases(view, crds), ...inThemselves(view, crds)];
    const first = [...new Map(refused.toReversed().map((each) => [each.name, each])).values()];
    return grouped(first, crds);
  },
};

/** As the API server words it, `must appear in` in older ones; Helm quotes it. */
const REFUSAL =
  /([a-z]+(?:\.[a-z0-9-]+)+)" (?:is invalid: |with kind CustomResourceDefinition).{0,2000}?status\.storedVersions\[\d+\]: Invalid value: "(v[a-z0-9]+)"/;

/** What the step that failed was refused. It counts only while the version is still among the stored ones. */
function bySaying(view: View): readonly Refused[] {
  return linesSaid(view).flatMap((line): readonly Refused[] => {
    const [, name = '', version = ''] = REFUSAL.exec(line.slice(0, 5000)) ?? [];
    const crd = view.object('customResourceDefinitions', '', name);
    if (crd === undefined || !storedIn(crd).includes(version)) return [];
    const evidence = saidIn(view, line);
    return [{ name, lost: [version], release: renderedRelease(view), evidence, blocks: true }];
  });
}

/**
 * What the release that is upgraded to would be refused. Without one, what the control plane's own release would be, and the one after it:
 * in the middle of an upgrade the definitions are those of the next.
 */
function byReleases(view: View, crds: readonly SnapshotObject[]): readonly Refused[] {
  const target = releaseOf(view.snapshot.walk?.target);
  const release = target ?? newestOf(view.controlPlanes.flatMap(versionsOf));
  if (release === undefined) return [];
  return crds
    .filter(({ metadata }) => linkerdCrdNames.has(metadata.name))
    .flatMap((crd): readonly Refused[] => {
      const { name } = crd.metadata;
      const brought = broughtCrd(release, name);
      const next = target === undefined ? nextCrd(release, name) : brought;
      const known = [...(brought?.versions ?? []), ...(next?.versions ?? [])];
      const lost = storedIn(crd).filter((version) => !known.includes(version));
      if (brought === undefined || next === undefined || lost.length === 0) return [];
      return [{ name, lost, release, evidence: storedEvidence(crd, brought), blocks: target !== undefined }];
    });
}

/** What the definition itself has lost. The API server prevents that, unless its status was patched. */
function inThemselves(view: View, crds: readonly SnapshotObject[]): readonly Refused[] {
  const release = newestOf(view.controlPlanes.flatMap(versionsOf));
  return crds
    .filter(({ metadata }) => linkerdCrdNames.has(metadata.name))
    .flatMap((crd): readonly Refused[] => {
      const { name } = crd.metadata;
      const lost = lostVersions(crd as Parameters<typeof lostVersions>[0]).map(stripToLine);
      if (lost.length === 0) return [];
      return [{ name, lost, release, evidence: storedEvidence(crd, undefined), blocks: false }];
    });
}

const storedIn = (crd: SnapshotObject): readonly string[] => texts(record(crd.status).storedVersions);

function storedEvidence(crd: SnapshotObject, brought: { versions: readonly string[] } | undefined): Evidence {
  return {
    kind: 'field',
    ref: `CustomResourceDefinition ${crd.metadata.name}`,
    path: 'status.storedVersions',
    value: storedIn(crd).join(', '),
    expected: `only ${(brought?.versions ?? versionsIn(crd)).join(', ')}`,
  };
}

/** One finding for those of one owner: what Linkerd's tools made can be mended; what is somebody else's is left as it is. */
function grouped(refused: readonly Refused[], crds: readonly SnapshotObject[]): readonly Found[] {
  const others = refused.filter(({ name }) => !linkerdCrdNames.has(name));
  const ours = refused.filter(({ name }) => linkerdCrdNames.has(name));
  return [...found(ours, crds, 'linkerd'), ...found(others, crds, 'others')];
}

function found(
  refused: readonly Refused[],
  crds: readonly SnapshotObject[],
  owner: 'linkerd' | 'others',
): readonly Found[] {
  const [first] = refused;
  if (first === undefined) return [];
  const release = newestOf(refused.flatMap((each) => each.release ?? []));
  const { name, lost } = first;
  const more = refused.length === 1 ? '' : `, and ${refused.length - 1} more like it`;
  const whose = release === undefined ? 'its definition' : `Linkerd ${release}`;
  return [
    {
      code: 'crd-stored-version-lost',
      certainty: 'confirmed',
      ...(refused.some(({ blocks }) => blocks) ? { severity: 'blocker' as const } : {}),
      title: `${name} is stored as ${lost.join(', ')}, which ${whose} does not have${more}`,
      explanation:
        'The API server refuses a definition without a version in which something may be stored. The other definitions of the release are applied, so the cluster is left with some of each.',
      ...(first.evidence.kind === 'output' ? { causedBy: ['cli-wrong-version'] } : {}),
      subjects: refused.map((each) => ({ kind: 'CustomResourceDefinition', name: each.name })),
      evidence: [
        ...refused.map(({ evidence }) => evidence),
        ...refused.flatMap((each) => beside(each, crds)),
      ],
      causes: [
        'Somebody applied the definitions of a newer release, often with a tool that was fetched without a version.',
        'It is a way back to an older release, which Linkerd does not support.',
        'The Gateway API was installed by somebody else, in a newer version.',
      ],
      remedy: {
        text:
          owner === 'linkerd'
            ? 'Upgrade to a release that has the stored versions, or store the resources in a version that the release has, and apply its definitions then.'
            : 'Keep the definitions that are there, and apply the others without them.',
        risk: owner === 'linkerd' ? 'irreversible' : 'change',
        verify: `kubectl get crd ${name} --output jsonpath='{.status.storedVersions}'`,
        parameters: {
          OWNER: owner,
          DEFINITIONS: refused.map((each) => `${each.name}=${storageOf(each)}`).join(' '),
          ...(release === undefined ? {} : { RELEASE: release }),
        },
      },
    },
  ];
}

/** The version to store in: the one that the release stores in. */
const storageOf = ({ name, release }: Refused): string =>
  (release === undefined ? undefined : broughtCrd(release, name)?.storage) ?? 'keep';

/** Who applied the definition last, where it says so. */
function beside({ name, evidence }: Refused, crds: readonly SnapshotObject[]): readonly Evidence[] {
  const crd = crds.find(({ metadata }) => metadata.name === name);
  if (crd === undefined) return [];
  const by = stripToLine(String(crd.metadata.annotations?.['linkerd.io/created-by'] ?? ''));
  const ref = `CustomResourceDefinition ${name}`;
  return [
    ...(evidence.kind === 'output' ? [storedEvidence(crd, undefined)] : []),
    ...(by === ''
      ? []
      : [{ kind: 'field' as const, ref, path: 'metadata.annotations.linkerd\\.io/created-by', value: by }]),
  ];
}
