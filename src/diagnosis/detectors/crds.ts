/** Resource definitions (CRDs) that the control plane, or the release to be applied, needs and the cluster does not have. */
import { crdProblem } from '../../linkerd/crd-status.ts';
import { linkerdCrdNames, type NeededCrd, neededCrds } from '../../linkerd/release-crds.ts';
import { record, records, text, time } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';
import { newestOf, renderedRelease, versionsOf } from './releases.ts';
import { linesSaid, saidIn } from './said.ts';

/** A definition that somebody needs and that is not as it has to be. */
interface Lack extends NeededCrd {
  /** The release that needs it; '' where it is not known. */
  readonly release: string;
  /** What says that it is needed. */
  readonly by: Evidence;
}

export const crdDetector: Detector = {
  kinds: {
    'crd-missing': {
      severity: 'blocker',
      layer: 'control-plane',
      title: 'A resource definition (CRD) is missing',
    },
    'crd-version-missing': {
      severity: 'blocker',
      layer: 'control-plane',
      title: 'A resource definition (CRD) lacks a version that is needed',
    },
  },
  needs: ['customResourceDefinitions'],
  look(view) {
    const crds = view.objects('customResourceDefinitions');
    const wanted = [...neededByControlPlanes(view), ...neededByTheStep(view)];
    const lacking = wanted.filter((lack) => !serves(find(crds, lack.name), lack.version));
    const missing = lacking.filter(({ name }) => find(crds, name) === undefined);
    const old = lacking.filter((lack) => !missing.includes(lack));
    return [...found('crd-missing', missing, crds), ...found('crd-version-missing', old, crds)];
  },
};

export const crdEstablishedDetector: Detector = {
  kinds: {
    'crd-not-established': {
      severity: 'blocker',
      layer: 'control-plane',
      title: 'A resource definition (CRD) is not established',
    },
  },
  needs: ['customResourceDefinitions'],
  look: (view) =>
    view
      .objects('customResourceDefinitions')
      .filter(({ metadata }) => linkerdCrdNames.has(metadata.name))
      .flatMap((crd) => notEstablished(crd, view)),
};

const find = (crds: readonly SnapshotObject[], name: string) =>
  crds.find(({ metadata }) => metadata.name === name);

/** The names of the versions in a definition. */
export const versionsIn = (crd: SnapshotObject | undefined): readonly string[] =>
  records(record(crd?.spec).versions)
    .map(({ name }) => text(name))
    .filter((name) => name !== '');

const serves = (crd: SnapshotObject | undefined, version: string): boolean =>
  crd !== undefined && (version === '' || versionsIn(crd).includes(version));

/** What each control plane that is there watches, by what it claims and what it runs. */
function neededByControlPlanes(view: View): readonly Lack[] {
  return view.controlPlanes
    .filter(({ meta }) => meta.state === 'found')
    .flatMap((controlPlane) =>
      versionsOf(controlPlane).flatMap((release) => {
        const claims = release === controlPlane.meta.version;
        const by: Evidence = {
          kind: 'field',
          ref: claims ? controlPlane.meta.source : `Deployments in ${controlPlane.namespace}`,
          path: claims ? 'data.values, linkerdVersion' : 'spec.template.spec.containers[*].image',
          value: release,
        };
        return (neededCrds(release) ?? []).map((needed) => ({ ...needed, release, by }));
      }),
    );
}

/** What the step that failed said is missing: `missing NAME`, `CRD NAME is missing version VERSION`. */
function neededByTheStep(view: View): readonly Lack[] {
  const release = renderedRelease(view) ?? '';
  return linesSaid(view)
    .filter((line) => line.length < 5000)
    .flatMap((line) => {
      const by = saidIn(view, line);
      const old = [...line.matchAll(/CRD ([a-z0-9.-]+) is missing version (v[a-z0-9]+)/g)];
      const gone = [...line.matchAll(/missing ([a-z]+\.[a-z0-9.-]+[a-z])/g)];
      return [
        ...old.map(([, name = '', version = '']) => ({ name, version, release, by })),
        ...gone
          .filter(([, name = '']) => linkerdCrdNames.has(name) || name.endsWith('.gateway.networking.k8s.io'))
          .map(([, name = '']) => ({ name, version: '', release, by })),
      ];
    });
}

