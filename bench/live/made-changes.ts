/** What happens in a made cluster, one change after the other, always the same ones in the same order. */
import { randomUUID } from 'node:crypto';
import { setBeat, setReady } from './beacon.ts';
import type { Item, MadeCluster, Told } from './made-cluster.ts';

export interface Change {
  readonly resource: string;
  readonly type: Told;
  readonly item: Item;
}

/** As many warnings as stand at once; the oldest go, as they do on a server. */
const mostEvents = 1_000;

export class Changes {
  readonly #cluster: MadeCluster;
  readonly #beacon: Item;
  readonly #pods: Item[];
  readonly #deployments: Item[];
  readonly #events: Item[] = [];
  #count = 0;
  #turn = 0;
  #beat = 0;

  constructor(cluster: MadeCluster, beacon: Item) {
    this.#cluster = cluster;
    this.#beacon = beacon;
    this.#pods = [...cluster.items.get('pods')!.values()].filter((item) => item !== beacon);
    this.#deployments = [...cluster.items.get('deployments')!.values()].filter(
      ({ namespace }) => namespace !== beacon.namespace,
    );
  }

  /** A pod becomes unready, or ready again: the next one each time. */
  flip(): Change {
    const item = this.#pods[this.#turn % this.#pods.length]!;
    const ready = Math.floor(this.#turn / this.#pods.length) % 2 === 1;
    this.#turn += 1;
    setReady(item.status!, ready, new Date().toISOString());
    return this.#told('pods', 'MODIFIED', item);
  }

  /** The beacon counts on. */
  beat(): { readonly beat: number; readonly change: Change } {
    this.#beat += 1;
    setBeat(this.#beacon.status!, this.#beat);
    return { beat: this.#beat, change: this.#told('pods', 'MODIFIED', this.#beacon) };
  }

  /** The next of a busy hour: mostly pods that change, some that go and come, warnings, and Deployments that count anew. */
  ofTheHour(): readonly Change[] {
    const count = this.#count++;
    if (count % 20 === 3) return this.#replacePod(count);
    if (count % 20 === 7) return this.#warn(count);
    if (count % 100 === 11) return [this.#countAnew(count)];
    return [this.flip()];
  }

  #told(resource: string, type: Told, item: Item): Change {
    this.#cluster.version += 1;
    item.version = this.#cluster.version;
    return { resource, type, item };
  }

  /** One goes, and another of the same workload comes. */
  #replacePod(count: number): readonly Change[] {
    const index = (count * 7) % this.#pods.length;
    const old = this.#pods[index]!;
    const uid = /"uid":"([^"]+)","generation"/.exec(old.head)?.[1];
    if (uid === undefined) throw new Error('a pod without a uid');
    const name = `${old.name.slice(0, old.name.lastIndexOf('-'))}-${randomUUID().slice(0, 5)}`;
    const [fresh, now] = [randomUUID(), new Date().toISOString()];
    const renamed = (text: string) =>
      text
        .replaceAll(old.name, name)
        .replaceAll(uid, fresh)
        .replace(/"creationTimestamp":"[^"]+"/, `"creationTimestamp":"${now}"`);
    const item: Item = {
      ...old,
      name,
      head: renamed(old.head),
      body: renamed(old.body),
      metadata: '',
      status: structuredClone(old.status),
    };
    const all = this.#cluster.items.get('pods')!;
    all.delete(`${old.namespace}/${old.name}`);
    all.set(`${item.namespace}/${name}`, item);
    this.#pods[index] = item;
    return [this.#told('pods', 'DELETED', old), this.#told('pods', 'ADDED', item)];
  }

  #warn(count: number): readonly Change[] {
    const { namespace, name, head } = this.#pods[(count * 13) % this.#pods.length]!;
    const uid = /"uid":"([^"]+)","generation"/.exec(head)?.[1];
    const now = new Date().toISOString();
    const event = this.#cluster.put('events', {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${count.toString(16)}`, namespace, uid: randomUUID() },
      involvedObject: { kind: 'Pod', namespace, name, uid },
      type: 'Warning',
      reason: 'Unhealthy',
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
    this.#events.push(event);
    const told = [this.#told('events', 'ADDED', event)];
    if (this.#events.length <= mostEvents) return told;
    const oldest = this.#events.shift()!;
    this.#cluster.items.get('events')!.delete(`${oldest.namespace}/${oldest.name}`);
    return [...told, this.#told('events', 'DELETED', oldest)];
  }

  #countAnew(count: number): Change {
    const item = this.#deployments[(count * 3) % this.#deployments.length]!;
    const { replicas = 0 } = item.status as { readonly replicas?: number };
    const ready = count % 200 === 11 ? replicas - 1 : replicas;
    item.status = { ...item.status, readyReplicas: ready, availableReplicas: ready };
    return this.#told('deployments', 'MODIFIED', item);
  }
}
