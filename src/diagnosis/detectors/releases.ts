/** Which releases of Linkerd a cluster and a walk are about, for detectors that compare with them. */

import { imagesOf, isOfTheRelease } from '../../linkerd/images.ts';
import { compareVersions, lineOf } from '../../linkerd/version-order.ts';
import { entry, record, text } from '../../rollout/json.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { ControlPlane, View } from '../view.ts';

/** The image of one container of the control plane, with its Deployment. */
export interface RunningImage {
  readonly deployment: string;
  readonly container: string;
  readonly repository: string;
  readonly tag: string;
  /** As kubectl's jsonpath has it. */
  readonly path: string;
}

/** Images of the control plane's Deployments that carry the release's version, where their tag is a version of Linkerd's. */
export function runningImages({ deployments }: ControlPlane): readonly RunningImage[] {
  return deployments.flatMap((deployment) =>
    imagesOf(deployment).flatMap((image) => {
      const { container, list, repository, tag } = image;
      if (!isOfTheRelease(image) || tag === undefined || lineOf(tag) === undefined) return [];
      const name = stripToLine(container);
      return {
        deployment: text(deployment.metadata.name),
        container: name,
        repository,
        tag: stripToLine(tag),
        path: `spec.template.spec.${list}[?(@.name=="${name}")].image`,
      };
    }),
  );
}

/** Versions that an image may have besides the control plane's: pins in the stored values. */
export function pinsOf({ values, meta }: ControlPlane): Readonly<Record<string, string>> {
  return {
    proxy: meta.proxyVersion ?? '',
    controller: text(values.controllerImageVersion),
    'policy-controller': text(record(record(values.policyController).image).version),
  };
}

/** Every version that a control plane claims or runs, the oldest first, each once. */
export function versionsOf(controlPlane: ControlPlane): readonly string[] {
  const { version } = controlPlane.meta;
  const claimed = version === undefined || lineOf(version) === undefined ? [] : [version];
  const found = [...claimed, ...runningImages(controlPlane).map(({ tag }) => tag)];
  return [...new Set(found)].sort(compareVersions);
}

/**
 * Where a control plane of several versions is to go: forward, to the newest that it claims or that its Deployments have; but for a
 * version whose image cannot be pulled, which may be none at all.
 */
export function versionToFinish(controlPlane: ControlPlane, view: View): string | undefined {
  const { namespace, meta } = controlPlane;
  const unpulled = view.rollouts.flatMap(({ ref, reasons }) =>
    ref.namespace === namespace && reasons.some(({ code }) => code === 'IMAGE_PULL') ? [ref.name] : [],
  );
  const doubtful = runningImages(controlPlane)
    .filter(({ deployment }) => unpulled.includes(deployment))
    .map(({ tag }) => tag);
  return newestOf(versionsOf(controlPlane).filter((one) => one === meta.version || !doubtful.includes(one)));
}

/** The newest of some versions, or undefined where there is none. */
export const newestOf = (versions: Iterable<string>): string | undefined =>
  [...versions].sort(compareVersions).at(-1);

/**
 * The release whose manifests the failed step renders: that of the tool, which is the target after the CLI step; else the target, or what
 * the control plane claims or runs.
 */
export const renderedRelease = (view: View): string | undefined =>
  releaseOf(view.fact('linkerdCli')) ??
  releaseOf(view.snapshot.walk?.target) ??
  newestOf(view.controlPlanes.flatMap(versionsOf));

/** The version, where it is one that Linkerd releases. */
export const releaseOf = (version: string | undefined): string | undefined =>
  version !== undefined && lineOf(version) !== undefined ? version : undefined;

/** Helm made it, or owns it by its labels and annotations. */
export const isOfHelm = ({ metadata }: SnapshotObject): boolean =>
  entry(metadata.labels, 'app.kubernetes.io/managed-by') === 'Helm' ||
  entry(metadata.annotations, 'meta.helm.sh/release-name') !== '';
