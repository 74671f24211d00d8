/** Definitions of the Gateway API in versions that the control plane cannot use. They may be anybody's. */
import { lineOf } from '../../linkerd/version-order.ts';
import { entry, record, records, text } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';
import { newestOf, releaseOf, renderedRelease, versionsOf } from './releases.ts';
import { linesSaid, saidIn } from './said.ts';

const GROUP = 'gateway.networking.k8s.io';

/** In which version which 2.N watches a route: linkerd2, policy-controller. A definition that is not there is not watched. */
const watched: readonly {
  readonly route: string;
  readonly from: number;
  readonly to: number;
  readonly version: string;
}[] = [
  { route: 'httproutes', from: 14, to: 17, version: 'v1beta1' },
  { route: 'httproutes', from: 18, to: Number.POSITIVE_INFINITY, version: 'v1' },
  { route: 'grpcroutes', from: 16, to: 17, version: 'v1alpha2' },
  { route: 'grpcroutes', from: 18, to: Number.POSITIVE_INFINITY, version: 'v1' },
  { route: 'tlsroutes', from: 17, to: 20, version: 'v1alpha2' },
  { route: 'tcproutes', from: 17, to: 20, version: 'v1alpha2' },
];

export const gatewayApiDetector: Detector = {
  kinds: {
    'gateway-api-version': {
      severity: 'blocker',
      layer: 'control-plane',
      title: 'The Gateway API is there in a version that the control plane cannot use',
    },
  },
  needs: ['customResourceDefinitions'],
  look(view) {
    const refused = linesSaid(view).find(
      (line) =>
        line.includes('The Gateway API CRDs must be installed prior to installing Linkerd') ||
        /the \S+ CRD is missing the v1 version, please upgrade to Gateway API/.test(line) ||
        line.includes('Linkerd is providing GW API, but your current install configuration will remove it') ||
        line.includes('Linkerd cannot install the Gateway API CRDs because they are already installed'),
    );
    if (refused !== undefined) return [bySaying(view, refused)];
    return [...unserved(view), ...twoOwners(view)];
  },
};

const definitionOf = (view: View, route: string): SnapshotObject | undefined =>
  view.object('customResourceDefinitions', '', `${route}.${GROUP}`);

const servedBy = (crd: SnapshotObject): readonly string[] =>
  records(record(crd.spec).versions).flatMap(({ name, served }) => (served === true ? [text(name)] : []));

/** What says which release of the Gateway API it is, and who applied it. */
function bundleOf(crd: SnapshotObject): Evidence {
  const key = `${GROUP}/bundle-version`;
  return {
    kind: 'field',
    ref: `CustomResourceDefinition ${crd.metadata.name}`,
    path: `metadata.annotations.${key.replaceAll('.', '\\.')}`,
    value: entry(crd.metadata.annotations, key) || 'none',
  };
}

function unserved(view: View): readonly Found[] {
  return view.controlPlanes.flatMap((controlPlane): readonly Found[] => {
    const release = newestOf(versionsOf(controlPlane));
    const line = release === undefined ? undefined : lineOf(release);
    if (release === undefined || line === undefined) return [];
    const lacks = watched
      .filter(({ from, to }) => from <= line && line <= to)
      .flatMap(({ route, version }) => {
        const crd = definitionOf(view, route);
        return crd === undefined || servedBy(crd).includes(version) ? [] : [{ crd, version }];
      });
    const [first] = lacks;
    if (first === undefined) return [];
    // Without routes of TLS and TCP the control plane still comes up (gateway-api 1.5, linkerd2#15567).
    const onlyLate = lacks.every(({ crd }) => /^t(ls|cp)routes/.test(crd.metadata.name));
    return [
      {
        code: 'gateway-api-version',
        certainty: onlyLate ? 'likely' : 'confirmed',
        ...(onlyLate ? { severity: 'error' as const } : {}),
        title: `Linkerd ${release} needs ${first.version} of ${first.crd.metadata.name}, which serves ${servedBy(first.crd).join(', ')}`,
        explanation: onlyLate
          ? 'The policy controller cannot watch these routes, so they have no effect.'
          : 'The policy controller cannot watch its routes, and ends again and again.',
        subjects: lacks.map(({ crd }) => ({ kind: 'CustomResourceDefinition', name: crd.metadata.name })),
        evidence: lacks.flatMap(({ crd, version }): readonly Evidence[] => [
          {
            kind: 'field',
            ref: `CustomResourceDefinition ${crd.metadata.name}`,
            path: 'spec.versions[?(@.served==true)].name',
            value: servedBy(crd).join(', '),
            expected: version,
          },
          bundleOf(crd),
        ]),
        causes: ['The Gateway API was upgraded past what this release of Linkerd works with.'],
        remedy: remedyFor(line),
      },
    ];
  });
}

