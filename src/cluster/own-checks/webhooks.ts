/** The webhooks of the control plane: who answers, with which certificate, and what happens when nobody does. */

import {
  endsSoon,
  isSignedBy,
  notValidNow,
  readCertificates,
  speaksFor,
} from '../../linkerd/certificates.ts';
import type { CheckLine } from '../../linkerd/check-report.ts';
import { CONTROL_PLANE_NS } from '../../linkerd/manifest.ts';
import type { LabelSelector } from '../../rollout/label-selector.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { KubeObject } from '../objects.ts';
import { type CheckContext, core } from './context.ts';
import { decoded } from './identity.ts';
import { failure, judged, unseen, type Verdict, warning, writer } from './lines.ts';
import type { Seen } from './look.ts';

interface Webhook {
  /** `proxy-injector` */
  readonly name: string;
  readonly service: { readonly name: string; readonly namespace: string } | undefined;
  /** PEM. */
  readonly bundle: string;
  readonly failurePolicy: string;
  readonly namespaceSelector: LabelSelector | undefined;
}

const kinds = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'] as const;

/** Category `linkerd-webhooks-and-apisvc-tls`. */
export async function webhookLines(context: CheckContext): Promise<readonly CheckLine[]> {
  const { look, namespace, hints, now } = context;
  const line = writer('linkerd-webhooks-and-apisvc-tls', hints);
  const lists = await Promise.all(
    kinds.map((resource) =>
      look.list(
        { apiVersion: 'admissionregistration.k8s.io/v1', resource },
        `${CONTROL_PLANE_NS}=${namespace}`,
      ),
    ),
  );
  const lines: CheckLine[] = [];
  for (const [index, list] of lists.entries()) {
    if (list.type !== 'found') {
      const why = list.type === 'unseen' ? list.why : 'There are none.';
      lines.push(line(`${kinds[index]} can be read`, 'l5d-proxy-injector-webhook-cert-valid', unseen(why)));
      continue;
    }
    for (const configuration of list.value) {
      for (const hook of webhooksOf(configuration)) {
        const id = (what: string) => `l5d-${hook.name}-webhook-${what}`;
        const secret = await look.get(core('secrets', namespace), `linkerd-${hook.name}-k8s-tls`);
        lines.push(
          line(`${hook.name} webhook has valid cert`, id('cert-valid'), certificate(hook, secret, now)),
          line(
            `${hook.name} cert is valid for at least 60 days`,
            id('cert-not-expiring-soon'),
            endingSoon(secret, now),
          ),
          line(`${hook.name} webhook is answered`, 'l5d-api-control-ready', await answered(context, hook)),
          line(
            `${hook.name} webhook fails as it was configured`,
            id('cert-valid'),
            failsAsConfigured(context, hook),
          ),
        );
      }
    }
  }
  return lines;
}

/** The webhooks of one configuration. */
export function webhooksOf(configuration: KubeObject): readonly Webhook[] {
  const hooks: unknown = configuration.webhooks;
  const name = stripToLine(configuration.metadata.name).replace(/^linkerd-|-webhook-config$/g, '');
  return (Array.isArray(hooks) ? hooks : []).map((hook: unknown): Webhook => {
    const { clientConfig, failurePolicy, namespaceSelector } = Object(hook);
    const { service, caBundle } = Object(clientConfig);
    return {
      name,
      service: typeof service?.name === 'string' ? service : undefined,
      bundle: typeof caBundle === 'string' ? Buffer.from(caBundle, 'base64').toString('utf8') : '',
      failurePolicy: String(failurePolicy ?? 'Fail'),
      namespaceSelector,
    };
  });
}

/** The certificate that the webhook serves against the bundle that the API server has for it. */
function certificate(hook: Webhook, secret: Seen<KubeObject>, now: number): Verdict {
  const trusted = readCertificates(hook.bundle);
  if (!trusted.ok) {
    return failure(`The API server trusts nobody there: of caBundle it is said that ${trusted.why}.`);
  }
  return judged(secret, `There is no Secret linkerd-${hook.name}-k8s-tls.`, (object) => {
    const served = readCertificates(decoded(object, 'tls.crt') ?? '');
    if (!served.ok) return failure(`The Secret cannot be used: ${served.why}.`);
    const [leaf, ...between] = served.certificates;
    const late = notValidNow(leaf!, now);
    if (late !== undefined) return failure(`${late}.`);
    const through = between.filter((one) => isSignedBy(one, trusted.certificates));
    if (!isSignedBy(leaf!, [...trusted.certificates, ...through])) {
      return failure(
        'The certificate in the Secret is not signed by the caBundle of the webhook: the API server does not trust it.',
      );
    }
    const { service } = hook;
    const host = service ? `${service.name}.${service.namespace}.svc` : undefined;
    return host !== undefined && !speaksFor(leaf!, host)
      ? failure(`The certificate is not for ${stripToLine(host)}.`)
      : 'ok';
  });
}

function endingSoon(secret: Seen<KubeObject>, now: number): Verdict {
  return judged(secret, 'There is no such Secret.', (object) => {
    const served = readCertificates(decoded(object, 'tls.crt') ?? '');
    const soon = served.ok ? endsSoon(served.certificates[0]!, now) : undefined;
    return soon === undefined ? 'ok' : warning(`${soon}.`);
  });
}

/** Whether the service behind it has a pod that answers. */
async function answered({ look }: CheckContext, { service, name }: Webhook): Promise<Verdict> {
  if (!service) return 'ok';
  const found = await look.get(core('services', service.namespace), service.name);
  if (found.type !== 'found') {
    return judged(found, `There is no Service ${service.namespace}/${service.name}.`, () => 'ok');
  }
  const slices = await look.list(
    { apiVersion: 'discovery.k8s.io/v1', resource: 'endpointslices', namespace: service.namespace },
    `kubernetes.io/service-name=${service.name}`,
  );
  return judged(slices, 'There are no EndpointSlices.', (items) =>
    items.flatMap(readyEndpoints).length > 0
      ? 'ok'
      : failure(
          `The Service ${service.namespace}/${service.name} has no ready endpoint: nobody answers for ${name}.`,
        ),
  );
}

/** `ready` that is not told means ready (discovery.k8s.io/v1, EndpointConditions). */
function readyEndpoints(slice: KubeObject): readonly unknown[] {
  const endpoints: unknown = slice.endpoints;
  return (Array.isArray(endpoints) ? endpoints : []).filter(
    (one) => Object(Object(one).conditions).ready !== false,
  );
}

/** What happens to a request while the webhook does not answer has to be what the installation says. */
function failsAsConfigured({ config }: CheckContext, hook: Webhook): Verdict {
  if (config.type !== 'found') {
    return config.type === 'unseen' ? unseen(config.why) : unseen('There is no linkerd-config.');
  }
  const wanted = config.value.failurePolicy;
  if (hook.failurePolicy === wanted) return 'ok';
  return warning(
    hook.failurePolicy === 'Ignore'
      ? `Its failurePolicy is Ignore, and linkerd-config says ${wanted}: while it does not answer, pods come up without a proxy.`
      : `Its failurePolicy is ${stripToLine(hook.failurePolicy)}, and linkerd-config says ${wanted}: while it does not answer, requests are refused.`,
  );
}
