/** A real API server that is filled with as many pods as a large cluster has; one for all benches of a run. */
import { loadPods } from '../../test/cluster/load-pods.ts';
import { type ControlPlane, startControlPlane } from '../../test/cluster/server/start.ts';

export const livePods = 10_000;
export const liveNamespaces = 50;

export interface RealCluster {
  /** Its text. */
  readonly kubeconfig: string;
  readonly kubeconfigFile: string;
  stop(): Promise<void>;
}

/** `programs`: the folder of the build. Loading takes one to five minutes, as the machine is. */
export async function startRealCluster(programs: string, say: (line: string) => void): Promise<RealCluster> {
  const controlPlane: ControlPlane = await startControlPlane({ controllers: false, programs });
  try {
    const { text, path } = controlPlane.kubeconfig;
    say(`filling a real API server with ${livePods} pods`);
    const { seconds, podBytes } = await loadPods(text, { pods: livePods, namespaces: liveNamespaces });
    say(`filled in ${seconds.toFixed(0)} s; a pod is ${(podBytes / 1000).toFixed(1)} KB of JSON`);
    return { kubeconfig: text, kubeconfigFile: path, stop: () => controlPlane.kill() };
  } catch (error) {
    await controlPlane.kill();
    throw error;
  }
}
