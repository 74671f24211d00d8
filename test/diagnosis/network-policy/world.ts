/** Policies and pods for tests of the evaluator, written as short as they can be. */
import { evaluate } from '../../../src/diagnosis/network-policy/evaluate.ts';
import type { Endpoint, Flow } from '../../../src/diagnosis/network-policy/matching.ts';
import { createPolicyView, type PolicySource } from '../../../src/diagnosis/network-policy/policy-view.ts';
import { readPod } from '../../../src/diagnosis/network-policy/read-pod.ts';

export const policy = (name: string, spec: unknown, namespace = 'shop') => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec,
});

export const namespace = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
});

/** `pod('shop/web', {spec: {...}})`: labels are `app` and what is given. */
export function pod(
  full: string,
  given: { labels?: Record<string, string>; spec?: object; status?: object } = {},
) {
  const [of, name] = full.split('/') as [string, string];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: of, name, labels: { app: name, ...given.labels } },
    spec: { containers: [{ name: 'app' }], ...given.spec },
    status: { phase: 'Running', podIP: '10.1.0.1', hostIP: '192.168.0.1', ...given.status },
  };
}

export const end = (full: string, given: Parameters<typeof pod>[1] = {}): Endpoint => ({
  type: 'pod',
  pod: readPod(pod(full, given)),
});

export const outside = (...addresses: string[]): Endpoint => ({
  type: 'outside',
  name: addresses.join(' and ') || 'somewhere',
  addresses,
  complete: true,
});

/** Asks policies about flows. Every namespace that is asked about is there, with no labels but its name. */
export function asked(
  policies: readonly object[],
  rest: Partial<Omit<PolicySource, 'networkPolicies'>> = {},
) {
  const view = createPolicyView({
    networkPolicies: policies as PolicySource['networkPolicies'],
    namespaces: [namespace('shop'), namespace('team', { team: 'a' }), namespace('linkerd')],
    ...rest,
  });
  const flow = (from: Endpoint, to: Endpoint, port: number | string): Flow => {
    const [, protocol = 'TCP', number] = /^(?:([A-Z]+) )?(\d+)$/.exec(String(port)) ?? [];
    return { from, to, port: Number(number), protocol: protocol as Flow['protocol'] };
  };
  const ask = (from: Endpoint, to: Endpoint, port: number | string = 80) =>
    evaluate(view, flow(from, to, port));
  return { ask, outcome: (...of: Parameters<typeof ask>) => ask(...of).outcome };
}
