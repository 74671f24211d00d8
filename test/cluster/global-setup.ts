/** Before all suites: one control plane and one kubelet for the whole run. It takes about four seconds. */
import type { TestProject } from 'vitest/node';
import { setup as findTools } from '../helpers/tools-on-path.ts';
import { STILL, startFakeKubelet } from './kubelet.ts';
import { buildServer, kubernetesVersion } from './server/build.js';
import { startControlPlane } from './server/start.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cluster: {
      readonly url: string;
      readonly kubeconfig: string;
      readonly viewerKubeconfig: string;
    };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await findTools();
  await buildServer();
  const start = Date.now();
  const plane = await startControlPlane();
  const kubelet = await startFakeKubelet(plane.kubeconfig.text, {
    accepts: (pod) => !pod.metadata.namespace?.startsWith(STILL),
  });
  console.log(
    `Kubernetes ${kubernetesVersion()} is up at ${plane.url} after ${((Date.now() - start) / 1000).toFixed(1)} s.`,
  );
  project.provide('cluster', {
    url: plane.url,
    kubeconfig: plane.kubeconfig.text,
    viewerKubeconfig: plane.viewerKubeconfig.text,
  });
  return async () => {
    await kubelet.stop();
    await plane.kill();
  };
}
