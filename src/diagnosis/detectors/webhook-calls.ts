/** Calls of Linkerd's webhooks that fail although what answers them is there and its certificate is good. */
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { View } from '../view.ts';
import { failedCalls } from '../webhook-calls.ts';
import { readyEndpoints, type Webhook, webhooksOf } from '../webhooks.ts';

export const webhookCallsDetector: Detector = {
  kinds: {
    'webhook-unreachable': {
      severity: 'blocker',
      layer: 'cluster',
      title: 'The API server cannot reach a webhook',
      causedBy: ['injector-down', 'network-policy-blocks-webhooks'],
    },
  },
  needs: ['mutatingWebhooks', 'validatingWebhooks', 'events', 'replicaSets'],
  look: lookAt,
};

function lookAt(view: View): readonly Found[] {
  const calls = failedCalls(view).filter(({ failure }) => failure === 'unreachable');
  return webhooksOf(view).flatMap((hook) => {
    // With Ignore no request fails, so what is still told of one is from before.
    if (hook.failurePolicy !== 'Fail') return [];
    const told = calls.filter(({ webhook }) => webhook === hook.name);
    return told.length === 0
      ? []
      : [
          finding(
            view,
            hook,
            told.map(({ evidence }) => evidence),
          ),
        ];
  });
}

/** The port of the pods, which is what a firewall sees: the Service's 443 is not on the wire. */
const portOf = ({ short }: Webhook): string => (short === 'policy-validator' ? '9443' : '8443');

function finding(view: View, hook: Webhook, told: readonly Evidence[]): Found {
  const { service, name } = hook;
  const ready = service === undefined ? undefined : readyEndpoints(view, service);
  const slices: readonly Evidence[] =
    service !== undefined && ready !== undefined
      ? [
          {
            kind: 'field',
            ref: `EndpointSlice ${service.namespace}, kubernetes.io/service-name=${service.name}`,
            path: 'endpoints[*].conditions.ready',
            value: `${ready} ready`,
          },
        ]
      : [];
  return {
    code: 'webhook-unreachable',
    certainty: ready === undefined || ready === 0 ? 'likely' : 'confirmed',
    title: `Calls of ${name} (port ${portOf(hook)}) do not arrive`,
    explanation:
      'The pods that answer it are ready, and the call times out or is refused on the way. Its failurePolicy is Fail, so what it is to look at is refused.',
    subjects: [{ kind: hook.kind, name: hook.configuration }],
    evidence: [
      ...told.slice(0, 6),
      ...slices,
      {
        kind: 'field',
        ref: `${hook.kind} ${hook.configuration}`,
        path: hook.path.replace('clientConfig.caBundle', 'failurePolicy'),
        value: hook.failurePolicy,
      },
    ],
    causes: [
      `A private cluster: the firewall between the API server and the nodes does not let port ${portOf(hook)} through`,
      'A NetworkPolicy in the control plane’s namespace that allows only pods',
      'A CNI whose pod addresses the API server cannot reach',
    ],
    remedy: {
      text: 'Open 8443, 9443 and 8089 from the API server to the nodes. Until then, let requests pass without the webhook.',
      risk: 'change',
      verify: 'kubectl create --dry-run=server of a pod is answered within a second',
      parameters: { KIND: hook.kind.toLowerCase(), WEBHOOK: hook.configuration },
    },
  };
}
