import type { Clock } from '../clock.ts';
import type { KubeClient } from '../kube-client.ts';
import type { Cache } from './cache.ts';
import { type Control, isStatus, messageOf, writeThrough } from './control.ts';
import { createEventRecorder } from './event-recorder.ts';
import { type Caches, createCaches } from './resources.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

interface ControlOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** Hears of every failed attempt; all of them are repeated. */
  readonly onError?: (controller: string, key: string, message: string) => void;
}

/** What controllers work with, before any of them has been started. */
export interface Workshop {
  readonly control: Control;
  /**
   * Fills these caches (all of them unless told) and keeps them up to date. Settles when they know what there is. Controllers
   * are started before, so that they hear of it.
   */
  follow(names?: readonly (keyof Caches)[]): Promise<void>;
  /** Settles when nothing is left to be done at this moment. Timers that wait are not work. */
  settled(): Promise<void>;
  stop(): void;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Caches, queues and an event recorder over one client of the API, for one controller or for all of a cluster. */
export function startControl(options: ControlOptions): Workshop {
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
  const followOne = async (cache: Cache) => {
    const { items } = await options.client.list(cache.ref());
    for (const object of items) cache.take({ type: 'ADDED', object });
    const aborter = new AbortController();
    aborters.push(aborter);
    void options.client
      .watch(cache.ref(), { signal: aborter.signal }, (event) => cache.take(event))
      .catch((error) => {
        if (!aborter.signal.aborted) options.onError?.('watch', cache.resource.resource, messageOf(error));
      });
  };

  return {
    control,
    async follow(names = Object.keys(caches) as (keyof Caches)[]) {
      await Promise.all(names.map((name) => followOne(caches[name])));
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
      for (const queue of queues) queue.stop();
    },
  };
}
