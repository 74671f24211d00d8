/** A workload whose pod says a number of its own: what the screen shows of it tells which change it has come to. */
import type { KubeClient, KubeObject } from '../../src/practice/kube-client.ts';
import { podOf, runningStatus } from '../../test/cluster/load/pod.ts';
import { createWorkload, type Workload } from '../../test/cluster/load/workload.ts';

/** The first namespace by name, so that it is the first row on screen. */
export const beaconWorkload: Workload = {
  kind: 'Deployment',
  namespace: 'a-beacon',
  name: 'beacon',
  hash: 'be4c0be4c0',
  version: 'stable-2.14.10',
  replicas: 1,
};

const pods = { apiVersion: 'v1', resource: 'pods', namespace: beaconWorkload.namespace };
const deployments = (namespace: string) => ({ apiVersion: 'apps/v1', resource: 'deployments', namespace });

/** As the panel shows it: the reason for which a container waits is the status of its pod. */
export const beatWord = (beat: number): string => `Beat${beat}`;
export const beatOn = (screen: string): number | undefined => {
  const found = /\bBeat(\d+)\b/.exec(screen)?.[1];
  return found === undefined ? undefined : Number(found);
};

/** Puts the number into a pod's status, in place. */
export function setBeat(status: Record<string, unknown>, beat: number): void {
  const [first, ...rest] = status.containerStatuses as Record<string, unknown>[];
  const waiting = { reason: beatWord(beat), message: 'counting' };
  status.containerStatuses = [{ ...first, ready: false, started: false, state: { waiting } }, ...rest];
}

/** A Deployment one of whose pods is not there yet: its rollout goes on, and nothing is wrong with it. */
export async function leaveUnfinished(
  client: KubeClient,
  workload: { readonly namespace: string; readonly name: string },
  replicas: number,
): Promise<void> {
  const left = replicas - 1;
  const status = { readyReplicas: left, availableReplicas: left, unavailableReplicas: 1 };
  const ref = deployments(workload.namespace);
  await client.patch(ref, workload.name, 'merge', { status }, { subresource: 'status' });
}

/** Creates the namespace, the workload and its pod. The answer is the pod. */
export async function createBeacon(client: KubeClient, anchors: string): Promise<KubeObject> {
  const { namespace } = beaconWorkload;
  await client.create(
    { apiVersion: 'v1', resource: 'namespaces' },
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, annotations: { 'linkerd.io/inject': 'enabled' } },
    },
  );
  const owner = await createWorkload(client, beaconWorkload);
  await leaveUnfinished(client, beaconWorkload, 1);
  const made = await client.create(pods, podOf(beaconWorkload, 0, owner, 0, anchors));
  const status = runningStatus(made, 0);
  unready(status, new Date().toISOString());
  setBeat(status, 0);
  return client.patch(pods, made.metadata.name, 'merge', { status }, { subresource: 'status' });
}

/** Takes a pod's readiness away or gives it back, in place, as a kubelet does after a probe. */
export function setReady(status: Record<string, unknown>, ready: boolean, at: string): void {
  status.conditions = (status.conditions as { type: string }[]).map((one) =>
    one.type === 'Ready' || one.type === 'ContainersReady'
      ? { ...one, status: ready ? 'True' : 'False', lastTransitionTime: at }
      : one,
  );
}

const unready = (status: Record<string, unknown>, at: string) => setReady(status, false, at);
