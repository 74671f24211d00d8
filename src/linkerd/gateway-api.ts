import type { CrdFact } from './facts.ts';

/** The Gateway API definitions that Linkerd 2.18 and later print where they manage them (bundle v1.1.1). */
export const gatewayApiCrds: readonly CrdFact[] = [
  { name: 'httproutes.gateway.networking.k8s.io', versions: ['v1', 'v1beta1'], storage: 'v1' },
  { name: 'grpcroutes.gateway.networking.k8s.io', versions: ['v1', 'v1alpha2'], storage: 'v1' },
  { name: 'tlsroutes.gateway.networking.k8s.io', versions: ['v1alpha2'], storage: 'v1alpha2' },
  { name: 'tcproutes.gateway.networking.k8s.io', versions: ['v1alpha2'], storage: 'v1alpha2' },
];
