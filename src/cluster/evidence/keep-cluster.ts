/** What is kept of nodes, namespaces, services, policies, and of how the API itself is extended. */
import { record } from '../../rollout/json.ts';
import { conditions, meta } from './keep-meta.ts';
import type { Mask } from './mask.ts';

export const namespaceMask: Mask = { metadata: meta, status: { phase: true, conditions } };

export const nodeMask: Mask = {
  metadata: meta,
  spec: { podCIDR: true, podCIDRs: true, unschedulable: true, taints: true, providerID: true },
  status: {
    conditions,
    addresses: true,
    allocatable: { cpu: true, memory: true, pods: true },
    nodeInfo: {
      kubeletVersion: true,
      kernelVersion: true,
      osImage: true,
      operatingSystem: true,
      architecture: true,
      containerRuntimeVersion: true,
    },
  },
};

export const serviceMask: Mask = {
  metadata: meta,
  spec: {
    type: true,
    clusterIP: true,
    clusterIPs: true,
    ports: true,
    selector: true,
    externalName: true,
    publishNotReadyAddresses: true,
  },
};

export const endpointSliceMask: Mask = {
  metadata: meta,
  addressType: true,
  ports: true,
  endpoints: [
    {
      addresses: true,
      conditions: true,
      nodeName: true,
      targetRef: { kind: true, namespace: true, name: true },
    },
  ],
};

export const networkPolicyMask: Mask = { metadata: meta, spec: true };

export const leaseMask: Mask = { metadata: meta, spec: true };

/** Schemas are nine tenths of a definition, and are not looked at. */
export const definitionMask: Mask = {
  metadata: meta,
  spec: {
    group: true,
    scope: true,
    names: { plural: true, kind: true },
    versions: [{ name: true, served: true, storage: true, deprecated: true }],
    conversion: { strategy: true, webhook: { clientConfig: { service: true, caBundle: true } } },
  },
  status: { conditions, storedVersions: true, acceptedNames: { plural: true, kind: true } },
};

/** Without the query, which may hold a token. */
const address: Mask = (value) => (typeof value === 'string' ? value.replace(/[?#].*$/s, '') : undefined);

/** Of both kinds of admission webhooks. */
export const webhooksMask: Mask = {
  metadata: meta,
  webhooks: [
    {
      name: true,
      clientConfig: { service: true, url: address, caBundle: true },
      rules: true,
      failurePolicy: true,
      matchPolicy: true,
      namespaceSelector: true,
      objectSelector: true,
      timeoutSeconds: true,
      sideEffects: true,
      admissionReviewVersions: true,
      reinvocationPolicy: true,
    },
  ],
};

/** Only APIs that a Service answers for: the others are the server's own. */
export const apiServiceMask: Mask = (value, keep) =>
  record(record(value).spec).service === undefined
    ? undefined
    : keep(value, {
        metadata: meta,
        spec: {
          group: true,
          version: true,
          service: true,
          caBundle: true,
          insecureSkipTLSVerify: true,
        },
        status: { conditions },
      });

/** Resources of Linkerd and of the Gateway API: small, and without secrets. */
export const customMask: Mask = { metadata: meta, spec: true, status: true };
