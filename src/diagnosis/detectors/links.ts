/** Links of the multicluster extension: each was made by the CLI of another cluster, and is upgraded by being made again. */
import { skewOf } from '../../data-plane/skew.ts';
import { imagesOf } from '../../linkerd/images.ts';
import { entry, record, text } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';
import { soleControlPlane } from './extension-versions.ts';
import { cliOf } from './helm-owner.ts';

export const linksDetector: Detector = {
  kinds: {
    'link-behind': {
      severity: 'warning',
      layer: 'extension',
      title: 'A link to another cluster is older than the control plane',
      causedBy: ['multicluster-behind'],
    },
  },
  needs: ['links', 'deployments', 'configMaps'],
  look(view) {
    const version = soleControlPlane(view)?.version;
    if (version === undefined) return [];
    return view.objects('links').flatMap((link) => {
      const signs = signsOf(view, link, version);
      return signs.length === 0 ? [] : [found(link, version, signs)];
    });
  },
};

/** One thing that shows that a link is not of this release. */
interface Sign {
  readonly what: string;
  readonly severity: 'error' | 'warning';
  readonly evidence: Evidence;
}

function signsOf(view: View, link: SnapshotObject, version: string): readonly Sign[] {
  const { name, namespace = '' } = link.metadata;
  const cluster = text(record(link.spec).targetClusterName) || name;
  const mirror = view.object('deployments', namespace, `linkerd-service-mirror-${cluster}`);
  const controller = view.object('deployments', namespace, `controller-${cluster}`);
  const ref = `Link ${namespace}/${name}`;
  const made = cliOf(link);
  const image = mirror === undefined ? undefined : mirrorImage(mirror);
  return [
    ...late(made, version, 'it was made by the CLI of', {
      kind: 'field',
      ref,
      path: 'metadata.annotations.linkerd\\.io/created-by',
      value: `linkerd/cli ${made}`,
      expected: version,
    }),
    ...late(image?.tag, version, 'its service mirror is', {
      kind: 'field',
      ref: `Deployment ${namespace}/${mirror?.metadata.name}`,
      path: `spec.template.spec.containers[?(@.name=="${image?.container}")].image`,
      value: `controller:${image?.tag}`,
      expected: version,
    }),
    ...numericPeriod(link, ref),
    ...(mirror !== undefined && controller !== undefined
      ? [twoControllers(view, mirror, controller, name)]
      : []),
  ];
}

function late(found: string | undefined, version: string, what: string, evidence: Evidence): readonly Sign[] {
  const skew = found === undefined ? 'unknown' : skewOf(found, version);
  if (skew !== 'supported' && skew !== 'old') return [];
  return [{ what: `${what} ${found}`, severity: skew === 'old' ? 'error' : 'warning', evidence }];
}

/** A service mirror is the program `controller` of the release. */
function mirrorImage(deployment: SnapshotObject) {
  const own = imagesOf(deployment).find(({ repository }) => repository === 'controller');
  return own && { container: text(own.container), tag: text(own.tag) };
}

/** Since edge-25.1.2 a period has a unit, and a link without one is refused. */
function numericPeriod(link: SnapshotObject, ref: string): readonly Sign[] {
  const period = text(record(record(link.spec).probeSpec).period);
  const v1alpha3 = link.apiVersion.endsWith('/v1alpha3');
  if (!v1alpha3 || !/^\d+$/.test(period)) return [];
  const evidence: Evidence = {
    kind: 'field',
    ref,
    path: 'spec.probeSpec.period',
    value: period,
    expected: `${period}s`,
  };
  return [{ what: 'its probe period has no unit', severity: 'error', evidence }];
}

/** 2.18 brought the controller into the extension; until the old one is deleted it keeps the lease, and the new one idles. */
function twoControllers(view: View, mirror: SnapshotObject, controller: SnapshotObject, link: string): Sign {
  const { namespace = '', name } = mirror.metadata;
  const lease = view.object('leases', namespace, `service-mirror-write-${link}`);
  const holder = text(record(lease?.spec).holderIdentity);
  return {
    what: `${name} and ${controller.metadata.name} are both there`,
    severity: 'warning',
    evidence:
      holder === ''
        ? {
            kind: 'field',
            ref: `Deployment ${namespace}/${name}`,
            value: entry(mirror.metadata.labels, 'component') || 'present',
          }
        : {
            kind: 'field',
            ref: `Lease ${namespace}/service-mirror-write-${link}`,
            path: 'spec.holderIdentity',
            value: holder,
          },
  };
}

function found(link: SnapshotObject, version: string, signs: readonly Sign[]): Found {
  const { name, namespace = '' } = link.metadata;
  const double = signs.some(({ what }) => what.includes('both there'));
  return {
    code: 'link-behind',
    severity: signs.some(({ severity }) => severity === 'error') ? 'error' : 'warning',
    certainty: 'confirmed',
    title: `Link ${name}: ${signs[0]!.what}, the control plane is ${version}`,
    explanation:
      'Nothing upgrades a link but making it again. Traffic goes on meanwhile; linkerd multicluster check complains, and an image that is only exchanged may not start.',
    subjects: [{ kind: 'Link', namespace, name }],
    evidence: signs.map(({ evidence }) => evidence),
    causes: ['The clusters were upgraded, and the links between them were not made again.'],
    remedy: {
      text: double
        ? `Take the old controller away: linkerd multicluster unlink --cluster-name ${name} --only-controller | kubectl delete -f -`
        : 'Make the link again with the CLI of the target cluster. Mirrored services stay.',
      risk: 'change',
      verify: 'linkerd multicluster check',
      parameters: {
        EXTENSION_NAMESPACE: namespace,
        CONTROL_PLANE_VERSION: version,
        EXTENSION: 'current',
        EXTENSION_OWNER: 'cli',
        LINKS: 'behind',
      },
    },
  };
}
