/** A cluster of objects that a test holds in its hands, behind the same interface as the real one. */
import type {
  ApiResult,
  ClusterApi,
  ObjectStream,
  Permission,
  StreamOptions,
  StreamStatus,
} from '../../src/cluster/api.ts';
import type { KubeObject, ResourceRef } from '../../src/cluster/objects.ts';

type Open = {
  readonly options: StreamOptions<unknown>;
  readonly items: Map<string, unknown>;
  status: StreamStatus;
  synced: () => void;
};

const keyOf = ({ metadata }: KubeObject) =>
  metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;

export class FakeCluster implements ClusterApi {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #open = new Set<Open>();
  readonly #denied = new Set<string>();
  /** By `namespace/pod/container`, and ` previous` after it. */
  readonly logs = new Map<string, readonly string[]>();
  /** Calls that were made, in order. */
  readonly logCalls: string[] = [];
  closed = false;

  /** What of this resource may not be listed or watched from now on. */
  deny(resource: string): this {
    this.#denied.add(resource);
    return this;
  }

  /** The object is there, or is so now. */
  put(resource: string, ...objects: readonly KubeObject[]): this {
    for (const object of objects) {
      this.#of(resource).set(keyOf(object), object);
      for (const stream of this.#open)
        if (inStream(stream, resource, object)) this.#tell(stream, keyOf(object), object);
    }
    return this;
  }

  get(ref: ResourceRef, name: string): Promise<ApiResult<KubeObject>> {
    const object = this.#of(ref.resource).get(
      ref.namespace === undefined ? name : `${ref.namespace}/${name}`,
    );
    return Promise.resolve(
      object
        ? { ok: true, value: object }
        : { ok: false, problem: { type: 'not-found', message: `There is no ${name}.` } },
    );
  }

  object(resource: string, key: string): KubeObject | undefined {
    return this.#of(resource).get(key);
  }

  remove(resource: string, key: string): this {
    const object = this.#of(resource).get(key);
    this.#of(resource).delete(key);
    for (const stream of this.#open)
      if (object && inStream(stream, resource, object)) this.#tell(stream, key, undefined);
    return this;
  }

  /** Every open stream of the resource (or all of them) stands so now. */
  status(status: StreamStatus, resource?: string): this {
    for (const stream of this.#open) {
      if (resource !== undefined && stream.options.ref.resource !== resource) continue;
      if (stream.status.type === 'denied') continue;
      stream.status = status;
      stream.options.onStatus?.(status);
    }
    return this;
  }

  /** What is followed now, as `resource namespace`. */
  get followed(): readonly string[] {
    return [...this.#open].map(({ options: { ref } }) => `${ref.resource} ${ref.namespace ?? '*'}`);
  }

  stream<T>(options: StreamOptions<T>): ObjectStream<T> {
    const items = new Map<string, T>();
    let synced = () => {};
    const settled = new Promise<void>((resolve) => {
      synced = resolve;
    });
    const { ref } = options;
    const permission: Permission = {
      verb: 'list',
      resource: ref.apiVersion === 'apps/v1' ? `${ref.resource}.apps` : ref.resource,
      ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
    };
    const open: Open = {
      options: options as unknown as StreamOptions<unknown>,
      items,
      status: { type: 'connecting' },
      synced,
    };
    this.#open.add(open);
    // A real list takes its time: nothing is there in the turn that it is asked for in.
    setImmediate(() => {
      if (!this.#open.has(open)) return;
      const denied = this.#denied.has(ref.resource);
      if (!denied)
        for (const object of this.#of(ref.resource).values())
          if (inStream(open, ref.resource, object)) this.#tell(open, keyOf(object), object);
      open.status = denied
        ? { type: 'denied', permission, message: `You may not list ${ref.resource}.` }
        : { type: 'live' };
      options.onStatus?.(open.status);
      synced();
    });
    const close = () => this.#open.delete(open);
    return {
      items,
      get status() {
        return open.status;
      },
      synced: settled,
      close,
    };
  }

  #tell(stream: Open, key: string, object: KubeObject | undefined): void {
    const before = stream.items.get(key);
    const now = object && stream.options.pick(object);
    if (now === undefined) stream.items.delete(key);
    else stream.items.set(key, now);
    if (now !== undefined || before !== undefined) stream.options.onChange?.(key, now, before);
  }

  #of(resource: string): Map<string, KubeObject> {
    const objects = this.#objects.get(resource) ?? new Map<string, KubeObject>();
    this.#objects.set(resource, objects);
    return objects;
  }

  log(
    pod: { readonly namespace: string; readonly name: string },
    { container, previous }: { readonly container: string; readonly previous?: boolean },
  ): Promise<ApiResult<readonly string[]>> {
    const key = `${pod.namespace}/${pod.name}/${container}${previous ? ' previous' : ''}`;
    this.logCalls.push(key);
    const lines = this.logs.get(key);
    return Promise.resolve(
      lines
        ? { ok: true, value: lines }
        : { ok: false, problem: { type: 'not-found', message: 'no such container' } },
    );
  }

  list(): never {
    throw new Error('rollouts are followed by streams');
  }
  table = this.list;
  patch = this.list;
  delete = this.list;
  raw = this.list;

  close(): void {
    this.closed = true;
    this.#open.clear();
  }
}

function inStream({ options }: Open, resource: string, object: KubeObject): boolean {
  const { ref, fieldSelector, labelSelector } = options;
  if (ref.resource !== resource) return false;
  if (ref.namespace !== undefined && object.metadata.namespace !== ref.namespace) return false;
  const name = /^metadata\.name=(.*)$/.exec(fieldSelector ?? '')?.[1];
  if (name !== undefined && name !== object.metadata.name) return false;
  if (fieldSelector === 'type=Warning' && object.type !== 'Warning') return false;
  const [key, value] = labelSelector?.split('=') ?? [];
  return key === undefined || object.metadata.labels?.[key] === value;
}
