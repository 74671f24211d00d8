/** The proxy injector: whether it is configured at all, and whether anybody answers its webhook. */
import { entry, record, whole } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { ControlPlane, View } from '../view.ts';
import { injectorOf, readyEndpoints, type Webhook, webhooksOf } from '../webhooks.ts';

const DISABLED = 'config.linkerd.io/admission-webhooks';

export const injectorDetector: Detector = {
  kinds: {
    'injector-down': {
      severity: 'error',
      layer: 'control-plane',
      title: 'Nobody answers the proxy injector’s webhook',
    },
    'webhook-missing': {
      severity: 'error',
      layer: 'control-plane',
      title: 'A webhook of Linkerd is not configured',
    },
  },
  needs: ['mutatingWebhooks', 'validatingWebhooks', 'deployments', 'services'],
  look: (view) =>
    view.controlPlanes
      .filter(({ meta, deployments }) => meta.state === 'found' && deployments.length > 0)
      .flatMap((plane) => [...missing(view, plane), ...down(view, plane)]),
};

/** Configurations that every release has, and since when. */
const expected = [
  { kind: 'MutatingWebhookConfiguration', short: 'proxy-injector', since: 0 },
  { kind: 'ValidatingWebhookConfiguration', short: 'sp-validator', since: 0 },
  { kind: 'ValidatingWebhookConfiguration', short: 'policy-validator', since: 11 },
] as const;

function missing(view: View, { namespace, line, meta }: ControlPlane): readonly Found[] {
  const there = new Set(webhooksOf(view).map(({ short }) => short));
  const gone = expected.filter(({ short, since }) => since <= (line ?? 0) && !there.has(short));
  if (gone.length === 0) return [];
  const injector = gone.some(({ short }) => short === 'proxy-injector');
  const names = gone.map(({ short }) => `linkerd-${short}-webhook-config`);
  return [
    {
      code: 'webhook-missing',
      certainty: 'confirmed',
      title: `There is no webhook in ${names.join(', ')}`,
      explanation: injector
        ? 'Without the injector’s webhook no new pod gets a proxy: every workload that restarts leaves the mesh, and nothing says so.'
        : 'Without it the API server takes resources of Linkerd that the control plane cannot read.',
      subjects: gone.map(({ kind, short }) => ({ kind, name: `linkerd-${short}-webhook-config` })),
      evidence: gone.map(
        ({ kind, short }): Evidence => ({
          kind: 'field',
          ref: `${kind} linkerd-${short}-webhook-config`,
          path: 'webhooks',
          value: 'none',
          expected: `linkerd-${short}.linkerd.io`,
        }),
      ),
      causes: ['Somebody deleted it to get pods going', 'An upgrade or a removal stopped in the middle'],
      remedy: {
        text: `Apply the control plane in ${namespace} once more, with the tool of its own version: it renders webhooks and certificates together.`,
        risk: 'change',
        verify: 'linkerd check, category linkerd-webhooks-and-apisvc-tls',
        parameters: {
          OWNER: 'control-plane',
          ...(meta.version === undefined ? {} : { VERSION: meta.version }),
        },
      },
    },
  ];
}

function down(view: View, plane: ControlPlane): readonly Found[] {
  const { namespace } = plane;
  const hook = injectorOf(view, namespace);
  if (hook?.service === undefined) return [];
  const { service } = hook;
  const deployment = plane.deployments.find(({ metadata }) => metadata.name === 'linkerd-proxy-injector');
  const there = view.object('services', service.namespace, service.name) !== undefined;
  const endpoints = readyEndpoints(view, service);
  const status = record(deployment?.status);
  const ready = whole(status.readyReplicas);
  if (there && (endpoints ?? ready) > 0) return [];

  const wanted = record(deployment?.spec).replicas;
  const ref = `Deployment ${namespace}/linkerd-proxy-injector`;
  const evidence: readonly Evidence[] = [
    deployment === undefined
      ? { kind: 'field', ref, value: 'it is not there' }
      : wanted === 0
        ? { kind: 'field', ref, path: 'spec.replicas', value: '0', expected: 'at least 1' }
        : {
            kind: 'field',
            ref,
            path: 'status.readyReplicas',
            value: String(ready),
            expected: `${whole(wanted ?? 1)}`,
          },
    ...(there
      ? endpoints === undefined
        ? []
        : [ofEndpoints(service)]
      : [
          {
            kind: 'field',
            ref: `Service ${service.namespace}/${service.name}`,
            value: 'it is not there',
          } as const,
        ]),
    {
      kind: 'field',
      ref: `${hook.kind} ${hook.configuration}`,
      path: 'webhooks[0].failurePolicy',
      value: hook.failurePolicy,
    },
    ...unlabelled(view, plane, hook),
  ];
  return [found(view, plane, hook, { evidence, there, wanted: whole(wanted ?? 1), ready })];
}

