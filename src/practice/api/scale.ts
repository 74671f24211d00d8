import type { KubeObject } from '../kube-client.ts';
import { at, type Json } from './json.ts';

function selectorText(selector: Json): string {
  const labels = selector?.matchLabels ?? {};
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** The Scale of a workload: how many replicas are wanted, how many there are. */
export function scaleOf(object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
      ...(creationTimestamp && { creationTimestamp }),
    },
    spec: { replicas: at(object, 'spec.replicas') ?? 0 },
    status: { replicas: at(object, 'status.replicas') ?? 0, selector: selectorText(object.spec?.selector) },
  };
}

/** The workload with the replicas that a Scale asks for. */
export function withScale(object: KubeObject, scale: KubeObject): KubeObject {
  const { resourceVersion } = scale.metadata;
  return {
    ...object,
    metadata: { ...object.metadata, ...(resourceVersion && { resourceVersion }) },
    spec: { ...object.spec, replicas: scale.spec?.replicas ?? 0 },
  };
}
