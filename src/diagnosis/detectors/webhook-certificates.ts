/** What the API server trusts at Linkerd's webhooks, against what they serve. */
import {
  describeCertificate,
  readCertificates,
  renewalIsDue,
  type ServingProblem,
  servingProblem,
} from '../../linkerd/certificates.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence, Severity } from '../finding.ts';
import type { View } from '../view.ts';
import { aggregatedApisOf, secretText, servingSecret, type Webhook, webhooksOf } from '../webhooks.ts';
import { ownerOfWebhook } from './webhook-owner.ts';

export const webhookCertificatesDetector: Detector = {
  kinds: {
    'webhook-ca-mismatch': {
      severity: 'error',
      layer: 'control-plane',
      title: 'The API server does not trust the certificate of a webhook',
    },
    'webhook-certificate-expired': {
      severity: 'error',
      layer: 'control-plane',
      title: 'The certificate of a webhook is not valid',
    },
    'webhook-certificate-expiring': {
      severity: 'warning',
      layer: 'control-plane',
      title: 'The certificate of a webhook ends soon',
    },
  },
  needs: ['mutatingWebhooks', 'validatingWebhooks', 'secrets'],
  look: (view) => {
    const groups = new Map<string, Judged[]>();
    for (const hook of [...webhooksOf(view), ...aggregatedApisOf(view)]) {
      const judged = judge(view, hook);
      if (judged === undefined) continue;
      const key = `${judged.code} ${judged.owner}`;
      groups.set(key, [...(groups.get(key) ?? []), judged]);
    }
    return [...groups.values()].map((group) => finding(view, group));
  },
};

type Code = 'webhook-ca-mismatch' | 'webhook-certificate-expired' | 'webhook-certificate-expiring';

interface Judged {
  readonly code: Code;
  /** The control plane or extension whose tool makes the certificate anew. */
  readonly owner: string;
  readonly hook: Webhook;
  readonly what: string;
  readonly evidence: readonly Evidence[];
}

function judge(view: View, hook: Webhook): Judged | undefined {
  const { service } = hook;
  if (service === undefined) return undefined;
  const secret = servingSecret(view, service);
  const served = secretText(secret, 'tls.crt');
  const host = `${service.name}.${service.namespace}.svc`;
  const problem = servingProblem({ bundle: hook.bundle, served, host, now: view.now });
  const owner = ownerOfWebhook(view, hook);
  const ref = `Secret ${service.namespace}/${service.name}-k8s-tls`;
  const inSecret = describe(served);
  const ofSecret: Evidence = { kind: 'field', ref, path: 'data["tls.crt"]', value: inSecret };
  const trusted: Evidence = {
    kind: 'field',
    ref: `${hook.kind} ${hook.configuration}`,
    path: hook.path,
    value: hook.bundle === '' ? 'empty' : describe(hook.bundle),
  };
  // Without its Secret the pod does not start, which shows in its rollout.
  if (secret === undefined && problem?.type !== 'no-bundle') return undefined;
  if (problem !== undefined) {
    const code =
      problem.type === 'not-valid-now' || problem.type === 'other-host'
        ? 'webhook-certificate-expired'
        : 'webhook-ca-mismatch';
    const expected =
      code === 'webhook-ca-mismatch'
        ? 'signed by the caBundle'
        : problem.type === 'other-host'
          ? `for ${host}`
          : `valid at ${view.snapshot.takenAt}`;
    return { code, owner, hook, what: told(problem, hook), evidence: [{ ...ofSecret, expected }, trusted] };
  }
  const read = readCertificates(served);
  const soon = read.ok ? renewalIsDue(read.certificates[0]!, view.now) : undefined;
  if (soon === undefined) return undefined;
  const what = `Webhook certificate ${soon}`;
  return { code: 'webhook-certificate-expiring', owner, hook, what, evidence: [ofSecret] };
}

function describe(pem: string): string {
  const read = readCertificates(pem);
  return read.ok ? read.certificates.map(describeCertificate).join('; ') : read.why;
}

function told(problem: ServingProblem, { configuration, service }: Webhook): string {
  const secret = `${service?.name}-k8s-tls`;
  switch (problem.type) {
    case 'no-bundle':
      return `${configuration} trusts nobody: of its caBundle, ${problem.why}`;
    case 'unreadable':
      return `Secret ${secret} has no certificate that can be used: ${problem.why}`;
    case 'untrusted':
      return `The caBundle of ${configuration} is not for the certificate in ${secret}`;
    case 'not-valid-now':
      return problem.why;
    case 'other-host':
      return `The certificate in ${secret} is not for ${problem.host}`;
  }
}

/** A call that fails refuses the request (Fail), or is passed over in silence (Ignore). */
const severityOf = (code: Code, hooks: readonly Webhook[]): Severity =>
  code === 'webhook-certificate-expiring'
    ? 'warning'
    : hooks.some(({ failurePolicy }) => failurePolicy === 'Fail')
      ? 'blocker'
      : 'error';

function finding(view: View, group: readonly Judged[]): Found {
  const { code, owner, what } = group[0]!;
  const hooks = group.map(({ hook }) => hook);
  const more = group.length > 1 ? `, and ${group.length - 1} more` : '';
  const version = view.controlPlanes[0]?.meta.version;
  return {
    code,
    severity: severityOf(code, hooks),
    certainty: 'confirmed',
    title: `${what}${more}`,
    explanation:
      code === 'webhook-certificate-expiring'
        ? 'When it has ended, the API server can no longer call the webhook. Every linkerd upgrade makes new ones.'
        : consequence(hooks),
    subjects: hooks.map(({ kind, configuration }) => ({ kind, name: configuration })),
    evidence: group.flatMap(({ evidence }) => evidence),
    causes: causes[code],
    remedy: {
      text: 'Let the tool that made them make the Secret and the caBundle anew, both at once, and restart the pods that serve it.',
      risk: 'change',
      verify: 'linkerd check, category linkerd-webhooks-and-apisvc-tls',
      parameters: { OWNER: owner, ...(version === undefined ? {} : { VERSION: version }) },
    },
  };
}

function consequence(hooks: readonly Webhook[]): string {
  const closed = hooks.find(({ failurePolicy }) => failurePolicy === 'Fail');
  if (closed)
    return `The API server cannot call ${closed.name}, whose failurePolicy is Fail: what it is to look at is refused, new pods in the case of the injector.`;
  if (hooks.some(({ short }) => short === 'proxy-injector'))
    return 'The API server cannot call the injector, whose failurePolicy is Ignore: new pods come up without a proxy, and nothing says so.';
  return 'The API server cannot call it; the requests that it is to look at are passed over or fail.';
}

const causes: Readonly<Record<Code, readonly string[]>> = {
  'webhook-ca-mismatch': [
    'A GitOps tool put the caBundle of its own rendering back',
    'An upgrade was applied in part: the Secret is new and the configuration is not, or the other way round',
    'The CA injector (cert-manager) that is to fill the caBundle is missing',
  ],
  'webhook-certificate-expired': [
    'Linkerd makes these certificates for 365 days with each install and upgrade, and there was none for so long',
    'The Secret was restored from a backup',
  ],
  'webhook-certificate-expiring': [
    'Linkerd makes these certificates for 365 days with each install and upgrade',
  ],
};