const ofEndpoints = ({ namespace, name }: { namespace: string; name: string }): Evidence => ({
  kind: 'field',
  ref: `EndpointSlice ${namespace}, kubernetes.io/service-name=${name}`,
  path: 'endpoints[*].conditions.ready',
  value: 'no endpoint is ready',
});

/** Namespaces that the webhook must leave alone, or else what would bring it back waits for it. */
function unlabelled(view: View, { namespace, line }: ControlPlane, hook: Webhook): readonly Evidence[] {
  if (hook.failurePolicy !== 'Fail' || view.unread('namespaces')) return [];
  // From 2.12 on the webhook leaves kube-system alone by its name.
  const names = [namespace, ...(line !== undefined && line < 12 ? ['kube-system'] : [])];
  return names
    .filter((name) => entry(view.object('namespaces', '', name)?.metadata.labels, DISABLED) !== 'disabled')
    .map((name) => ({
      kind: 'field',
      ref: `Namespace ${name}`,
      path: `metadata.labels["${DISABLED}"]`,
      value: 'not there',
      expected: 'disabled',
    }));
}

interface Seen {
  readonly evidence: readonly Evidence[];
  readonly there: boolean;
  readonly wanted: number;
  readonly ready: number;
}

function found(view: View, plane: ControlPlane, hook: Webhook, seen: Seen): Found {
  const { namespace } = plane;
  const closed = hook.failurePolicy === 'Fail';
  const locked = seen.evidence.filter(({ ref }) => ref.startsWith('Namespace '));
  const title = !seen.there
    ? `Service ${namespace}/${hook.service?.name} is not there`
    : seen.wanted === 0
      ? `${namespace}/linkerd-proxy-injector is scaled to 0`
      : `${namespace}/linkerd-proxy-injector: ${seen.ready} of ${seen.wanted} pods ready, no endpoint`;
  return {
    code: 'injector-down',
    severity: closed ? 'blocker' : 'error',
    certainty: 'confirmed',
    title,
    explanation: [
      closed
        ? 'Its failurePolicy is Fail: no pod can be created in any namespace that it looks at.'
        : 'Its failurePolicy is Ignore: pods are created without a proxy, and nothing says so.',
      ...(locked.length > 0
        ? [
            `${locked.map(({ ref }) => ref.slice('Namespace '.length)).join(' and ')} lacks the label that keeps the webhook out, so the pods there wait for it too, and it cannot come back by itself.`,
          ]
        : []),
    ].join(' '),
    subjects: [{ kind: 'Deployment', namespace, name: 'linkerd-proxy-injector' }],
    evidence: seen.evidence,
    causes: causesOf(seen),
    // Where it has pods that are not ready, whatever keeps them from it is the cause; a deadlock is its own.
    ...(seen.there && seen.wanted > 0 && locked.length === 0 ? { causedBy: whatKeepsPods } : {}),
    remedy: {
      text: 'Bring the injector back: give it its replicas, and mend what keeps its pods from being ready.',
      risk: 'change',
      verify: `kubectl --namespace ${namespace} rollout status deployment/linkerd-proxy-injector`,
      parameters: {
        REPLICAS: replicasOf(plane),
        LABELS: locked.length > 0 ? 'missing' : 'present',
        ...workloadsWithout(view),
      },
    },
  };
}

/** How many pods the injector is to have: those that it was installed with, and never less than it has. */
export function replicasOf({ config, deployments }: ControlPlane): string {
  const now = deployments.find(({ metadata }) => metadata.name === 'linkerd-proxy-injector')?.spec;
  return String(Math.max(config?.replicas ?? 1, whole(record(now).replicas), 1));
}

const whatKeepsPods = [
  'network-policy-blocks-control-plane',
  'issuer-expired',
  'issuer-untrusted',
  'issuer-key-unsupported',
  'trust-anchor-expired',
  'control-plane-stuck',
];

const causesOf = ({ there, wanted }: Seen): readonly string[] =>
  !there
    ? ['An upgrade or a removal stopped in the middle', 'Somebody deleted the Service']
    : wanted === 0
      ? ['Somebody scaled it down']
      : [
          'Its pods cannot be made, pulled or started: see what its rollout says',
          'The nodes that it ran on are gone',
        ];

/** Workloads with pods that came up without a proxy meanwhile, for the last step of the pitfall. */
export function workloadsWithout(view: View): Readonly<Record<string, string>> {
  const restartable = view.survey.unmeshed.filter(({ kind }) =>
    ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind),
  );
  if (restartable.length === 0) return { RESTART: 'no', WORKLOADS: '' };
  const names = restartable
    .slice(0, 50)
    .map(({ namespace, kind, name }) => `${namespace}/${kind.toLowerCase()}/${name}`);
  return { RESTART: 'yes', WORKLOADS: names.join(' ') };
}
