/** Pods, namespaces and control planes for the survey, with what a test says and the usual elsewhere. */
import type { ControlPlaneMeta, NamespaceMeta, PodMeta } from '../../src/data-plane/model.ts';

let number = 0;

export function podMeta(given: Partial<PodMeta> = {}): PodMeta {
  number += 1;
  return {
    namespace: 'shop',
    name: `web-${number}`,
    uid: `uid-${number}`,
    createdAt: 0,
    deleting: false,
    ownerKind: 'Deployment',
    ownerName: 'web',
    meshOf: 'linkerd',
    component: '',
    extension: '',
    cni: false,
    proxyVersion: 'stable-2.14.10',
    override: '',
    imageOverride: '',
    trustRoot: '',
    inject: '',
    createdBy: '',
    ...given,
  };
}

export function namespaceMeta(given: Partial<NamespaceMeta> = {}): NamespaceMeta {
  return {
    name: 'shop',
    inject: '',
    override: '',
    extension: '',
    webhooks: true,
    controlPlane: false,
    ...given,
  };
}

export function controlPlaneMeta(given: Partial<ControlPlaneMeta> = {}): ControlPlaneMeta {
  return {
    namespace: 'linkerd',
    version: 'stable-2.14.10',
    source: 'ConfigMap linkerd/linkerd-config',
    state: 'found',
    proxyVersion: given.version ?? 'stable-2.14.10',
    running: [],
    trustRoot: undefined,
    trustRoots: [],
    ...given,
  };
}
