/** One complete look at a list, through a stream: as it comes in, each object is picked from and dropped, so memory stays small. */
import type { ApiProblem, ApiResult, ClusterApi, ObjectForm, Selection } from './api.ts';
import type { KubeObject, ResourceRef } from './objects.ts';

interface CollectOptions<T> extends Selection {
  readonly ref: ResourceRef;
  /** Metadata alone unless told. */
  readonly form?: ObjectForm;
  readonly pick: (object: KubeObject) => T | undefined;
  readonly signal?: AbortSignal;
  /** How long the cluster may be away before the first list is complete, in ms. */
  readonly patience?: number;
}

const PATIENCE_MS = 20_000;

/** What there is when the first list is complete. A problem of type `not-found` where the server has no such resource. */
export async function collect<T>(
  api: ClusterApi,
  options: CollectOptions<T>,
): Promise<ApiResult<readonly T[]>> {
  const { ref, form = 'metadata', pick, signal, patience = PATIENCE_MS } = options;
  const selection: Selection = {
    ...(options.labelSelector === undefined ? {} : { labelSelector: options.labelSelector }),
    ...(options.fieldSelector === undefined ? {} : { fieldSelector: options.fieldSelector }),
  };
  let away = '';
  let timer: NodeJS.Timeout | undefined;
  const stream = api.stream({
    ref,
    ...selection,
    form,
    pick,
    onStatus: (status) => {
      if (status.type !== 'stale') return;
      away = status.why;
      timer ??= setTimeout(() => stream.close(), patience);
    },
  });
  const stop = () => stream.close();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  await stream.synced;
  clearTimeout(timer);
  signal?.removeEventListener('abort', stop);
  const { status } = stream;
  const items = [...stream.items.values()];
  stream.close();
  switch (status.type) {
    case 'live':
      return { ok: true, value: items };
    case 'denied': {
      const { permission, message } = status;
      return { ok: false, problem: { type: 'denied', permission, message } };
    }
    case 'stale':
      return {
        ok: false,
        problem: status.absent ? { type: 'not-found', message: status.why } : unreachable(status.why),
      };
    case 'connecting':
    case 'closed':
      return { ok: false, problem: unreachable(away || 'It was ended before the answer was complete.') };
  }
}

function unreachable(message: string): ApiProblem {
  return { type: 'unreachable', message, fix: 'Try again when the API server answers.' };
}
