/** Checks that the diagnosis answers alone. */
import type { PreflightCheck } from '../model.ts';

export const definitionsCheck: PreflightCheck = {
  name: 'definitions',
  group: 'definitions',
  holds: 'the resource definitions are there, established, and of the versions that are needed',
  codes: ['crd-missing', 'crd-version-missing', 'crd-not-established'],
};

export const storedVersionsCheck: PreflightCheck = {
  name: 'stored-versions',
  group: 'definitions',
  holds: 'each version that resources are stored in is in the definitions, now and at the target',
  codes: ['crd-stored-version-lost'],
};

export const gatewayApiCheck: PreflightCheck = {
  name: 'gateway-api',
  group: 'definitions',
  holds: 'the Gateway API is of one owner, and of a version that the control plane can use',
  codes: ['gateway-api-version'],
};

export const policiesCheck: PreflightCheck = {
  name: 'policies',
  group: 'policies',
  holds: 'Servers and policies do what they say, and let probes and clients through',
  codes: ['server-invalid-selector', 'server-grpc-http-route', 'default-deny-blocks', 'probes-denied'],
};

export const routesCheck: PreflightCheck = {
  name: 'routes',
  group: 'policies',
  holds: 'routes, profiles and annotations are read by somebody',
  codes: [
    'route-shadowed-by-profile',
    'retry-annotations-ignored',
    'service-profile-name',
    'service-profile-invalid',
  ],
};

export const proxiesCheck: PreflightCheck = {
  name: 'proxy-versions',
  group: 'data-plane',
  holds: 'proxies are of the version of the control plane, and one line behind the target at most',
  codes: ['data-plane-behind', 'data-plane-too-old', 'data-plane-ahead', 'proxies-pinned'],
};

export const meshedCheck: PreflightCheck = {
  name: 'workloads-well',
  group: 'data-plane',
  holds: 'pods that are to have a proxy have one, Jobs end, and no rollout is stuck',
  codes: ['silently-unmeshed', 'job-held-by-proxy', 'workload-stuck'],
};
