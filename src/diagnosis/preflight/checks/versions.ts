/** Kubernetes and Linkerd: whether this cluster runs what is there and what is to come, and how far the target is away. */
import { counted } from '../../../data-plane/words.ts';
import {
  type KubernetesSupport,
  kubernetesMinor,
  kubernetesSupport,
  kubernetesVerdict,
} from '../../../linkerd/kubernetes-support.ts';
import { planPath } from '../../../linkerd/path/plan-path.ts';
import { pathFactsOf } from '../../path-facts.ts';
import type { View } from '../../view.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { fail, info, unchecked, warn } from '../remarks.ts';

export const kubernetesCheck: PreflightCheck = {
  name: 'kubernetes-version',
  group: 'versions',
  holds: 'Kubernetes is in the range of the Linkerd that runs, and of each on the way to the target',
  needs: ['serverVersion', 'configMaps'],
  look(view) {
    const server = view.fact('serverVersion') ?? '';
    const minor = kubernetesMinor(server);
    if (minor === undefined)
      return [unchecked(`The API server says that it is ${server}, which is no version of Kubernetes.`)];
    const [from] = view.controlPlanes.flatMap(({ meta }) => meta.version ?? []);
    const releases = [...new Set([...(from === undefined ? [] : [from]), ...stopsOf(view, from)])];
    const said = releases.flatMap((release) => verdictOn(release, release === from, server, minor));
    return said.length > 0
      ? said
      : [info(`Kubernetes is ${server}, which ${releases.join(', ') || 'Linkerd'} is documented for.`)];
  },
};

/** The releases that the way goes through. */
function stopsOf(view: View, from: string | undefined): readonly string[] {
  const { target } = view.snapshot.walk ?? {};
  if (target === undefined) return [];
  if (from === undefined) return [target];
  const plan = planPath(from, target);
  return plan.type === 'path' ? plan.hops.map(({ to }) => to) : [target];
}

function verdictOn(
  release: string,
  runs: boolean,
  server: string,
  minor: number,
): readonly PreflightRemark[] {
  const support = kubernetesSupport(release);
  if (support === undefined) return [];
  const evidence = (expected: string) => [
    { kind: 'field' as const, ref: 'API server', path: 'gitVersion', value: server, expected },
  ];
  const range = rangeOf(support);
  switch (kubernetesVerdict(support, minor)) {
    case 'fits':
      return [];
    case 'too-old':
      return [
        fail(
          `${release} refuses Kubernetes ${server}: it needs 1.${support.enforced} or newer.`,
          evidence(range),
          'Upgrade Kubernetes first, as far as the Linkerd that runs allows.',
        ),
      ];
    case 'too-new':
      return runs
        ? [
            warn(
              `${release} was made for Kubernetes up to 1.${support.last}; it runs on, but cannot be applied again: ${support.gone} are gone.`,
              evidence(range),
              'Upgrade Linkerd before anything else, and do not count on a way back.',
            ),
          ]
        : [
            fail(
              `${release} cannot be applied on Kubernetes ${server}: ${support.gone} are gone since 1.${(support.last ?? 0) + 1}.`,
              evidence(range),
              'The way has to leave this release out, or Kubernetes has to wait for Linkerd. Ask for a way: handrail plan.',
            ),
          ];
    case 'undocumented-old':
    case 'undocumented-new':
      return [
        warn(
          `${release} ${runs ? 'runs' : 'would run'} on Kubernetes ${server}, for which its documentation does not have it (${range}). Nothing refuses it.`,
          evidence(range),
          runs
            ? 'Go on to a Linkerd that is documented for this Kubernetes.'
            : 'Try it on a cluster of the same version first, and do not stay on it for long.',
        ),
      ];
  }
}

function rangeOf({ enforced, documented, last }: KubernetesSupport): string {
  const newest = documented?.[1] ?? last;
  return `1.${documented?.[0] ?? enforced} to ${newest === undefined ? 'any' : `1.${newest}`}`;
}

export const wayCheck: PreflightCheck = {
  name: 'way',
  group: 'versions',
  holds: 'there is a way from the version that runs to the target',
  needs: ['configMaps', 'pods'],
  look(view) {
    const { target } = view.snapshot.walk ?? {};
    const [plane] = view.controlPlanes;
    const from = plane?.meta.version;
    if (plane === undefined) return [];
    if (from === undefined) return [unchecked(`Which version runs in ${plane.namespace} could not be seen.`)];
    const evidence = [{ kind: 'field' as const, ref: plane.meta.source, value: from }];
    if (target === undefined) {
      return [
        info(`${from} runs. Name the target (--to) to have the way looked at, and what it needs.`, evidence),
      ];
    }
    const plan = planPath(from, target, pathFactsOf(view).facts);
    switch (plan.type) {
      case 'nothing':
        return [info(plan.text, evidence)];
      case 'refused':
        return [fail(plan.reason, evidence, plan.advice || 'Choose another target: handrail plan.')];
      case 'path':
        return [
          info(
            `${counted(plan.hops.length, 'hop')} from ${from} to ${plan.to}: ${plan.hops.map(({ to }) => to).join(', ')}. What each demands: handrail plan --to ${plan.to}. What changes for this cluster: handrail impact --to ${plan.to}.`,
            evidence,
          ),
          ...plan.warnings.map((text) => info(text)),
        ];
    }
  },
};
