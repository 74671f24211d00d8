import type { KubeObject } from '../kube-client.ts';
import { type Surroundings, stepContainer } from './container-steps.ts';
import { type PodLife, passed } from './pod-life.ts';

/** Moves a pod on as far as it goes now. Gives the moment at which it goes on; undefined when only something else can move it. */
export function advance(pod: KubeObject, life: PodLife, world: Surroundings): number | undefined {
  let next: number | undefined;
  const wake = (at: number | undefined) => {
    if (at !== undefined) next = Math.min(next ?? at, at);
  };
  for (const container of life.containers) {
    if (container.kind === 'main') break;
    wake(stepContainer(pod, container, world));
    if (!passed(container)) return next;
  }
  let held = false;
  for (const container of life.containers) {
    if (container.kind !== 'main') continue;
    if (held && container.state === 'waiting') continue;
    wake(stepContainer(pod, container, world));
    // The proxy in front holds the others back until it is ready, as its postStart hook does.
    const first = container === life.containers.find((each) => each.kind === 'main');
    if (first && container.spec.name === 'linkerd-proxy' && !container.ready) held = true;
  }
  return next;
}
