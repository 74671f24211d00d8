import { createHash, randomInt } from 'node:crypto';
import type { KubeMeta, KubeObject } from '../kube-client.ts';
import { controllerReference } from './control.ts';

/** The letters that Kubernetes takes for generated names: none that make words, none that look alike. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

function randomSuffix(length = 5): string {
  return Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** A short name for any value, the same for equal values. `collisions` gives another one for the same value. */
export function hashOf(value: unknown, length = 10, collisions = 0): string {
  const digest = createHash('sha256').update(canonical(value)).update(String(collisions)).digest();
  return Array.from(digest.subarray(0, length), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

const texts = new WeakMap<object, string>();

/** JSON with sorted keys; equal values have equal text. Remembered, because objects from the caches are never changed. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = Array.isArray(value)
    ? `[${value.map(canonical).join(',')}]`
    : `{${Object.entries(value)
        .filter(([, field]) => field !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`)
        .join(',')}}`;
  texts.set(value, text);
  return text;
}

/** The `template` of a workload. */
export interface PodTemplate {
  metadata?: Partial<KubeMeta>;
  // biome-ignore lint/suspicious/noExplicitAny: a pod's spec, as deep as Kubernetes has it
  spec: any;
}

/** A pod from a template, owned by `owner`. */
export function podFromTemplate(
  template: PodTemplate,
  owner: KubeObject,
  meta: { name?: string; generateName?: string; labels?: Record<string, string> },
): KubeObject {
  const name = meta.name ?? `${meta.generateName}${randomSuffix()}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...(meta.generateName === undefined ? {} : { generateName: meta.generateName }),
      ...(owner.metadata.namespace === undefined ? {} : { namespace: owner.metadata.namespace }),
      labels: { ...template.metadata?.labels, ...meta.labels },
      ...(template.metadata?.annotations === undefined
        ? {}
        : { annotations: { ...template.metadata.annotations } }),
      ...(template.metadata?.finalizers === undefined ? {} : { finalizers: template.metadata.finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: structuredClone(template.spec),
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** The condition of that type in the status; undefined when there is none. */
export function condition(object: KubeObject, type: string): Condition | undefined {
  return (object.status?.conditions as Condition[] | undefined)?.find((each) => each.type === type);
}

/** Whether the pod has the condition Ready. */
export function isReady(pod: KubeObject): boolean {
  return condition(pod, 'Ready')?.status === 'True';
}

/** Whether the pod has succeeded or failed: it runs no more and stays so. */
export function isFinished(pod: KubeObject): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Neither finished nor on its way out. */
export function isActive(pod: KubeObject): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** When a ready pod became, or becomes, available, in milliseconds since the epoch; undefined when it is not ready. */
export function readySince(pod: KubeObject): number | undefined {
  const ready = condition(pod, 'Ready');
  return ready?.status === 'True' ? Date.parse(ready.lastTransitionTime ?? '') || 0 : undefined;
}

/** Which pods go first when some have to: not placed, not running, not ready, then the youngest. */
export function compareForDeletion(a: KubeObject, b: KubeObject): number {
  const rank = (pod: KubeObject) =>
    pod.spec?.nodeName === undefined ? 0 : pod.status?.phase === 'Pending' ? 1 : isReady(pod) ? 3 : 2;
  const age = (pod: KubeObject) => Date.parse(pod.metadata.creationTimestamp ?? '') || 0;
  return rank(a) - rank(b) || age(b) - age(a) || (a.metadata.name < b.metadata.name ? 1 : -1);
}
