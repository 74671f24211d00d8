/** Whether workloads run what they are asked to run. `linkerd check` is content with one ready pod for each Deployment. */
import type { CheckLine } from '../../linkerd/check-report.ts';
import { imagesOf, isOfTheRelease } from '../../linkerd/images.ts';
import { CONTROL_PLANE_NS } from '../../linkerd/manifest.ts';
import type { Rollout } from '../../rollout/model.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { KubeObject, ResourceRef } from '../objects.ts';
import type { CheckContext } from './context.ts';
import { failure, judged, listed, unseen, type Verdict, type Writer, warning } from './lines.ts';
import type { Seen } from './look.ts';

/** Lines about the control plane's workloads: that each is rolled out, and that all are of the version that is configured. */
export async function rolloutLines(context: CheckContext, line: Writer): Promise<readonly CheckLine[]> {
  const { look, namespace, rollouts } = context;
  const ref: ResourceRef = { apiVersion: 'apps/v1', resource: 'deployments', namespace };
  const deployments = await look.list(ref, `${CONTROL_PLANE_NS}=${namespace}`);
  const names = deployments.type === 'found' ? deployments.value.map(({ metadata }) => metadata.name) : [];
  const all = await rollouts(namespace);
  const own = all.type === 'found' ? all.value.filter(({ ref }) => names.includes(ref.name)) : [];
  return [
    ...(own.length === 0
      ? [line('control plane workloads are rolled out', 'l5d-api-control-ready', none(deployments, all))]
      : own.map((rollout) =>
          line(`${rollout.ref.name} is rolled out`, 'l5d-api-control-ready', isRolledOut(rollout, failure)),
        )),
    line(
      'control plane workloads are of the configured version',
      'l5d-version-control',
      imagesMatch(context, deployments),
    ),
  ];
}

function none(deployments: Seen<readonly KubeObject[]>, all: Seen<readonly Rollout[]>): Verdict {
  if (deployments.type === 'unseen') return unseen(deployments.why);
  if (all.type === 'unseen') return unseen(all.why);
  return failure('There are none.');
}

/** What keeps a workload from being rolled out; `severity` says how bad that is. */
export function isRolledOut(rollout: Rollout, severity: (error: string) => Verdict): Verdict {
  const { phase, reasons, good } = rollout;
  const worst = reasons.find(({ kind }) => kind !== 'benign');
  const why = worst ? [`${worst.title}: ${worst.message}`, ...worst.evidence.slice(0, 1)] : [];
  if (good && phase !== 'SCALED_TO_ZERO') {
    return worst?.code === 'SILENTLY_UNMESHED' ? warning(listed(why.map(stripToLine))) : 'ok';
  }
  if (phase === 'SCALED_TO_ZERO') return severity('It is scaled to zero.');
  const how = `${newReady(rollout)} of ${rollout.progress.desired} new pods are ready`;
  const state =
    phase === 'PAUSED'
      ? `Its rollout is paused; ${how}.`
      : phase === 'MANUAL'
        ? `Its pods are replaced only when they are deleted by hand (OnDelete); ${how}.`
        : phase === 'STUCK'
          ? `Its rollout is stuck; ${how}.`
          : `It is being rolled out; ${how}.`;
  return severity(listed([state, ...why.map(stripToLine)]));
}

/** New pods that are ready; where pods cannot be seen, what the workload itself counts. */
function newReady({ revisions, progress }: Rollout): number {
  const current = revisions.find((revision) => revision.current);
  return current
    ? current.pods.filter(({ state }) => state === 'ready').length
    : Math.min(progress.updated, progress.available);
}

/**
 * An upgrade that stopped halfway has its version in `linkerd-config`, which is applied among the first, and old images in the
 * Deployments, which come last.
 */
function imagesMatch({ config }: CheckContext, deployments: Seen<readonly KubeObject[]>): Verdict {
  if (config.type !== 'found') {
    return config.type === 'unseen' ? unseen(config.why) : failure('There is no linkerd-config.');
  }
  const { version, proxyVersion } = config.value;
  if (version === undefined) return unseen('linkerd-config names no version.');
  return judged(deployments, 'There are none.', (items) => {
    const other = items.flatMap((deployment) =>
      imagesOf(deployment)
        .filter((image) => isOfTheRelease(image) && image.tag !== undefined && image.tag !== version)
        .filter(({ repository, tag }) => repository !== 'proxy' || tag !== proxyVersion)
        .map(({ container, tag }) => `${deployment.metadata.name}, ${container}: ${tag}`),
    );
    if (other.length === 0) return 'ok';
    return failure(
      listed([
        `linkerd-config says ${version}. An upgrade may have stopped halfway:`,
        ...other.map(stripToLine),
      ]),
    );
  });
}