const remedyFor = (line: number): Found['remedy'] => ({
  text:
    line <= 17
      ? 'Up to 2.17 Linkerd works with the Gateway API up to 1.1.1: do not go past it before Linkerd is 2.18.'
      : 'Linkerd 2.18 and 2.19 work with the Gateway API 1.1.1 to 1.2.1, and 2.20 with 1.2.1 to 1.5.1 of the experimental channel.',
  risk: 'change',
  verify: `kubectl get crd grpcroutes.${GROUP} --output jsonpath='{.spec.versions[*].name}'`,
});

/** Half of them taken over from Linkerd: its tool takes all of them for its own again, and puts the old versions back. */
function twoOwners(view: View): readonly Found[] {
  const crds = ['httproutes', 'grpcroutes'].flatMap((route) => definitionOf(view, route) ?? []);
  const owners = crds.map((crd) => entry(crd.metadata.annotations, 'linkerd.io/created-by'));
  const ours = owners.filter((owner) => owner !== '').length;
  if (crds.length < 2 || ours !== 1) return [];
  return [
    {
      code: 'gateway-api-version',
      severity: 'warning',
      certainty: 'likely',
      title: 'The Gateway API is half of Linkerd and half of somebody else',
      explanation:
        'While one of the two definitions is its own, linkerd upgrade --crds renders all of them in its own version and takes the other back, without a word.',
      subjects: crds.map(({ metadata }) => ({ kind: 'CustomResourceDefinition', name: metadata.name })),
      evidence: crds.flatMap((crd, index): readonly Evidence[] => [
        {
          kind: 'field',
          ref: `CustomResourceDefinition ${crd.metadata.name}`,
          path: 'metadata.annotations.linkerd\\.io/created-by',
          value: owners[index] || 'none',
        },
        bundleOf(crd),
      ]),
      causes: [
        'A newer Gateway API was applied, and GRPCRoute was refused because v1alpha2 is among its stored versions.',
      ],
      remedy: {
        text: 'Bring both to 1.1.1 first, store the GRPCRoutes as v1, take v1alpha2 out of the stored versions, and then apply the newer Gateway API.',
        risk: 'change',
        verify: `kubectl get crd grpcroutes.${GROUP} --output jsonpath='{.status.storedVersions}'`,
      },
    },
  ];
}

function bySaying(view: View, line: string): Found {
  const release = renderedRelease(view) ?? releaseOf(view.snapshot.walk?.target) ?? 'this release';
  const crds = ['httproutes', 'grpcroutes'].flatMap((route) => definitionOf(view, route) ?? []);
  return {
    code: 'gateway-api-version',
    certainty: 'confirmed',
    title:
      crds.length === 0
        ? `Linkerd ${release} needs the Gateway API, which is not installed`
        : `Linkerd ${release} does not take the Gateway API as it is installed`,
    explanation:
      'From 2.18 on Linkerd renders nothing without the definitions of HTTPRoute and GRPCRoute in version v1, and installs them itself only where they are its own.',
    causedBy: ['cli-wrong-version'],
    subjects: [`httproutes.${GROUP}`, `grpcroutes.${GROUP}`].map((name) => ({
      kind: 'CustomResourceDefinition',
      name,
    })),
    evidence: [saidIn(view, line), ...crds.map(bundleOf)],
    causes: ['The Gateway API is installed apart from Linkerd since 2.18.'],
    remedy: {
      text: 'Apply the standard channel of the Gateway API 1.2.1, and leave installGatewayAPI off where it is not Linkerd that installs it.',
      risk: 'change',
      verify: `kubectl get crd httproutes.${GROUP} grpcroutes.${GROUP}`,
    },
  };
}