function found(
  code: 'crd-missing' | 'crd-version-missing',
  lacks: readonly Lack[],
  crds: readonly SnapshotObject[],
): readonly Found[] {
  if (lacks.length === 0) return [];
  const names = [...new Set(lacks.map(({ name }) => name))].sort();
  const release = newestOf(lacks.map((lack) => lack.release).filter((each) => each !== '')) ?? '';
  const first = lacks.find(({ name }) => name === names[0])!;
  const isMissing = code === 'crd-missing';
  const one = isMissing ? `${names[0]} is missing` : `${names[0]} lacks ${first.version}`;
  const title = names.length === 1 ? one : `${one}, and ${names.length - 1} more like it`;
  const needer = release === '' ? 'Linkerd' : `Linkerd ${release}`;
  return [
    {
      code,
      certainty: 'confirmed',
      title,
      explanation: `${needer} watches its resources in the versions of its own definitions. Without them the upgrade is refused, or the policy controller does not become ready.`,
      // A tool of another release than is meant asks for definitions that nobody needs.
      ...(lacks.every(({ by }) => by.kind === 'output') ? { causedBy: ['cli-wrong-version'] } : {}),
      subjects: names.map((name) => ({ kind: 'CustomResourceDefinition', name })),
      evidence: [...evidenceOf(names, lacks, crds), ...distinct(lacks.map(({ by }) => by))],
      causes: [
        'The step that applies the definitions was left out, or stopped before its end.',
        'Definitions of an older release were applied over them, for instance by a delivery pipeline.',
      ],
      remedy: {
        text: `Apply the resource definitions of ${release === '' ? 'the release that needs them' : release}.`,
        risk: 'change',
        verify: 'linkerd check --crds',
        ...(release === '' ? {} : { parameters: { RELEASE: release } }),
      },
    },
  ];
}

function evidenceOf(
  names: readonly string[],
  lacks: readonly Lack[],
  crds: readonly SnapshotObject[],
): readonly Evidence[] {
  return names.slice(0, 7).map((name): Evidence => {
    const crd = find(crds, name);
    const ref = `CustomResourceDefinition ${name}`;
    if (crd === undefined) return { kind: 'field', ref, path: 'metadata.name', value: 'it is not there' };
    const versions = new Set(lacks.filter((lack) => lack.name === name).map(({ version }) => version));
    return {
      kind: 'field',
      ref,
      path: 'spec.versions[*].name',
      value: versionsIn(crd).join(', '),
      expected: [...versions].join(', '),
    };
  });
}

const distinct = (evidence: readonly Evidence[]): readonly Evidence[] => [
  ...new Map(evidence.map((each) => [`${each.ref}\n${each.value}`, each])).values(),
];

/** So long a definition may take to be established. */
const PATIENCE_MS = 60_000;

function notEstablished(crd: SnapshotObject, view: View): readonly Found[] {
  const problem = crdProblem(crd as Parameters<typeof crdProblem>[0]);
  if (problem === undefined) return [];
  const age = view.now - (time(crd.metadata.creationTimestamp) ?? view.now);
  if (!problem.failed && age < PATIENCE_MS) return [];
  const { name } = crd.metadata;
  const seen = Array.isArray(record(crd.status).conditions);
  const release = newestOf(view.controlPlanes.flatMap(versionsOf));
  return [
    {
      code: 'crd-not-established',
      certainty: !seen ? 'undetermined' : problem.failed ? 'confirmed' : 'likely',
      title: seen ? `${name} is not established` : `Whether ${name} is established cannot be told`,
      explanation:
        'The API server does not serve the resources of such a definition, so the control plane that watches them does not become ready.',
      subjects: [{ kind: 'CustomResourceDefinition', name }],
      evidence: [
        {
          kind: 'condition',
          ref: `CustomResourceDefinition ${name}`,
          path: 'status.conditions',
          value: text(seen ? problem.why : 'there are none'),
          expected: 'NamesAccepted=True, Established=True',
        },
      ],
      causes: [
        'Another definition has the same names in the same group.',
        'The definition is being deleted.',
      ],
      remedy: {
        text: 'Look at its conditions, take away what stands in its way, and apply the definition again.',
        risk: 'change',
        verify: `kubectl wait --for=condition=Established crd/${name} --timeout=60s`,
        ...(release === undefined ? {} : { parameters: { RELEASE: release } }),
      },
    },
  ];
}
