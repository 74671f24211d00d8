/** A webhook whose Secret and caBundle agree, while a pod that answers it still serves the certificate from before. */
import { describeCertificate, readCertificates, servingProblem } from '../../linkerd/certificates.ts';
import { record, records, text, textMap, time } from '../../rollout/json.ts';
import { matchesLabels } from '../../rollout/label-selector.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { View } from '../view.ts';
import { failedCalls } from '../webhook-calls.ts';
import { secretText, servingSecret, type Webhook, webhooksOf } from '../webhooks.ts';
import { ownerOfWebhook } from './webhook-owner.ts';

export const webhookStalePodDetector: Detector = {
  kinds: {
    'webhook-stale-pod': {
      severity: 'error',
      layer: 'control-plane',
      title: 'The pods of a webhook serve an old certificate',
    },
  },
  needs: ['mutatingWebhooks', 'validatingWebhooks', 'secrets', 'pods', 'services'],
  look: (view) => webhooksOf(view).flatMap((hook) => lookAt(view, hook)),
};

/** The container that serves each webhook. */
const containers: Readonly<Record<string, string>> = { 'policy-validator': 'policy' };

/** Webhooks pick up a new Secret by themselves since 2.11, that of the policy controller since 2.12 (linkerd2 issues 5888 and 7519). */
const reloads = (short: string, line: number | undefined): boolean =>
  line === undefined || line >= (short === 'policy-validator' ? 12 : 11);

/** A clock of a node may differ a little from that of whoever made the certificate. */
const MARGIN_MS = 120_000;

function lookAt(view: View, hook: Webhook): readonly Found[] {
  const { service, bundle, short } = hook;
  if (service === undefined) return [];
  const served = secretText(servingSecret(view, service), 'tls.crt');
  const host = `${service.name}.${service.namespace}.svc`;
  // What is wrong with the Secret itself is another finding.
  if (servingProblem({ bundle, served, host, now: view.now }) !== undefined) return [];
  const read = readCertificates(served);
  if (!read.ok) return [];
  const from = Date.parse(read.certificates[0]!.validFrom);
  const value = describeCertificate(read.certificates[0]!);
  const inSecret: Evidence = {
    kind: 'field',
    ref: `Secret ${service.namespace}/${service.name}-k8s-tls`,
    path: 'data["tls.crt"]',
    value,
  };

  const refused = failedCalls(view).filter(
    ({ webhook, failure }) => webhook === hook.name && failure === 'certificate',
  );
  if (refused.length > 0)
    return [finding(view, hook, [...refused.map(({ evidence }) => evidence), inSecret])];

  const line = view.controlPlanes.find(({ namespace }) => namespace === service.namespace)?.line;
  if (reloads(short, line)) return [];
  const older = startsOf(view, service, containers[short] ?? short).filter(({ at }) => at + MARGIN_MS < from);
  if (older.length === 0) return [];
  const started = older.map(
    ({ pod, path, started }): Evidence => ({
      kind: 'field',
      ref: `Pod ${service.namespace}/${pod}`,
      path,
      value: started,
      expected: 'after the certificate was made',
    }),
  );
  return [finding(view, hook, [...started, inSecret])];
}

/** When the container that serves was started in each pod behind the Service. */
function startsOf(
  view: View,
  service: { readonly name: string; readonly namespace: string },
  container: string,
) {
  const selector = textMap(record(view.object('services', service.namespace, service.name)?.spec).selector);
  if (Object.keys(selector).length === 0) return [];
  return view
    .objects('pods', service.namespace)
    .filter(
      ({ metadata }) => metadata.deletionTimestamp === undefined && matchesLabels(selector, metadata.labels),
    )
    .flatMap(({ metadata, status }) => {
      const own = records(record(status).containerStatuses).find(({ name }) => name === container);
      const { startedAt } = record(record(own?.state).running);
      const at = time(startedAt);
      const path = `status.containerStatuses[?(@.name=="${container}")].state.running.startedAt`;
      return at === undefined ? [] : [{ pod: metadata.name, path, at, started: text(startedAt) }];
    });
}

function finding(view: View, hook: Webhook, evidence: readonly Evidence[]): Found {
  const { service, short, failurePolicy } = hook;
  const version = view.controlPlanes[0]?.meta.version;
  return {
    code: 'webhook-stale-pod',
    severity: failurePolicy === 'Fail' ? 'blocker' : 'error',
    certainty: 'likely',
    title: `The pods of ${service?.name ?? short} seem to serve an older certificate than their Secret holds`,
    explanation:
      'The Secret and the caBundle fit each other, so the API server would trust what is in the Secret. The pod loaded its certificate before that.',
    subjects: [{ kind: hook.kind, name: hook.configuration }],
    evidence,
    causes: [
      'The Secret was renewed and the pods were not restarted; releases before 2.11 (the policy controller before 2.12) do not load it again',
      'The Secret was renewed less than two minutes ago, and the node has not brought it into the pod yet',
    ],
    remedy: {
      text: 'Restart the pods that serve it.',
      risk: 'change',
      verify: 'linkerd check, and the request that was refused',
      parameters: {
        OWNER: ownerOfWebhook(view, hook),
        ...(version === undefined ? {} : { VERSION: version }),
      },
    },
  };
}
