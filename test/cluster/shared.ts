import { randomBytes } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import { createHttpClient } from '../../src/practice/http-client.ts';
import type { KubeClient } from '../../src/practice/kube-client.ts';
import { createTools, type Tools } from '../helpers/kubectl.ts';
import { eventually } from './eventually.ts';
import { STILL } from './kubelet.ts';

interface NamespaceOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** True: its pods stay as they were created (or scheduled), for a test that writes their status or starts a kubelet. */
  readonly still?: boolean;
}

/** The control plane that all suites of a run share. A suite that stops or burdens it starts one of its own. */
export interface SharedCluster {
  readonly url: string;
  /** YAML, the administrator's. */
  readonly kubeconfig: string;
  /** YAML, of somebody who may look at pods and workloads, and not at Secrets. */
  readonly viewerKubeconfig: string;
  /** The administrator's. */
  readonly client: KubeClient;
  /** The real kubectl and helm, as the administrator. */
  readonly tools: Tools;
  /** Makes a namespace for a test, and gives its name once pods can be created in it; it goes after the suite. */
  namespace(options?: NamespaceOptions): Promise<string>;
}

const NAMESPACES = { apiVersion: 'v1', resource: 'namespaces' };

/** To be called once, at the top of a suite. */
export async function sharedCluster(): Promise<SharedCluster> {
  const { url, kubeconfig, viewerKubeconfig } = inject('cluster');
  const client = createHttpClient(kubeconfig);
  const tools = await createTools(kubeconfig);
  const made: string[] = [];
  afterAll(async () => {
    // The namespace controller takes its time; nobody has to wait for it.
    await Promise.all(made.map((name) => client.delete(NAMESPACES, name).catch(() => undefined)));
    client.close();
    await tools.dispose();
  });
  return {
    url,
    kubeconfig,
    viewerKubeconfig,
    client,
    tools,
    async namespace({ labels = {}, annotations = {}, still = false } = {}) {
      const name = `${still ? STILL : 'test-'}${randomBytes(4).toString('hex')}`;
      made.push(name);
      await client.create(NAMESPACES, {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels, annotations },
      });
      const accounts = { apiVersion: 'v1', resource: 'serviceaccounts', namespace: name };
      await eventually(() => client.get(accounts, 'default'), `the ServiceAccount of ${name}`);
      return name;
    },
  };
}
