import { asksForProxy, CNI_RESOURCE, neverInjected } from '../../linkerd/who-gets-proxies.ts';
import type { PodFacts } from '../model.ts';
import type { Case, Finding } from './finding.ts';

/** Labels of Linkerd's own pods: those of the control plane come with their proxies, those of the CNI plugin have none. */
const OWN = ['linkerd.io/control-plane-component', CNI_RESOURCE];

/** Who asked for a proxy in this pod: the pod itself or its namespace; undefined where it is not to have one. */
function askedBy(pod: PodFacts, the: Case): 'workload' | 'namespace' | undefined {
  const { workload, namespaceInject, injected = true } = the.evidence;
  // The injector leaves pods in the host's network alone (linkerd2 pkg/inject/report.go).
  if (pod.hostNetwork || OWN.some((label) => Object.hasOwn(pod.labels, label))) return undefined;
  if (!injected || neverInjected.has(pod.namespace)) return undefined;
  const own = pod.inject || workload.inject;
  if (own !== '') return asksForProxy(own) ? 'workload' : undefined;
  return asksForProxy(namespaceInject) ? 'namespace' : undefined;
}

/**
 * SILENTLY_UNMESHED: new pods that should have a proxy and have none. With the webhook's failurePolicy `Ignore` (the default
 * without HA) a broken injector yields such pods, and a rollout that looks good (linkerd2 `pkg/inject`, chart values).
 */
export function unmeshedFindings(the: Case): readonly Finding[] {
  return the.members.newPods.flatMap((pod) => {
    if (pod.meshed || pod.deletedAt !== undefined) return [];
    if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return [];
    const asked = askedBy(pod, the);
    if (asked === undefined) return [];
    return [
      {
        code: 'SILENTLY_UNMESHED',
        kind: 'doomed',
        title: 'no proxy injected',
        message:
          asked === 'namespace'
            ? 'the namespace asks for a proxy, the pod has none'
            : 'the pod asks for a proxy and has none',
        subject: '',
        advice:
          'The injector did not answer when the pod was made: bring up linkerd-proxy-injector, then restart the workload.',
        pod: pod.name,
        since: pod.createdAt,
        evidence: `Pod/${pod.name} metadata.labels[linkerd.io/control-plane-ns] is missing, linkerd.io/inject is set on the ${asked}`,
      } as const,
    ];
  });
}
