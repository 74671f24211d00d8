/** The webhooks of the control plane: who answers, with which certificate, and what happens when nobody does. */

import { readWebhooks, type Webhook } from '../../diagnosis/webhooks.ts';
import {
  endsSoon,
  readCertificates,
  type ServingProblem,
  servingProblem,
} from '../../linkerd/certificates.ts';
import type { CheckLine } from '../../linkerd/check-report.ts';
import { CONTROL_PLANE_NS } from '../../linkerd/manifest.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { KubeObject } from '../objects.ts';
import { type CheckContext, core } from './context.ts';
import { decoded } from './identity.ts';
import { failure, judged, unseen, type Verdict, warning, writer } from './lines.ts';
import type { Seen } from './look.ts';

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
      for (const hook of readWebhooks(configuration)) {
        const id = (what: string) => `l5d-${hook.short}-webhook-${what}`;
        const secret = await look.get(core('secrets', namespace), `linkerd-${hook.short}-k8s-tls`);
        lines.push(
          line(`${hook.short} webhook has valid cert`, id('cert-valid'), certificate(hook, secret, now)),
          line(
            `${hook.short} cert is valid for at least 60 days`,
            id('cert-not-expiring-soon'),
            endingSoon(secret, now),
          ),
          line(`${hook.short} webhook is answered`, 'l5d-api-control-ready', await answered(context, hook)),
          line(
            `${hook.short} webhook fails as it was configured`,
            id('cert-valid'),
            failsAsConfigured(context, hook),
          ),
        );
      }
    }
  }
  return lines;
}

/** The certificate that the webhook serves against the bundle that the API server has for it. */
function certificate({ bundle, service, short }: Webhook, secret: Seen<KubeObject>, now: number): Verdict {
  const host = service && `${service.name}.${service.namespace}.svc`;
  const problem = (served: string) => servingProblem({ bundle, served, host, now });
  const distrusted = problem('');
  if (distrusted?.type === 'no-bundle') return failure(told(distrusted));
  return judged(secret, `There is no Secret linkerd-${short}-k8s-tls.`, (object) => {
    const found = problem(decoded(object, 'tls.crt') ?? '');
    return found === undefined ? 'ok' : failure(told(found));
  });
}

function told(problem: ServingProblem): string {
  switch (problem.type) {
    case 'no-bundle':
      return `The API server trusts nobody there: of caBundle it is said that ${problem.why}.`;
    case 'unreadable':
      return `The Secret cannot be used: ${problem.why}.`;
    case 'not-valid-now':
      return `${problem.why}.`;
    case 'untrusted':
      return 'The certificate in the Secret is not signed by the caBundle of the webhook: the API server does not trust it.';
    case 'other-host':
      return `The certificate is not for ${problem.host}.`;
  }
}

function endingSoon(secret: Seen<KubeObject>, now: number): Verdict {
  return judged(secret, 'There is no such Secret.', (object) => {
    const served = readCertificates(decoded(object, 'tls.crt') ?? '');
    const soon = served.ok ? endsSoon(served.certificates[0]!, now) : undefined;
    return soon === undefined ? 'ok' : warning(`${soon}.`);
  });
}

/** Whether the service behind it has a pod that answers. */
async function answered({ look }: CheckContext, { service, short }: Webhook): Promise<Verdict> {
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
          `The Service ${service.namespace}/${service.name} has no ready endpoint: nobody answers for ${short}.`,
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
