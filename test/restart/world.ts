/** A cluster of Deployments in memory, behind the same interface as the real one: it rolls pods out on a clock that the test holds. */
import type {
  ApiProblem,
  ApiResult,
  ClusterApi,
  ObjectStream,
  StreamOptions,
  StreamStatus,
} from '../../src/cluster/api.ts';
import type { KubeObject, ResourceRef } from '../../src/cluster/objects.ts';
import { FakeClock } from '../state/fakes.ts';

/** What becomes of the new pods of a workload. */
export type Behaviour = 'ready' | 'image-missing' | 'no-proxy' | 'old-proxy';

const restartedAt = 'kubectl.kubernetes.io/restartedAt';
const imageMissing = { waiting: { reason: 'ImagePullBackOff', message: 'proxy: not found' } };

interface Subscriber {
  readonly options: StreamOptions<unknown>;
  readonly items: Map<string, unknown>;
  status: StreamStatus;
}

const keyOf = ({ metadata }: KubeObject) =>
  metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
const unreachable: ApiProblem = {
  type: 'unreachable',
  message: 'connect ECONNREFUSED.',
  fix: 'Is the cluster running?',
};

export class World {
  readonly clock = new FakeClock();
  /** Every stamp that began a rollout, by workload, in order. */
  readonly stamps = new Map<string, string[]>();
  /** Workloads as their rollouts began, in order. */
  readonly began: string[] = [];
  readonly rolling = new Set<string>();
  mostAtOnce = 0;
  readonly behaviour = new Map<string, Behaviour>();
  /** What a patch of the workload is answered with. */
  readonly refuse = new Map<string, ApiProblem>();
  /** The version that new pods get. */
  gives = 'stable-2.14.10';
  rollMs = 3_000;
  /** Told of every patch that reaches the server. */
  onPatch: (key: string, stamp: string) => void = () => {};
  #objects = new Map<string, Map<string, KubeObject>>();
  #subscribers = new Set<Subscriber>();
  #uids = 0;
  #down = false;

