/** Extensions that did not come along: which version each is, against the control plane that it works with. */
import { skewOf } from '../../data-plane/skew.ts';
import { imagesOf, isOfTheRelease } from '../../linkerd/images.ts';
import { compareVersions, lineOf } from '../../linkerd/version-order.ts';
import { entry, text } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { ControlPlane, View } from '../view.ts';
import { isOfHelm } from './releases.ts';

export const extensionVersionsDetector: Detector = {
  kinds: {
    'viz-behind': {
      severity: 'warning',
      layer: 'extension',
      title: 'The viz extension is older than the control plane',
    },
    'multicluster-behind': {
      severity: 'warning',
      layer: 'extension',
      title: 'The multicluster extension is older than the control plane',
    },
  },
  needs: ['namespaces', 'deployments', 'configMaps'],
  look: (view) => [...behind(view, 'viz'), ...behind(view, 'multicluster')],
};

/** The control plane that extensions belong to. With several of them, nobody can say which. */
export function soleControlPlane(view: View): (ControlPlane & { readonly version: string }) | undefined {
  const found = view.controlPlanes.filter(({ meta }) => meta.state === 'found');
  const version = found[0]?.meta.version;
  return found.length === 1 && version !== undefined ? { ...found[0]!, version } : undefined;
}

/** The namespaces of an extension. */
export const extensionNamespaces = (view: View, extension: string): readonly string[] =>
  view
    .objects('namespaces')
    .filter(({ metadata }) => entry(metadata.labels, 'linkerd.io/extension') === extension)
    .map(({ metadata }) => metadata.name);

/** The version of one Deployment of an extension, with what shows it. */
interface Part {
  readonly name: string;
  readonly version: string;
  readonly evidence: Evidence;
}

/** By the image of its own program. The tag of a proxy, where one is rendered, is not the extension's. */
function versionByImage(deployment: SnapshotObject): Part | undefined {
  const { name, namespace = '' } = deployment.metadata;
  const own = imagesOf(deployment).find((image) => isOfTheRelease(image) && image.repository !== 'proxy');
  const version = text(own?.tag);
  if (own === undefined || lineOf(version) === undefined) return undefined;
  const path = `spec.template.spec.${own.list}[?(@.name=="${text(own.container)}")].image`;
  const value = `${text(own.repository)}:${version}`;
  return { name, version, evidence: { kind: 'field', ref: `Deployment ${namespace}/${name}`, path, value } };
}

/** By the release that rendered it: a gateway only pauses, and Prometheus has versions of its own. */
function versionByMaker({ metadata }: SnapshotObject): Part | undefined {
  const { name, namespace = '', annotations } = metadata;
  const value = entry(annotations, 'linkerd.io/created-by');
  const version = /^linkerd\/(?:cli|helm) (\S+)$/.exec(value)?.[1] ?? '';
  if (lineOf(version) === undefined) return undefined;
  const path = 'metadata.annotations.linkerd\\.io/created-by';
  return { name, version, evidence: { kind: 'field', ref: `Deployment ${namespace}/${name}`, path, value } };
}

/** Links are made again whenever the extension is upgraded. */
const linksOf = (view: View): string => (view.objects('links').length > 0 ? 'behind' : 'current');

function behind(view: View, extension: 'viz' | 'multicluster'): readonly Found[] {
  const controlPlane = soleControlPlane(view);
  if (controlPlane === undefined) return [];
  const { version } = controlPlane;
  return extensionNamespaces(view, extension).flatMap((namespace): readonly Found[] => {
    const all = view
      .objects('deployments', namespace)
      .filter(({ metadata }) => entry(metadata.labels, 'linkerd.io/extension') === extension);
    const byImage = all.flatMap((deployment) => versionByImage(deployment) ?? []);
    const parts =
      byImage.length > 0 ? byImage : all.flatMap((deployment) => versionByMaker(deployment) ?? []);
    const late = parts.filter((part) => ['supported', 'old'].includes(skewOf(part.version, version)));
    const [oldest] = late.toSorted((a, b) => compareVersions(a.version, b.version));
    if (oldest === undefined) return [];
    const old = skewOf(oldest.version, version) === 'old';
    return [
      {
        code: `${extension}-behind`,
        severity: old ? 'error' : 'warning',
        certainty: 'confirmed',
        title: `${extension} is ${oldest.version}, the control plane ${version}`,
        explanation: old
          ? 'They are more than one major version apart, which nobody tests.'
          : 'That is as it should be right after the control plane was upgraded, and not for longer: the extension comes next.',
        subjects: late.map(({ name }) => ({ kind: 'Deployment', namespace, name })),
        evidence: [
          ...late.map(({ evidence }) => ({ ...evidence, expected: version })),
          {
            kind: 'field',
            ref: controlPlane.meta.source,
            path: 'data.values',
            value: `linkerdVersion: ${version}`,
          },
        ],
        causes: ['The control plane was upgraded and the extension was not: it is a step of its own.'],
        remedy: {
          text: `Install ${extension} of ${version} over it, with the settings that it was installed with.`,
          risk: 'change',
          verify: `linkerd ${extension} check`,
          parameters: {
            EXTENSION_NAMESPACE: namespace,
            CONTROL_PLANE_VERSION: version,
            EXTENSION_OWNER: all.some(isOfHelm) ? 'helm' : 'cli',
            ...(extension === 'multicluster' ? { EXTENSION: 'behind', LINKS: linksOf(view) } : {}),
          },
        },
      },
    ];
  });
}
