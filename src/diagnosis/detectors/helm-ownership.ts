/** Objects whose owner Helm will not accept: it takes over only what its own label and annotations give to the release. */
import { entry } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { ObjectPart, SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';
import {
  type Claim,
  claimed,
  cliOf,
  MANAGED_BY,
  ownerEvidence,
  ownerOf,
  RELEASE_NAME,
  RELEASE_NAMESPACE,
  subjectOf,
} from './helm-owner.ts';
import { helmReleases, releaseKey } from './helm-releases.ts';
import { linesSaid, saidIn } from './said.ts';

export const helmOwnershipDetector: Detector = {
  kinds: {
    'helm-ownership': {
      severity: 'error',
      layer: 'tool',
      title: 'Helm does not accept an object as its own',
    },
  },
  needs: ['customResourceDefinitions', 'secrets'],
  look(view) {
    const strangers = disowned(view);
    const refused = refusal(view, strangers);
    if (refused !== undefined) return [refused];
    return strangers.map(({ objects, owner }) => ({
      ...found(objects.map(claimed), owner),
      certainty: 'likely',
      evidence: objects.flatMap(ownerEvidence),
    }));
  },
};

const refusalText =
  /(\S+) "([^"\s]+)" in namespace "([^"]*)" exists and cannot be imported into the current release/;
const mustBe = (key: string) =>
  new RegExp(`"${key.replaceAll('.', '\\.')}"(?:: must be set to| must equal) "([^"]+)"`);

/** Helm names one object at a time, and what it would have to say. Others of the same release would be refused next. */
function refusal(view: View, strangers: readonly Strangers[]): Found | undefined {
  const lines = linesSaid(view);
  const line = lines.find((each) => refusalText.test(each));
  const [, kind = '', name = '', namespace = ''] = refusalText.exec(line ?? '') ?? [];
  if (line === undefined) return undefined;
  const told = lines.join('\n');
  const claim: Claim = { kind, namespace, name };
  const release = mustBe(RELEASE_NAME).exec(told)?.[1];
  const releaseNamespace = mustBe(RELEASE_NAMESPACE).exec(told)?.[1] ?? namespaceOf(view, release, claim);
  const live = liveObject(view, claim);
  // It was given to the release since then.
  if (live !== undefined && isOwnedBy(live, release, releaseNamespace)) return undefined;
  const same = strangers.find(({ owner }) => owner.release === release);
  const next = (same?.objects ?? []).map(claimed).filter((each) => each.name !== name || each.kind !== kind);
  return {
    ...found([claim, ...next], { release, namespace: releaseNamespace }),
    severity: 'blocker',
    certainty: 'confirmed',
    evidence: [saidIn(view, line), ...(live === undefined ? [] : ownerEvidence(live))],
  };
}

/** Helm does not say it where that annotation is right. */
function namespaceOf(view: View, release: string | undefined, { namespace }: Claim): string | undefined {
  const stored = helmReleases(view).find(([newest]) => newest.release === release)?.[0].namespace;
  return stored ?? (namespace === '' ? view.controlPlanes[0]?.namespace : namespace);
}

const liveObject = (view: View, { kind, namespace, name }: Claim): SnapshotObject | undefined =>
  parts.flatMap((part) => view.object(part, namespace, name) ?? []).find((object) => object.kind === kind);

function isOwnedBy(object: SnapshotObject, release?: string, namespace?: string): boolean {
  const owner = ownerOf(object);
  return owner.labelled && owner.release === release && owner.namespace === namespace;
}

/** Kinds that charts of Linkerd install and nobody makes by hand. */
const parts: readonly ObjectPart[] = [
  'customResourceDefinitions',
  'configMaps',
  'services',
  'deployments',
  'mutatingWebhooks',
  'validatingWebhooks',
  'podDisruptionBudgets',
];

/**
 * Among objects of one chart (the CRDs, the control plane, an extension) of which some belong to a release whose note is there:
 * those that say so only in part, or name a release of which there is no note, or that the linkerd CLI has added.
 */
function disowned(view: View): readonly Strangers[] {
  const releases = new Set(
    helmReleases(view).map(([{ release, namespace }]) => releaseKey(release, namespace)),
  );
  const groups = new Map<string, SnapshotObject[]>();
  const own = new Set(meshNamespaces(view));
  for (const part of parts) {
    for (const object of view.objects(part)) {
      if (!own.has(object.metadata.namespace ?? '')) continue;
      const group = groupOf(part, object);
      if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), object]);
    }
  }
  return [...groups.values()].flatMap((objects) => {
    const stands = (object: SnapshotObject) => {
      const { release, namespace, labelled } = ownerOf(object);
      return labelled && release !== '' && releases.has(releaseKey(release, namespace));
    };
    const owner = mostCommon(objects.filter(stands).map(ownerOf));
    if (owner === undefined) return [];
    const strange = objects.filter((object) => !stands(object) && isStrange(object));
    return strange.length === 0 ? [] : [{ objects: strange, owner }];
  });
}

