/** Ports that a Service leads to and nobody is authorized for. */
import { entry, record, text, textMap } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import {
  byWorkload,
  fieldOf,
  logLines,
  meshedPods,
  planeOf,
  subjectOf,
  workloadOfPod,
} from '../meshed-pods.ts';
import { defaultPolicyOf, hasPolicies, isSkipped, type PodPort, portsOf } from '../policy.ts';
import { indexPolicies, type PolicyIndex } from '../policy-index.ts';
import { authorizeMesh } from '../policy-manifests.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';

const deniedWords = /(?:request|connection) denied|unauthori[sz]ed (?:request|connection)/i;

export const defaultDenyDetector: Detector = {
  kinds: {
    'default-deny-blocks': {
      severity: 'warning',
      layer: 'data-plane',
      title: 'A policy lets nobody reach a service',
    },
  },
  needs: ['pods', 'services', 'servers', 'authorizationPolicies', 'serverAuthorizations'],
  look: (view) => {
    const policies = indexPolicies(view);
    return byWorkload(
      meshedPods(view).filter((pod) => entry(pod.metadata.labels, 'linkerd.io/extension') === ''),
    ).flatMap(({ pods: [pod] }) =>
      pod === undefined ? [] : portsOf(pod).flatMap((port) => denied(view, policies, pod, port)),
    );
  },
};

function denied(view: View, policies: PolicyIndex, pod: SnapshotObject, port: PodPort): readonly Found[] {
  const plane = planeOf(view, pod);
  if (plane === undefined || !hasPolicies(pod, plane) || isSkipped(view, pod, port)) return [];
  if (entry(pod.metadata.labels, 'linkerd.io/control-plane-component') !== '') return [];
  const [service] = policies.servicesAt(pod, port);
  if (service === undefined) return [];
  const [server] = policies.serversAt(pod, port);
  if (server !== undefined && policies.isAuthorized(server)) return [];
  const byDefault = defaultPolicyOf(view, pod, plane);
  if (server === undefined && byDefault.policy !== 'deny') return [];
  const logs = logLines(view, pod, 'linkerd-proxy', deniedWords);
  const namespace = text(pod.metadata.namespace);
  const name = text(service.metadata.name);
  const line = plane.line ?? 12;
  return [
    {
      code: 'default-deny-blocks',
      ...(logs.length > 0 ? { severity: 'error' as const } : {}),
      // What a namespace says reaches pods that are made after it was said.
      certainty:
        server === undefined && byDefault.from?.kind === 'Namespace' && logs.length === 0
          ? 'likely'
          : 'confirmed',
      title:
        server === undefined
          ? `Nobody may reach Service ${namespace}/${name}: the default is deny, and no Server is made for port ${port.number}`
          : `Nobody may reach Service ${namespace}/${name}: Server ${text(server.metadata.name)} has no authorization`,
      explanation:
        server === undefined
          ? 'With the default inbound policy deny, a proxy refuses everything on ports for which no Server and no authorization is made. The annotation of a namespace reaches its pods with their next restart.'
          : 'As soon as a Server selects a port, the proxy refuses what nobody authorized there, whatever the default policy is.',
      subjects: [workloadOfPod(pod), subjectOf(service)],
      evidence: [
        ...(server === undefined
          ? byDefault.from === undefined
            ? []
            : [fieldOf(byDefault.from, byDefault.path, 'deny')]
          : [
              fieldOf(
                server,
                'spec.port',
                text(record(server.spec).port) || String(record(server.spec).port),
              ),
            ]),
        fieldOf(service, 'spec.selector', JSON.stringify(textMap(record(service.spec).selector))),
        ...logs.slice(0, 2),
      ],
      causes:
        server === undefined
          ? ['The default was set to deny before Servers and authorizations were made']
          : ['A Server was applied without its AuthorizationPolicy, or one was deleted'],
      remedy: {
        text: 'Authorize the members of the mesh, and narrow it down afterwards.',
        risk: 'change',
        verify: `kubectl --namespace ${namespace} get servers,authorizationpolicies,serverauthorizations`,
        parameters: {
          CASE: 'authorize',
          NAMESPACE: namespace,
          MANIFEST: authorizeMesh({
            namespace,
            line,
            // A Server of the Service's own name may be there, for another port.
            name: server === undefined ? `${name}-${port.number}` : text(server.metadata.name),
            ...(server === undefined
              ? {
                  server: {
                    podSelector: { matchLabels: textMap(record(service.spec).selector) },
                    port: port.number,
                  },
                }
              : {}),
          }),
        },
      },
    },
  ];
}
