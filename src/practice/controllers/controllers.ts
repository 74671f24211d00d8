import type { Clock } from '../clock.ts';
import type { KubeClient } from '../kube-client.ts';
import { type Control, isStatus, messageOf, writeThrough } from './control.ts';
import { startCronJobController } from './cron-job.ts';
import { startDaemonSetController } from './daemon-set.ts';
import { startDeploymentController } from './deployment.ts';
import { startDisruptionController } from './disruption.ts';
import { startEndpointsController } from './endpoints.ts';
import { createEventRecorder } from './event-recorder.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { createImageCatalogue } from './images.ts';
import { startJobController } from './job.ts';
import { type Kubelet, type KubeletOptions, startKubelet } from './kubelet.ts';
import { startNodeHeartbeats } from './nodes.ts';
import { startReplicaSetController } from './replica-set.ts';
import { type Caches, createCaches } from './resources.ts';
import { startScheduler } from './scheduler.ts';
import { startStatefulSetController } from './stateful-set.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

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
  readonly kubelet: Kubelet;
  /** Whether events are written. */
  recordEvents(on: boolean): void;
  /** Lets nodes say that they are alive, from now on. */
  startHeartbeats(): void;
  /** Settles when nothing is left to be done at this moment. Timers that wait are not work. */
  settled(): Promise<void>;
  stop(): void;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Starts everything that makes a cluster move, as clients of its API. Settles when all of it knows what there is. */
export async function startControllers(options: ControllersOptions): Promise<Controllers> {
  const { clock } = options;
  const caches = createCaches();
  const client = writeThrough(options.client, caches);
  const events = createEventRecorder(client, clock);
  const queues: WorkQueue[] = [];
  const aborters: AbortController[] = [];
  const control: Control = {
    clock,
    caches,
    client,
    events,
    queue(name, reconcile, settings) {
      const queue = createWorkQueue(clock, reconcile, {
        ...settings,
        // To lose a race for an object is everyday life, and tried again at once.
        onError: (key, error) => isStatus(error, 409) || options.onError?.(name, key, messageOf(error)),
      });
      queues.push(queue);
      return queue;
    },
  };

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
  const kubelet = startKubelet(control, { hasImage: createImageCatalogue(), ...options.kubelet });

  await Promise.all(
    Object.values(caches).map(async (cache) => {
      const { items } = await options.client.list(cache.ref());
      for (const object of items) cache.take({ type: 'ADDED', object });
      const aborter = new AbortController();
      aborters.push(aborter);
      void options.client
        .watch(cache.ref(), { signal: aborter.signal }, (event) => cache.take(event))
        .catch((error) => {
          if (!aborter.signal.aborted) options.onError?.('watch', cache.resource.resource, messageOf(error));
        });
    }),
  );

  let stopHeartbeats: (() => void) | undefined;
  return {
    caches,
    kubelet,
    recordEvents: (on) => {
      events.enabled = on;
    },
    startHeartbeats: () => {
      stopHeartbeats ??= startNodeHeartbeats(control, options.speed ?? 1);
    },
    async settled() {
      // A write is known to others a turn later at most; two quiet turns in a row mean rest.
      for (let quiet = 0; quiet < 2; ) {
        await turn();
        quiet = queues.every((queue) => queue.idle()) && events.idle() ? quiet + 1 : 0;
      }
    },
    stop() {
      for (const aborter of aborters) aborter.abort();
      stopHeartbeats?.();
      for (const queue of queues) queue.stop();
    },
  };
}
