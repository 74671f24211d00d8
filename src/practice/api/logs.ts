import type { ServerResponse } from 'node:http';
import { badRequest } from './errors.ts';
import type { Json } from './json.ts';
import { type ApiRequest, isTrue, numberOf } from './request.ts';
import type { ResourceInfo } from './resources.ts';
import type { Store } from './store.ts';

function chooseContainer(pod: Json, asked: string | null): string {
  const names: string[] = pod.spec.containers.map(({ name }: Json) => name);
  const all = [...names, ...(pod.spec.initContainers ?? []).map(({ name }: Json) => name)];
  const { name } = pod.metadata;
  if (asked) {
    if (!all.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${name}`);
    return asked;
  }
  if (names.length === 1 && names[0]) return names[0];
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`);
}

/** Throws what a kubelet answers for a container that has nothing to show yet. */
export function checkStarted(pod: Json, container: string, previous: boolean): void {
  const statuses: Json[] = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []),
  ];
  const status = statuses.find(({ name }) => name === container);
  const { name } = pod.metadata;
  if (previous) {
    if (status?.lastState?.terminated) return;
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  }
  const reason = status ? status.state?.waiting?.reason : 'ContainerCreating';
  if (!reason || status?.lastState?.terminated) return;
  const why = reason === 'PodInitializing' || reason === 'ContainerCreating' ? reason : undefined;
  const problem = why ? `is waiting to start: ${why}` : `is waiting to start: ${explained(reason)}`;
  throw badRequest(`container "${container}" in pod "${name}" ${problem}`);
}

function explained(reason: string): string {
  const images = ['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName'];
  return images.includes(reason) ? 'trying and failing to pull image' : reason;
}

/** Answers `pods/NAME/log`: the lines that the cluster's hook gives, as text, for as long as `follow` wants them. */
export async function serveLog(
  store: Store,
  info: ResourceInfo,
  namespace: string | undefined,
  name: string,
  request: ApiRequest,
  response: ServerResponse,
): Promise<void> {
  const { query } = request;
  const pod = store.get(info, namespace, name);
  const container = chooseContainer(pod, query.get('container'));
  const previous = isTrue(query.get('previous'));
  if (store.hooks.logs) checkStarted(pod, container, previous);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  const lines = store.hooks.logs?.(pod, container, {
    follow: isTrue(query.get('follow')),
    previous,
    tailLines: numberOf(query.get('tailLines')),
    sinceSeconds: numberOf(query.get('sinceSeconds')),
    timestamps: isTrue(query.get('timestamps')),
    signal: gone.signal,
  });
  for await (const line of lines ?? []) {
    if (gone.signal.aborted) return;
    response.write(`${line}\n`);
  }
  response.end();
}
