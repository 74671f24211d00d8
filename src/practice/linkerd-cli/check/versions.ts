import { kubernetesSupport } from '../../../linkerd/kubernetes-support.ts';
import { core, serverVersion } from '../cluster.ts';
import { behind, type CheckContext } from './context.ts';
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
          const wanted = kubernetesSupport(context.version)?.enforced ?? 0;
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
