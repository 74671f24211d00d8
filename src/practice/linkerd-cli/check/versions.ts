import { TRUST_ANCHORS_ENV } from '../../../linkerd/proxy.ts';
import type { KubeObject } from '../../kube-client.ts';
import { core, isReady, meshedPods, phaseOf, proxyVersion, refs, serverVersion } from '../cluster.ts';
import { behind, type CheckContext, needConfig } from './context.ts';
import { type Check, CheckFailure } from './model.ts';

/** Category `linkerd-version`: the tool itself. */
export function cliChecks(context: CheckContext): Check[] {
  return [
    {
      description: 'can determine the latest version',
      anchor: 'l5d-version-latest',
      severity: 'warning',
      run: async () => {
        if (context.expected === undefined) {
          throw new CheckFailure(
            'failed to resolve version check server: the practice cluster has no way out; name the version with --expected-version',
          );
        }
        return undefined;
      },
    },
    {
      description: 'cli is up-to-date',
      anchor: 'l5d-version-cli',
      severity: 'warning',
      run: async () => {
        const reason = behind(context.version, context.expected);
        if (reason !== undefined) throw new CheckFailure(reason);
        return undefined;
      },
    },
  ];
}

/** Category `control-plane-version`: what `linkerd-config` says, which a half-done upgrade says too. */
export function serverChecks(context: CheckContext): Check[] {
  const server = async (): Promise<string> => {
    const found = await serverVersion(context.client, context.namespace);
    if (found === undefined) throw new CheckFailure('configmaps "linkerd-config" not found');
    return found;
  };
  return [
    {
      description: 'can retrieve the control plane version',
      anchor: 'l5d-version-control',
      severity: 'fatal',
      retry: true,
      run: async () => {
        await server();
        return undefined;
      },
    },
    {
      description: 'control plane is up-to-date',
      anchor: 'l5d-version-control',
      severity: 'warning',
      run: async () => {
        const reason = behind(await server(), context.expected);
        if (reason !== undefined) throw new CheckFailure(reason);
        return undefined;
      },
    },
    {
      description: 'control plane and cli versions match',
      anchor: 'l5d-version-control',
      severity: 'warning',
      run: async () => {
        const found = await server();
        if (found !== context.version) {
          throw new CheckFailure(`control plane running ${found} but cli running ${context.version}`);
        }
        return undefined;
      },
    },
  ];
}

interface PodGroup {
  readonly pods: () => Promise<KubeObject[]>;
  readonly words: 'control plane proxies' | 'data plane';
  readonly anchors: { readonly latest: string; readonly cli: string };
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

/** Category `linkerd-control-plane-proxy`. */
export function controlPlaneProxyChecks(context: CheckContext): Check[] {
  const pods = () => meshedPods(context.client, context.session, context.namespace);
  return [
    {
      description: 'control plane proxies are healthy',
      anchor: 'l5d-cp-proxy-healthy',
      severity: 'fatal',
      retry: true,
      run: async () => {
        needReadyProxies(await pods());
        return undefined;
      },
    },
    ...proxyVersionChecks(context, {
      pods,
      words: 'control plane proxies',
      anchors: { latest: 'l5d-cp-proxy-version', cli: 'l5d-cp-proxy-cli-version' },
    }),
  ];
}

/** Categories that `--proxy` adds: the pods of meshed workloads, in one namespace or in all. */
export function dataPlaneChecks(context: CheckContext): Check[] {
  const pods = () => meshedPods(context.client, context.session, context.dataPlane);
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
    {
      description: 'data plane proxies are ready',
      anchor: 'l5d-data-plane-ready',
      severity: 'fatal',
      retry: true,
      run: async () => {
        needReadyProxies(await pods());
        return undefined;
      },
    },
    ...proxyVersionChecks(context, {
      pods,
      words: 'data plane',
      anchors: { latest: 'l5d-data-plane-version', cli: 'l5d-data-plane-cli-version' },
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

/** Kubernetes versions from which each Linkerd runs, as the tool's own code has them. */
const minimumMinor = (major: number): number =>
  major >= 20 ? 31 : major >= 18 ? 23 : major >= 15 ? 22 : major >= 12 ? 21 : major >= 11 ? 17 : 16;

/** Category `kubernetes-version`, judged by the kubelets: their version is never ahead of the API server's. */
export function kubernetesChecks(context: CheckContext): Check[] {
  return [
    {
      description: 'is running the minimum Kubernetes API version',
      anchor: 'k8s-version',
      severity: 'error',
      run: async () => {
        for (const node of (await context.client.list(core('nodes'))).items) {
          const version = /^v1\.(\d+)\.(\d+)/.exec(String(node.status?.nodeInfo?.kubeletVersion ?? ''));
          const wanted = minimumMinor(context.major);
          if (version !== null && Number(version[1]) < wanted) {
            throw new CheckFailure(
              `Kubernetes is on version [1.${version[1]}.${version[2]}], but version [1.${wanted}.0] or more recent is required`,
            );
          }
        }
        return undefined;
      },
    },
  ];
}
