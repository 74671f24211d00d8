import { TRUST_ANCHORS_ENV } from '../../../linkerd/proxy.ts';
import type { KubeObject } from '../../kube-client.ts';
import { isReady, meshedPods, phaseOf, proxyVersion, refs } from '../cluster.ts';
import { behind, type CheckContext, needConfig } from './context.ts';
import { type Check, CheckFailure } from './model.ts';

interface PodGroup {
  readonly pods: () => Promise<KubeObject[]>;
  readonly words: 'control plane proxies' | 'data plane';
  /** What is said of them when all are ready. */
  readonly ready: string;
  readonly anchors: { readonly ready: string; readonly latest: string; readonly cli: string };
}

function proxyVersionChecks(context: CheckContext, group: PodGroup): Check[] {
  const running = async () =>
    (await group.pods()).filter((pod) => phaseOf(pod) === 'Running' && proxyVersion(pod));
  return [
    {
      description: `${group.words} ${group.words === 'data plane' ? 'is' : 'are'} up-to-date`,
      anchor: group.anchors.latest,
      severity: 'warning',
      run: async () => {
        const old = (await running()).filter(
          (pod) => behind(proxyVersion(pod)!, context.expected) !== undefined,
        );
        if (old.length > 0) {
          const lines = old.map((pod) => `\t* ${pod.metadata.name} (${proxyVersion(pod)})`);
          throw new CheckFailure(`some proxies are not running the current version:\n${lines.join('\n')}`);
        }
        return undefined;
      },
    },
    {
      description: `${group.words} and cli versions match`,
      anchor: group.anchors.cli,
      severity: 'warning',
      run: async () => {
        const other = (await running()).find((pod) => proxyVersion(pod) !== context.version);
        if (other !== undefined) {
          throw new CheckFailure(
            `${other.metadata.name} running ${proxyVersion(other)} but cli running ${context.version}`,
          );
        }
        return undefined;
      },
    },
  ];
}

/** Pods that are done or on their way out say nothing of the mesh. */
const alive = (pod: KubeObject): boolean =>
  !['Succeeded', 'Failed'].includes(phaseOf(pod)) && pod.metadata.deletionTimestamp === undefined;

function needReadyProxies(pods: readonly KubeObject[]): void {
  if (pods.length === 0) throw new CheckFailure('no "linkerd-proxy" containers found');
  for (const pod of pods.filter(alive)) {
    if (phaseOf(pod) !== 'Running')
      throw new CheckFailure(`pod "${pod.metadata.name}" status is ${phaseOf(pod)}`);
    const status = pod.status as {
      containerStatuses?: { name: string; ready: boolean }[];
      initContainerStatuses?: { name: string; ready: boolean }[];
    };
    const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
    const proxy = all.find(({ name }) => name === 'linkerd-proxy');
    if (proxy !== undefined && !proxy.ready) {
      throw new CheckFailure(`container "linkerd-proxy" in pod "${pod.metadata.name}" is not ready`);
    }
    if (proxy === undefined && !isReady(pod)) {
      throw new CheckFailure(`could not find proxy container for ${pod.metadata.name} pod`);
    }
  }
}

/** What is asked of either group of proxies: ready, up-to-date, and of the version of the CLI. */
function proxyChecks(context: CheckContext, group: PodGroup): Check[] {
  return [
    {
      description: group.ready,
      anchor: group.anchors.ready,
      severity: 'fatal',
      retry: true,
      run: async () => {
        needReadyProxies(await group.pods());
        return undefined;
      },
    },
    ...proxyVersionChecks(context, group),
  ];
}

/** Category `linkerd-control-plane-proxy`. */
export function controlPlaneProxyChecks(context: CheckContext): Check[] {
  return proxyChecks(context, {
    pods: () => meshedPods(context.client, context.session, context.namespace),
    words: 'control plane proxies',
    ready: 'control plane proxies are healthy',
    anchors: {
      ready: 'l5d-cp-proxy-healthy',
      latest: 'l5d-cp-proxy-version',
      cli: 'l5d-cp-proxy-cli-version',
    },
  });
}

/** Categories that `--proxy` adds: the pods of meshed workloads, in one namespace or in all. */
export function dataPlaneChecks(context: CheckContext): Check[] {
  return [
    {
      description: 'data plane namespace exists',
      anchor: 'l5d-data-plane-exists',
      severity: 'fatal',
      run: async () => {
        if (context.dataPlane === undefined) return 'skip';
        if ((await context.client.get(refs.namespaces, context.dataPlane)) === undefined) {
          throw new CheckFailure(`The "${context.dataPlane}" namespace does not exist`);
        }
        return undefined;
      },
    },
    ...proxyChecks(context, {
      pods: () => meshedPods(context.client, context.session, context.dataPlane),
      words: 'data plane',
      ready: 'data plane proxies are ready',
      anchors: {
        ready: 'l5d-data-plane-ready',
        latest: 'l5d-data-plane-version',
        cli: 'l5d-data-plane-cli-version',
      },
    }),
  ];
}

/** Category `linkerd-identity-data-plane`. */
export function dataPlaneIdentityChecks(context: CheckContext): Check[] {
  return [
    {
      description: 'data plane proxies certificate match CA',
      anchor: 'l5d-identity-data-plane-proxies-certs-match-ca',
      severity: 'warning',
      run: async () => {
        const anchors = String((await needConfig(context)).identityTrustAnchorsPEM ?? '').trim();
        const other = (await meshedPods(context.client, context.session, context.dataPlane)).filter((pod) => {
          const all = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])];
          const values = all.flatMap((container: { env?: { name: string; value?: string }[] }) =>
            (container.env ?? []).filter(
              ({ name, value }) => name === TRUST_ANCHORS_ENV && value !== undefined,
            ),
          );
          return values.some(({ value }) => value!.trim() !== anchors);
        });
        if (other.length > 0) {
          const lines = other.map((pod) => `\t* ${pod.metadata.namespace}/${pod.metadata.name}`);
          throw new CheckFailure(
            `Some pods do not have the current trust bundle and must be restarted:\n${lines.join('\n')}`,
          );
        }
        return undefined;
      },
    },
  ];
}
