import type { KubeObject } from '../kube-client.ts';
import { fromV1Beta1, toV1Beta1 } from './crd-v1beta1.ts';
import { fill } from './defaults-pod.ts';
import { clone, type Json } from './json.ts';
import { groupVersion, type ResourceInfo } from './resources.ts';

/** How an older version of a kind becomes the one that is kept, and the other way round. Both change the object that they are given. */
interface Conversion {
  readonly up: (object: KubeObject) => void;
  readonly down: (object: KubeObject) => void;
}

const HOSTNAME = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

/** What a webhook of v1beta1 left out meant something else than it does in v1. */
const webhooks: Conversion = {
  up(configuration) {
    for (const hook of configuration.webhooks ?? []) {
      fill(hook, {
        failurePolicy: 'Ignore',
        matchPolicy: 'Exact',
        timeoutSeconds: 30,
        sideEffects: 'Unknown',
        admissionReviewVersions: ['v1beta1'],
      });
    }
  },
  down: () => undefined,
};

const endpointSlices: Conversion = {
  up(slice) {
    for (const endpoint of slice.endpoints ?? []) {
      const { [HOSTNAME]: nodeName, [ZONE]: zone, ...rest } = (endpoint.topology ?? {}) as Json;
      delete endpoint.topology;
      if (nodeName !== undefined) endpoint.nodeName ??= nodeName;
      if (zone !== undefined) endpoint.zone ??= zone;
      if (Object.keys(rest).length > 0) endpoint.deprecatedTopology = rest;
    }
  },
  down(slice) {
    for (const endpoint of slice.endpoints ?? []) {
      const { nodeName, zone, deprecatedTopology } = endpoint;
      const topology = {
        ...deprecatedTopology,
        ...(nodeName === undefined ? {} : { [HOSTNAME]: nodeName }),
        ...(zone === undefined ? {} : { [ZONE]: zone }),
      };
      delete endpoint.zone;
      delete endpoint.deprecatedTopology;
      if (Object.keys(topology).length > 0) endpoint.topology = topology;
    }
  },
};

const definitions: Conversion = { up: fromV1Beta1, down: toV1Beta1 };

/** By `group/version/plural`. All other kinds are written alike in all of their versions. */
const conversions: Readonly<Record<string, Conversion>> = {
  'admissionregistration.k8s.io/v1beta1/mutatingwebhookconfigurations': webhooks,
  'admissionregistration.k8s.io/v1beta1/validatingwebhookconfigurations': webhooks,
  'apiextensions.k8s.io/v1beta1/customresourcedefinitions': definitions,
  'discovery.k8s.io/v1beta1/endpointslices': endpointSlices,
};

const conversionOf = (info: ResourceInfo): Conversion | undefined =>
  conversions[`${groupVersion(info)}/${info.plural}`];

/** An object as a request in some version writes it, in the version in which it is kept. It may be the same one, changed. */
export function asKept(info: ResourceInfo, object: KubeObject): KubeObject {
  const { keptAs } = info;
  if (keptAs === undefined || object.apiVersion === keptAs) return object;
  conversionOf(info)?.up(object);
  object.apiVersion = keptAs;
  return object;
}

/** A kept object in the version that was asked for. The kept one is not changed. */
export function inVersion(info: ResourceInfo, object: KubeObject): KubeObject {
  const apiVersion = groupVersion(info);
  if (object.apiVersion === apiVersion) return object;
  const conversion = conversionOf(info);
  if (conversion === undefined) return { ...object, apiVersion };
  const converted = clone(object);
  conversion.down(converted);
  converted.apiVersion = apiVersion;
  return converted;
}
