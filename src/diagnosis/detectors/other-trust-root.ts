/** Proxies that were given other trust anchors than those that start now: where they share none, neither trusts the other. */
import { createIntern, readPodMeta } from '../../data-plane/read-meta.ts';
import { readCertificates } from '../../linkerd/certificates.ts';
import { PROXY_CONTAINER, TRUST_ANCHORS_ENV } from '../../linkerd/proxy.ts';
import { entry, record, records } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence, Subject } from '../finding.ts';
import { type CertificatesAt, fingerprints, trustAnchors } from '../identity.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { ControlPlane, View } from '../view.ts';

/** How the anchors of a pod stand to those of its control plane; `maybe-none`: they differ, and nobody can see which they are. */
type Relation = 'same' | 'some' | 'none' | 'maybe-none';

export const otherTrustRootDetector: Detector = {
  kinds: {
    'other-trust-root': {
      severity: 'error',
      layer: 'data-plane',
      title: 'Proxies trust other anchors than the control plane gives out',
    },
  },
  needs: ['pods', 'configMaps'],
  look: (view) => view.controlPlanes.flatMap((plane) => lookAt(view, plane)),
};

function lookAt(view: View, plane: ControlPlane): readonly Found[] {
  const anchors = trustAnchors(view, plane);
  if (!anchors?.found.ok) return [];
  const pods = view.objects('pods').filter(({ metadata, status }) => {
    const { phase } = record(status);
    const ours = entry(metadata.labels, 'linkerd.io/control-plane-ns') === plane.namespace;
    return ours && phase !== 'Succeeded' && phase !== 'Failed' && metadata.deletionTimestamp === undefined;
  });
  const relationOf = createRelation(pods, anchors.found.certificates, plane);
  const apart = new Map<string, Other>();
  const overlapping = new Map<string, Other>();
  const intern = createIntern();
  for (const pod of pods) {
    const relation = relationOf(pod);
    if (relation === 'same') continue;
    const { namespace, ownerKind: kind, ownerName: name } = readPodMeta(pod, intern);
    const group = relation === 'some' ? overlapping : apart;
    const key = `${kind}/${namespace}/${name}`;
    const other = group.get(key);
    if (other) other.pods += 1;
    else group.set(key, { subject: { kind, namespace, name }, pod, relation, pods: 1 });
  }
  return [
    ...finding(plane, anchors, [...apart.values()], 'error'),
    ...finding(plane, anchors, [...overlapping.values()], 'warning'),
  ];
}

interface Other {
  readonly subject: Subject;
  readonly pod: SnapshotObject;
  readonly relation: Relation;
  pods: number;
}

/**
 * Remembers what it has seen: thousands of pods share a few bundles. Pods that take their anchors from the ConfigMap tell only
 * the hash of those that they started with; where another pod has the same, that one shows which they are.
 */
function createRelation(
  pods: readonly SnapshotObject[],
  now: Parameters<typeof fingerprints>[0],
  plane: ControlPlane,
) {
  const current = fingerprints(now);
  const ofBundle = (pem: string): Relation | undefined => {
    const read = readCertificates(pem);
    if (!read.ok) return undefined;
    const theirs = fingerprints(read.certificates);
    if (theirs.join() === current.join()) return 'same';
    return theirs.some((each) => current.includes(each)) ? 'some' : 'none';
  };
  const byBundle = new Map<string, Relation | undefined>();
  const byHash = new Map<string, Relation>(plane.meta.trustRoots.map((hash) => [hash, 'same']));
  const seen = pods.map((pod) => {
    const pem = anchorsOf(pod);
    const hash = entry(pod.metadata.annotations, 'linkerd.io/trust-root-sha256');
    if (pem !== undefined && !byBundle.has(pem)) byBundle.set(pem, ofBundle(pem));
    const relation = pem === undefined ? undefined : byBundle.get(pem);
    if (relation !== undefined && hash !== '') byHash.set(hash, relation);
    return { pod, hash, relation };
  });
  const relations = new Map(
    seen.map(({ pod, hash, relation }) => [
      pod,
      relation ?? (hash === '' ? 'same' : (byHash.get(hash) ?? 'maybe-none')),
    ]),
  );
  return (pod: SnapshotObject): Relation => relations.get(pod) ?? 'same';
}

/** The anchors in the environment of its proxy, where they stand there and are not taken from the ConfigMap. */
function anchorsOf(pod: SnapshotObject): string | undefined {
  const { containers, initContainers } = record(pod.spec);
  const proxy = [...records(containers), ...records(initContainers)].find(
    ({ name }) => name === PROXY_CONTAINER,
  );
  const value = records(proxy?.env).find(({ name }) => name === TRUST_ANCHORS_ENV)?.value;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function finding(
  plane: ControlPlane,
  anchors: CertificatesAt,
  others: readonly Other[],
  severity: 'error' | 'warning',
): readonly Found[] {
  if (others.length === 0) return [];
  const pods = others.reduce((sum, each) => sum + each.pods, 0);
  const apart = severity === 'error';
  const proofs = others.slice(0, 8).map(({ pod, relation }): Evidence => {
    const { namespace, name, annotations } = pod.metadata;
    const hash = entry(annotations, 'linkerd.io/trust-root-sha256');
    return {
      kind: 'field',
      ref: `Pod ${namespace}/${name}`,
      path:
        hash === ''
          ? `spec.containers[?(@.name=="${PROXY_CONTAINER}")].env`
          : 'metadata.annotations["linkerd.io/trust-root-sha256"]',
      value: hash === '' ? shared[relation] : `${hash} (${shared[relation]})`,
      ...(plane.meta.trustRoot === undefined ? {} : { expected: plane.meta.trustRoot }),
    };
  });
  return [
    {
      code: 'other-trust-root',
      severity,
      certainty: others.every(({ relation }) => relation === 'maybe-none') ? 'likely' : 'confirmed',
      title: `${pods} ${pods === 1 ? 'proxy has' : 'proxies have'} other trust anchors than ${anchors.ref.slice(anchors.ref.indexOf(' ') + 1)}`,
      explanation: apart
        ? 'As far as can be seen they share no anchor with the proxies that start now, so neither trusts the other: connections between them fail, and they get no certificate from the new issuer. linkerd upgrade refuses to go on.'
        : 'They share an anchor with the proxies that start now, so the mesh holds together. Before the old anchor is taken away they have to restart.',
      subjects: others.map(({ subject }) => subject),
      evidence: [
        {
          kind: 'field',
          ref: anchors.ref,
          path: anchors.path,
          value: plane.meta.trustRoot ?? 'other anchors',
        },
        ...proofs,
      ],
      causes: apart
        ? [
            'linkerd install was applied over a mesh that was there, and made a new identity',
            'The old trust anchor was taken out of the bundle before every proxy had restarted',
          ]
        : ['The trust anchors are being rotated, and these pods have not restarted yet'],
      remedy: {
        text: 'Restart every meshed workload, so that all proxies start from the same anchors.',
        risk: 'change',
        verify: 'linkerd check --proxy: data plane proxies certificate match CA',
        parameters: {
          DIFFER: 'no',
          ...(plane.meta.version === undefined ? {} : { VERSION: plane.meta.version }),
        },
      },
    },
  ];
}

const shared: Readonly<Record<Relation, string>> = {
  same: 'the same anchors',
  some: 'shares an anchor',
  none: 'shares no anchor',
  'maybe-none': 'other anchors, not seen which',
};
