import type { KubeObject } from '../kube-client.ts';
import { type Control, messageOf, remove } from './control.ts';

/** Creates a pod for its owner, with the events that the controllers of Kubernetes write. Rejects when it is refused. */
export async function createPod(
  control: Control,
  owner: KubeObject,
  pod: KubeObject,
  component: string,
): Promise<void> {
  const { caches, client, events } = control;
  try {
    const made = await client.create(caches.pods.ref(owner.metadata.namespace), pod);
    const message = `Created pod: ${made.metadata.name}`;
    events.record(owner, { type: 'Normal', reason: 'SuccessfulCreate', message, component });
  } catch (error) {
    const message = `Error creating: ${messageOf(error)}`;
    events.record(owner, { type: 'Warning', reason: 'FailedCreate', message, component });
    throw error;
  }
}

/** Deletes a pod that its owner no longer wants, and says so in an event. */
export async function deletePod(
  control: Control,
  owner: KubeObject,
  pod: KubeObject,
  component: string,
): Promise<void> {
  await remove(control, control.caches.pods, pod);
  const message = `Deleted pod: ${pod.metadata.name}`;
  control.events.record(owner, { type: 'Normal', reason: 'SuccessfulDelete', message, component });
}
