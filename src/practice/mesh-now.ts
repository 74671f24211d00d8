/** Which Linkerd the practice cluster runs now: it began with one, and practising an upgrade changes it. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpClient } from './http-client.ts';

const patienceMs = 2_000;

/** The version of the control plane that is deployed, by its image, or `no mesh`; undefined where the cluster did not say. */
export async function meshNow(kubeconfigFile: string): Promise<string | undefined> {
  try {
    const client = createHttpClient(readFileSync(kubeconfigFile, 'utf8'));
    const ref = { apiVersion: 'apps/v1', resource: 'deployments', namespace: 'linkerd' };
    const read = client.list(ref).then(({ items }) => {
      const containers = items.flatMap(({ spec }) => spec?.template?.spec?.containers ?? []);
      const controller = containers.find(({ name }: { name?: unknown }) => name === 'destination');
      return controller === undefined ? 'no mesh' : /:([\w.-]+)$/.exec(String(controller.image))?.[1];
    });
    try {
      return await Promise.race([read, sleep(patienceMs, undefined, { ref: false })]);
    } finally {
      client.close();
      read.catch(() => undefined);
    }
  } catch {
    return undefined;
  }
}

/** The line about the cluster, where another mesh runs on it than at its beginning. `first` is what it began with. */
export function withMeshNow(detail: string, first: string, now: string | undefined): string {
  const was = first === 'none' ? 'no mesh' : first;
  if (now === undefined || now === was || !detail.startsWith(was)) return detail;
  return `${now} (was ${was} at first)${detail.slice(was.length)}`;
}
