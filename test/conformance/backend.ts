import { randomBytes } from 'node:crypto';
import { createHttpClient } from '../../src/practice/http-client.ts';
import type { KubeClient } from '../../src/practice/kube-client.ts';
import { eventually } from '../cluster/eventually.ts';
import { createTools, type Tools } from '../helpers/kubectl.ts';
import { createWire, type Wire } from './wire.ts';

interface NamespaceOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A cluster that a suite runs on, whichever it is. Suites never ask which. */
export interface Backend {
  /** In the titles of the tests. */
  readonly name: string;
  /** YAML, the administrator's. */
  readonly kubeconfig: string;
  readonly client: KubeClient;
  /** Plain requests as the administrator, and as somebody who may look at pods and workloads only. */
  readonly admin: Wire;
  readonly viewer: Wire;
  /** The real kubectl and helm. */
  readonly tools: Tools;
  /** A namespace of the test's own, once pods can be made in it. */
  namespace(options?: NamespaceOptions): Promise<string>;
  close(): Promise<void>;
}

const NAMESPACES = { apiVersion: 'v1', resource: 'namespaces' };

/** A backend on a cluster that runs. Its pods are moved at once by a kubelet of ours; somebody else sees to that. */
export async function createBackend(
  name: string,
  kubeconfig: string,
  viewerKubeconfig: string,
): Promise<Backend> {
  const client = createHttpClient(kubeconfig);
  const admin = createWire(kubeconfig);
  const viewer = createWire(viewerKubeconfig);
  const tools = await createTools(kubeconfig);
  const made: string[] = [];
  return {
    name,
    kubeconfig,
    client,
    admin,
    viewer,
    tools,
    async namespace({ labels = {}, annotations = {} } = {}) {
      const namespace = `test-${randomBytes(4).toString('hex')}`;
      made.push(namespace);
      await client.create(NAMESPACES, {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace, labels, annotations },
      });
      const accounts = { apiVersion: 'v1', resource: 'serviceaccounts', namespace };
      await eventually(() => client.get(accounts, 'default'), `the ServiceAccount of ${namespace}`);
      return namespace;
    },
    async close() {
      await Promise.all(made.map((each) => client.delete(NAMESPACES, each).catch(() => undefined)));
      client.close();
      admin.close();
      viewer.close();
      await tools.dispose();
    },
  };
}
