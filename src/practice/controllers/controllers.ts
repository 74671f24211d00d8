import type { Clock } from '../clock.ts';
import type { KubeClient } from '../kube-client.ts';
import { type Connectivity, createConnectivity } from './connectivity.ts';
import { startCronJobController } from './cron-job.ts';
import { startDaemonSetController } from './daemon-set.ts';
import { startDeploymentController } from './deployment.ts';
import { startDisruptionController } from './disruption.ts';
import { startEndpointsController } from './endpoints.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { createImageCatalogue } from './images.ts';
import { startJobController } from './job.ts';
import { type Kubelet, type KubeletOptions, startKubelet } from './kubelet.ts';
import { startNodeHeartbeats } from './nodes.ts';
import { startReplicaSetController } from './replica-set.ts';
import type { Caches } from './resources.ts';
import { startScheduler } from './scheduler.ts';
import { startControl } from './start-control.ts';
import { startStatefulSetController } from './stateful-set.ts';

interface ControllersOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** For what keeps to the wall clock. */
  readonly speed?: number;
  readonly kubelet?: Partial<KubeletOptions>;
  /** Hears of every failed attempt; all of them are repeated. */
  readonly onError?: (controller: string, key: string, message: string) => void;
}

/** The controllers of a cluster, at work. */
export interface Controllers {
  readonly caches: Caches;
  readonly connectivity: Connectivity;
  readonly kubelet: Kubelet;
  /** Whether events are written. */
  recordEvents(on: boolean): void;
  /** Lets nodes say that they are alive, from now on. */
  startHeartbeats(): void;
  /** Settles when nothing is left to be done at this moment. Timers that wait are not work. */
  settled(): Promise<void>;
  stop(): void;
}

/** Starts everything that makes a cluster move, as clients of its API. Settles when all of it knows what there is. */
export async function startControllers(options: ControllersOptions): Promise<Controllers> {
  const workshop = startControl(options);
  const { control } = workshop;

  startGarbageCollector(control);
  startDeploymentController(control);
  startReplicaSetController(control);
  startStatefulSetController(control);
  startDaemonSetController(control);
  startJobController(control);
  startCronJobController(control, options.speed ?? 1);
  startEndpointsController(control);
  startDisruptionController(control);
  startScheduler(control);
  const connectivity = createConnectivity(control.caches, control.clock);
  const kubelet = startKubelet(control, connectivity, {
    hasImage: createImageCatalogue(),
    ...options.kubelet,
  });
  await workshop.follow();

  let stopHeartbeats: (() => void) | undefined;
  return {
    caches: control.caches,
    connectivity,
    kubelet,
    recordEvents: (on) => {
      control.events.enabled = on;
    },
    startHeartbeats: () => {
      stopHeartbeats ??= startNodeHeartbeats(control, options.speed ?? 1);
    },
    settled: () => workshop.settled(),
    stop() {
      stopHeartbeats?.();
      workshop.stop();
    },
  };
}
