/** Which Kubernetes the practice cluster plays now, and the wish for a newer one: it began with one, and can be upgraded. */
import { readFileSync } from 'node:fs';
import { createTransport } from './http-transport.ts';
import { parseKubeconfig } from './kubeconfig.ts';

interface Version {
  readonly minor: string;
}

async function ask(
  kubeconfigFile: string,
  exchange: Parameters<ReturnType<typeof createTransport>['json']>[0],
) {
  const transport = createTransport(parseKubeconfig(readFileSync(kubeconfigFile, 'utf8')));
  try {
    return `1.${(await transport.json<Version>(exchange)).minor}`;
  } finally {
    transport.close();
  }
}

/** `1.35`; undefined where the cluster did not say. */
export async function kubernetesNow(kubeconfigFile: string): Promise<string | undefined> {
  try {
    return await ask(kubeconfigFile, {
      method: 'GET',
      path: '/version',
      signal: AbortSignal.timeout(2_000),
    });
  } catch {
    return undefined;
  }
}

/** Upgrades it to Kubernetes 1.`minor` and gives what it plays then. Throws a KubeError with the reason where it cannot be. */
export async function askForKubernetes(kubeconfigFile: string, minor: number): Promise<string> {
  return ask(kubeconfigFile, { method: 'PUT', path: '/practice/kubernetes', body: { minor } });
}
