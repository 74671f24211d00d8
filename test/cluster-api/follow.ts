import { onTestFinished, vi } from 'vitest';
import type { ClusterApi, ObjectStream, StreamOptions, StreamStatus } from '../../src/cluster/api.ts';
import type { KubeObject } from '../../src/cluster/objects.ts';
import { type ApiOptions, openClusterApi } from '../../src/cluster/open-api.ts';
import { kubeconfigFor } from './fake-server.ts';
import { type TestTiming, testTiming } from './timing.ts';

export const pods = { apiVersion: 'v1', resource: 'pods' };

export interface Followed {
  readonly api: ClusterApi;
  readonly timing: TestTiming;
  readonly stream: ObjectStream<string>;
  readonly statuses: StreamStatus[];
  /** The types of `statuses`. */
  types(): string[];
  /** `ns/a=1` for what was added or changed, `-ns/a` for what is gone. */
  readonly changes: string[];
  /** What one has who only applied the changes. */
  replayed(): Record<string, string>;
  items(): Record<string, string>;
}

export const label = ({ metadata }: KubeObject) => metadata.labels?.value;

/** Opens a cluster and follows its pods, all of them in all namespaces. */
export function follow(
  url: string,
  options: ApiOptions & { readonly kubeconfig?: string } = {},
  stream: Partial<StreamOptions<string>> = {},
): Followed {
  const timing = testTiming();
  const api = openClusterApi(options.kubeconfig ?? kubeconfigFor(url), {}, { timing, ...options });
  onTestFinished(() => api.close());
  return { ...followOn(api, stream), timing };
}

/** Another stream of the same cluster. */
export function followOn(
  api: ClusterApi,
  options: Partial<StreamOptions<string>> = {},
): Omit<Followed, 'timing'> {
  const statuses: StreamStatus[] = [];
  const changes: string[] = [];
  const replay = new Map<string, string>();
  const stream = api.stream<string>({
    ref: pods,
    form: 'full',
    pick: label,
    ...options,
    onChange(key, now, before) {
      // What a screen does that keeps counters by what it is told.
      if (now === before) changes.push(`!${key} is ${now} as before`);
      if (replay.get(key) !== before) changes.push(`!${key} was not ${before}`);
      if (now === undefined) replay.delete(key);
      else replay.set(key, now);
      changes.push(now === undefined ? `-${key}` : `${key}=${now}`);
      options.onChange?.(key, now, before);
    },
    onStatus(status) {
      statuses.push(status);
      options.onStatus?.(status);
    },
  });
  return {
    api,
    stream,
    statuses,
    types: () => statuses.map(({ type }) => type),
    changes,
    replayed: () => Object.fromEntries(replay),
    items: () => Object.fromEntries(stream.items),
  };
}

/** Looks again and again until nothing is thrown. */
export const eventually = (look: () => void, timeout = 10_000) => vi.waitFor(look, { timeout, interval: 5 });