  addDeployment(namespace: string, name: string, replicas: number, version = 'stable-2.13.7'): void {
    const uid = this.uid();
    const app = { app: name };
    this.put('deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        namespace,
        name,
        uid,
        generation: 1,
        annotations: { 'deployment.kubernetes.io/revision': '1' },
      },
      spec: { replicas, selector: { matchLabels: app }, strategy: { type: 'RollingUpdate' }, template: {} },
      status: this.#status(replicas, 1),
    });
    this.put('namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, uid: `ns-${namespace}`, annotations: { 'linkerd.io/inject': 'enabled' } },
    });
    this.#newPods(this.get('deployments', `${namespace}/${name}`)!, version, 'ready');
  }

  uid(): string {
    this.#uids += 1;
    return `uid-${this.#uids}`;
  }

  get(resource: string, key: string): KubeObject | undefined {
    return this.#objects.get(resource)?.get(key);
  }

  all(resource: string): readonly KubeObject[] {
    return [...(this.#objects.get(resource)?.values() ?? [])];
  }

  put(resource: string, object: KubeObject): void {
    const of = this.#objects.get(resource) ?? new Map<string, KubeObject>();
    this.#objects.set(resource, of);
    of.set(keyOf(object), object);
    this.#tell(resource, keyOf(object), object);
  }

  remove(resource: string, key: string): void {
    if (this.#objects.get(resource)?.delete(key)) this.#tell(resource, key, undefined);
  }

  /** The API server goes away, or comes back; controllers and nodes go on without it here, which is worse than in truth. */
  set down(down: boolean) {
    this.#down = down;
    for (const one of this.#subscribers) {
      if (!down) this.#fill(one);
      this.#state(
        one,
        down ? { type: 'stale', since: this.clock.now(), why: 'ECONNREFUSED' } : { type: 'live' },
      );
    }
  }

  get down(): boolean {
    return this.#down;
  }

  /** The API server hangs: nobody is answered, and streams are open and silent. Afterwards they tell what they kept back. */
  set hangs(hangs: boolean) {
    this.#down = hangs;
    if (!hangs) for (const one of this.#subscribers) this.#fill(one);
  }

  /** Versions of the proxies of a workload's pods, each once. */
  versions(namespace: string, name: string): readonly string[] {
    const pods = this.all('pods').filter(
      ({ metadata }) => metadata.namespace === namespace && metadata.labels?.app === name,
    );
    return [...new Set(pods.map(({ metadata }) => metadata.annotations?.['linkerd.io/proxy-version'] ?? ''))];
  }

  /** A connection of one program. `point` is passed before and after each call; one that never settles is a program that died. */
  api(point: () => Promise<void> = async () => {}, alive: () => boolean = () => true): ClusterApi {
    const call = async <T>(answer: () => ApiResult<T>): Promise<ApiResult<T>> => {
      await point();
      const result: ApiResult<T> = this.#down ? { ok: false, problem: unreachable } : answer();
      await point();
      return result;
    };
    const missing: ApiResult<never> = { ok: false, problem: { type: 'not-found', message: 'not found' } };
    return {
      get: (ref, name) =>
        call(() => {
          const found = this.get(ref.resource, inside(ref, name));
          return found ? { ok: true, value: found } : missing;
        }),
      list: (ref) =>
        call(() => {
          const items = this.all(ref.resource).filter(
            ({ metadata }) => ref.namespace === undefined || metadata.namespace === ref.namespace,
          );
          return { ok: true, value: { items, resourceVersion: '1' } };
        }),
      patch: (ref, name, patch) => call(() => this.#patch(ref, name, patch as KubeObject)),
      delete: async () => missing,
      table: async () => missing,
      raw: async () => missing,
      log: async () => missing,
      stream: <T>(options: StreamOptions<T>) =>
        this.#stream(options as StreamOptions<unknown>, alive) as ObjectStream<T>,
      close: () => {},
    };
  }

  #patch(ref: ResourceRef, name: string, patch: KubeObject): ApiResult<KubeObject> {
    const key = inside(ref, name);
    const found = this.get(ref.resource, key);
    if (!found) return { ok: false, problem: { type: 'not-found', message: `${key} not found` } };
    const problem = this.refuse.get(key);
    if (problem) return { ok: false, problem };
    if (patch.metadata.uid !== found.metadata.uid) {
      return { ok: false, problem: { type: 'conflict', message: 'the UID is another one' } };
    }
    const stamp: string = patch.spec.template.metadata.annotations[restartedAt];
    this.onPatch(key, stamp);
    if (found.spec.template.metadata?.annotations?.[restartedAt] !== stamp) this.#restart(key, found, stamp);
    return { ok: true, value: this.get(ref.resource, key)! };
  }

  #restart(key: string, before: KubeObject, stamp: string): void {
    const { replicas } = before.spec;
    const generation = (before.metadata.generation ?? 0) + 1;
    const annotations = { 'deployment.kubernetes.io/revision': String(generation) };
    const behaviour = this.behaviour.get(key) ?? 'ready';
    this.stamps.set(key, [...(this.stamps.get(key) ?? []), stamp]);
    this.began.push(key);
    this.rolling.add(key);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.rolling.size);
    this.put('deployments', {
      ...before,
      metadata: { ...before.metadata, generation, annotations },
      spec: { ...before.spec, template: { metadata: { annotations: { [restartedAt]: stamp } } } },
      status: { ...this.#status(replicas, generation), updatedReplicas: 0 },
    });
    this.clock.after(this.rollMs, () => {
      const now = this.get('deployments', key);
      if (!now || now.metadata.generation !== generation) return;
      const version =
        behaviour === 'old-proxy' ? 'stable-2.13.7' : behaviour === 'no-proxy' ? '' : this.gives;
      const stuck = behaviour === 'image-missing';
      if (!stuck) this.rolling.delete(key);
      this.put('deployments', {
        ...now,
        status: stuck
          ? { ...this.#status(replicas, generation), updatedReplicas: 1, replicas: replicas + 1 }
          : this.#status(replicas, generation),
      });
      this.#newPods(now, version, behaviour);
    });
  }

  #status(replicas: number, generation: number) {
    return {
      observedGeneration: generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    };
  }

  /** One more ReplicaSet; its pods take the place of all others, or stand beside them where they do not come up. */
  #newPods(deployment: KubeObject, version: string, behaviour: Behaviour): void {
    const { namespace, name, uid, generation = 1 } = deployment.metadata;
    const hash = `h${generation}`;
    const owner = (kind: string, of: string, ownerUid: string) => [
      { apiVersion: 'apps/v1', kind, name: of, uid: ownerUid, controller: true },
    ];
    const set: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        ...(namespace === undefined ? {} : { namespace }),
        name: `${name}-${hash}`,
        uid: this.uid(),
        labels: { 'pod-template-hash': hash },
        annotations: { 'deployment.kubernetes.io/revision': String(generation) },
        ownerReferences: owner('Deployment', name, uid!),
        creationTimestamp: new Date(this.clock.now()).toISOString(),
      },
    };
    this.put('replicasets', set);
    const stuck = behaviour === 'image-missing';
    const old = this.all('pods').filter(
      (pod) => pod.metadata.namespace === namespace && pod.metadata.labels?.app === name,
    );
    if (!stuck) for (const pod of old) this.remove('pods', keyOf(pod));
    for (let number = 0; number < (stuck ? 1 : deployment.spec.replicas); number += 1) {
      this.put('pods', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          ...(namespace === undefined ? {} : { namespace }),
          name: `${name}-${hash}-${number}`,
          uid: this.uid(),
          labels: {
            app: name,
            'pod-template-hash': hash,
            ...(version === '' ? {} : { 'linkerd.io/control-plane-ns': 'linkerd' }),
          },
          annotations: version === '' ? {} : { 'linkerd.io/proxy-version': version },
          ownerReferences: owner('ReplicaSet', set.metadata.name, set.metadata.uid!),
          creationTimestamp: new Date(this.clock.now()).toISOString(),
        },
        spec: { containers: [{ name: 'app', image: 'app:1' }] },
        status: {
          phase: stuck ? 'Pending' : 'Running',
          conditions: [{ type: 'Ready', status: stuck ? 'False' : 'True' }],
          containerStatuses: [
            {
              name: 'app',
              image: 'app:1',
              ready: !stuck,
              started: !stuck,
              restartCount: 0,
              state: stuck ? imageMissing : { running: {} },
            },
          ],
        },
      });
    }
  }

  #stream(options: StreamOptions<unknown>, alive: () => boolean): ObjectStream<unknown> {
    const one: Subscriber = {
      options: {
        ...options,
        onChange: (...change) => {
          if (alive()) options.onChange?.(...change);
        },
        onStatus: (status) => {
          if (alive()) options.onStatus?.(status);
        },
      },
      items: new Map(),
      status: { type: 'connecting' },
    };
    this.#subscribers.add(one);
    let closed = false;
    const synced = Promise.resolve().then(() => {
      if (closed) return;
      if (this.#down)
        return this.#state(one, { type: 'stale', since: this.clock.now(), why: 'ECONNREFUSED' });
      this.#fill(one);
      this.#state(one, { type: 'live' });
    });
    return {
      items: one.items,
      get status() {
        return one.status;
      },
      synced,
      close: () => {
        closed = true;
        this.#subscribers.delete(one);
      },
    };
  }

  #state(one: Subscriber, status: StreamStatus): void {
    one.status = status;
    one.options.onStatus?.(status);
  }

  #fill(one: Subscriber): void {
    const now = new Map(this.all(one.options.ref.resource).map((object) => [keyOf(object), object]));
    for (const key of [...one.items.keys()]) if (!now.has(key)) this.#change(one, key, undefined);
    for (const [key, object] of now) this.#change(one, key, object);
  }

  #tell(resource: string, key: string, object: KubeObject | undefined): void {
    if (this.#down) return;
    for (const one of this.#subscribers) {
      if (one.options.ref.resource === resource && one.status.type === 'live') this.#change(one, key, object);
    }
  }

  #change(one: Subscriber, key: string, object: KubeObject | undefined): void {
    const { ref, fieldSelector, pick, onChange } = one.options;
    const name = fieldSelector?.startsWith('metadata.name=') ? fieldSelector.slice(14) : undefined;
    const wanted =
      object &&
      (ref.namespace === undefined || object.metadata.namespace === ref.namespace) &&
      (name === undefined || object.metadata.name === name);
    const before = one.items.get(key);
    const now = wanted ? pick(object) : undefined;
    if (now === undefined) one.items.delete(key);
    else one.items.set(key, now);
    if (now !== undefined || before !== undefined) onChange?.(key, now, before);
  }
}

const inside = ({ namespace }: ResourceRef, name: string) =>
  namespace === undefined ? name : `${namespace}/${name}`;