/** Where charts of Linkerd put their objects; '' for those that are in no namespace. */
const meshNamespaces = (view: View): readonly string[] => [
  '',
  ...view.controlPlanes.map(({ namespace }) => namespace),
  ...view
    .objects('namespaces')
    .filter(({ metadata }) => entry(metadata.labels, 'linkerd.io/extension') !== '')
    .map(({ metadata }) => metadata.name),
];

/** What one chart brings: the CRDs are one of their own since 2.12. */
function groupOf(part: ObjectPart, { metadata }: SnapshotObject): string | undefined {
  const mesh = entry(metadata.labels, 'linkerd.io/control-plane-ns');
  const extension = entry(metadata.labels, 'linkerd.io/extension');
  if (mesh === '' && extension === '') return undefined;
  return [part === 'customResourceDefinitions' ? 'crds' : 'objects', mesh, extension].join('/');
}

function isStrange(object: SnapshotObject): boolean {
  const { release, namespace, labelled } = ownerOf(object);
  if (labelled || release !== '' || namespace !== '') return true;
  return object.kind === 'CustomResourceDefinition' && cliOf(object) !== undefined;
}

interface Owner {
  readonly release: string | undefined;
  readonly namespace: string | undefined;
}

/** Objects of one chart, and the release that the rest of it belongs to. */
interface Strangers {
  readonly objects: readonly SnapshotObject[];
  readonly owner: Owner;
}

function mostCommon(
  owners: readonly { readonly release: string; readonly namespace: string }[],
): Owner | undefined {
  const counts = new Map<string, number>();
  const key = (one: { release: string; namespace: string }) => releaseKey(one.release, one.namespace);
  for (const one of owners) counts.set(key(one), (counts.get(key(one)) ?? 0) + 1);
  return owners.toSorted(
    (a, b) => counts.get(key(b))! - counts.get(key(a))! || (key(a) < key(b) ? -1 : 1),
  )[0];
}

/** What is the same however it was found out. */
function found(
  claims: readonly Claim[],
  { release, namespace }: Owner,
): Omit<Found, 'certainty' | 'evidence'> {
  const [first] = claims;
  const what = claims.length === 1 ? `${first!.kind} ${first!.name}` : `${claims.length} objects`;
  const whose = release === undefined ? 'the Helm release' : `the Helm release ${release}`;
  return {
    code: 'helm-ownership',
    title: `${what}: not marked as part of ${whose}`,
    explanation:
      'Helm changes an object that exists already only if its label and annotations name the release. Else it refuses the whole upgrade, before anything is changed.',
    subjects: claims.map(subjectOf),
    causes: [
      'It was made or restored with kubectl or with the linkerd CLI, beside Helm.',
      'It belongs to a release that was replaced by another, as from 2.11 to 2.12.',
    ],
    remedy: {
      text: `Give it to ${whose}: the label ${MANAGED_BY}=Helm and the two annotations meta.helm.sh/release-*.`,
      risk: 'change',
      verify: 'helm upgrade ... --dry-run=server',
      parameters: {
        OBJECTS: claims.map(({ kind, namespace: of, name }) => `${of || '-'}/${kind}/${name}`).join(' '),
        ...(release === undefined ? {} : { RELEASE: release }),
        ...(namespace === undefined ? {} : { RELEASE_NAMESPACE: namespace }),
      },
    },
  };
}
