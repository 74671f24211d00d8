import type { KubeClient, KubeObject } from '../../src/practice/kube-client.ts';
import { eventually } from '../cluster/eventually.ts';
import type { Backend } from './backend.ts';
import { PLURALS } from './objects.ts';

/** What a cluster says of a workload: its conditions, its pods, and the events about all of them. */
export interface Told {
  readonly object: KubeObject;
  readonly conditions: readonly string[];
  readonly sets: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
  /** `Warning FailedCreate ReplicaSet: Error creating: …`, each once, with generated names and numbers made alike. */
  readonly events: readonly string[];
}

type Kind = keyof typeof PLURALS;

/** Names of generated objects become NAME, so that texts can be compared. */
export function alike(text: string, name: string, namespace: string): string {
  return text
    .replaceAll(namespace, 'NS')
    .replace(new RegExp(`\\b${name}-[a-z0-9]{6,10}-[a-z0-9]{5}(?![a-z0-9-])`, 'g'), 'POD')
    .replace(new RegExp(`\\b${name}-[a-z0-9]{6,10}(?![a-z0-9])`, 'g'), 'SET')
    .replace(new RegExp(`\\b${name}-[a-z0-9]{5}(?![a-z0-9-])`, 'g'), 'POD')
    .replace(/^\(combined from similar events\): /, '')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UID');
}

const conditionText = (each: Record<string, string>) =>
  `${each.type} ${each.status} ${each.reason}: ${each.message}`;

async function items(client: KubeClient, apiVersion: string, resource: string, namespace: string) {
  return (await client.list({ apiVersion, resource, namespace })).items;
}

/** Looks at one workload of a namespace that has no other. */
export async function look(backend: Backend, kind: Kind, namespace: string, name: string): Promise<Told> {
  const { client } = backend;
  const ref = { apiVersion: 'apps/v1', resource: PLURALS[kind], namespace };
  const object = await client.get(ref, name);
  if (object === undefined) throw new Error(`there is no ${kind} ${name}`);
  const [sets, pods, events] = await Promise.all([
    items(client, 'apps/v1', 'replicasets', namespace),
    items(client, 'v1', 'pods', namespace),
    items(client, 'v1', 'events', namespace),
  ]);
  const plain = (text: string) => alike(text, name, namespace);
  return {
    object,
    sets,
    pods,
    conditions: (object.status?.conditions ?? []).map((each: Record<string, string>) =>
      plain(conditionText(each)),
    ),
    events: [
      ...new Set(
        events.map(({ type, reason, involvedObject, message }) =>
          plain(`${type} ${reason} ${involvedObject.kind}: ${message}`),
        ),
      ),
    ].sort(),
  };
}

/** Looks until it is as expected, and gives what was seen then. */
export function until(
  backend: Backend,
  where: { readonly kind: Kind; readonly namespace: string; readonly name: string },
  what: string,
  holds: (told: Told) => boolean,
): Promise<Told> {
  let last: Told | undefined;
  return eventually(
    async () => {
      last = await look(backend, where.kind, where.namespace, where.name);
      return holds(last) ? last : undefined;
    },
    what,
    15_000,
  ).catch((error: Error) => {
    const seen = JSON.stringify({ conditions: last?.conditions, events: last?.events }, null, 1);
    throw new Error(`${error.message}\n${seen}`);
  });
}

/** The conditions of a pod, as text. */
export const podConditions = (pod: KubeObject, name: string, namespace: string): string[] =>
  (pod.status?.conditions ?? [])
    .filter((each: { status: string }) => each.status !== 'True')
    .map((each: Record<string, string>) => alike(conditionText(each), name, namespace));
